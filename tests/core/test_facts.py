import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from inboxd.core import rule_fields
from inboxd.core.fact_fields import field_values, field_values_without_mail
from inboxd.core.facts import UNKNOWN, CustomerFacts, Facts, KbMatch, TicketFacts, TimeFacts
from inboxd.core.mail import Written

Make = Callable[..., Facts]
TICKET = TicketFacts(
    12,
    "Export",
    "open",
    "high",
    "",
    ("billing",),
    "ada@acme.test",
    dt.timedelta(days=2),
    3,
    answered=True,
    answered_automatically=False,
)
CUSTOMER = CustomerFacts(7, "carla@customer.test", "Carla", "en", ("vip",), 3, 4.5, undeliverable=False)


def test_the_fields_of_a_mail(facts: Make, mail: Any) -> None:
    """Rules see what the customer wrote now, all addresses in lower case, and every header by its lower-case name."""
    raw = mail("text", cc="Boss@Customer.test", x_mailer="one", subject="Hi")
    values = field_values(facts(raw, written=Written("new words", "quoted", "-- \nC.")))
    assert values["mail.from"] == "carla@customer.test"
    assert (values["mail.to"], values["mail.cc"]) == (("support@acme.test",), ("boss@customer.test",))
    assert (values["mail.body"], values["mail.subject_or_body"]) == ("new words", "Hi\nnew words")
    headers = values["mail.header"]
    assert isinstance(headers, dict)
    assert headers["x-mailer"] == ("one",)


def test_a_repeated_header_keeps_all_values(facts: Make) -> None:
    """Every value of a repeated header is there, in order."""
    headers = field_values(facts(b"X-Tag: a\r\nx-tag: b\r\n\r\n"))["mail.header"]
    assert isinstance(headers, dict)
    assert headers["x-tag"] == ("a", "b")


def test_a_new_question_has_no_ticket(facts: Make) -> None:
    """Before there is a ticket its fields are absent, not unknown: rules that ask for them do not match."""
    values = field_values(facts())
    assert {values[name] for name in values if name.startswith("ticket.")} == {None}
    assert values["sender.known"] is False


def test_ticket_and_customer(facts: Make) -> None:
    """What is known of ticket and customer stands in their fields; an empty category is absent."""
    values = field_values(facts(ticket=TICKET, customer=CUSTOMER))
    assert (values["ticket.status"], values["ticket.age"], values["ticket.category"]) == (
        "open",
        dt.timedelta(days=2),
        None,
    )
    assert (values["customer.tags"], values["customer.satisfaction"]) == (("vip",), 4.5)
    assert values["sender.known"] is True


@pytest.mark.parametrize(
    ("kb", "expected"),
    [
        (UNKNOWN, (UNKNOWN, UNKNOWN, UNKNOWN)),
        ((), (None, 0.0, False)),
        (
            (KbMatch("export", "Export", "", 0.9, True, 1.0), KbMatch("x", "X", "", 0.1, False, 0.1)),
            ("export", 0.9, True),
        ),
    ],
)
def test_the_knowledge_base(facts: Make, kb: Any, expected: tuple[Any, ...]) -> None:
    """While the model loads its fields are unknown; without a match they say so; else the best one counts."""
    values = field_values(facts(kb=kb))
    assert (values["kb.article"], values["kb.confidence"], values["kb.sure"]) == expected


def test_both_ways_know_the_same_fields(facts: Make) -> None:
    """An event without a mail answers every field that one with a mail answers, so no rule can ask into the void."""
    bare = field_values_without_mail(TICKET, CUSTOMER, TimeFacts(working_hours=True, weekday="monday"))
    assert bare.keys() == field_values(facts()).keys()
    assert {bare[name] for name in bare if name.startswith("mail.")} == {None}


def test_every_field_of_the_rule_language_is_there(facts: Make) -> None:
    """Whatever field a rule may name has a value here."""
    known = field_values(facts()).keys()
    assert [name for name in rule_fields.FIELDS if name not in known] == []
