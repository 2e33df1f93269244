import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inboxd.core.assign import Colleague
from inboxd.core.commands import read_commands
from inboxd.core.compose import Kind
from inboxd.core.decision import Course, Decision, Disposition, Suppression
from inboxd.core.facts import CustomerFacts, Facts, Threading
from inboxd.core.mail import Written
from inboxd.core.operator_outcome import work_out_operator
from inboxd.core.orders import Orders, TicketCase
from inboxd.core.outcome import Letter, Outcome, require_ticket
from inboxd.core.rule_actions import Surroundings
from inboxd.core.ticket import Ticket

Make = Callable[..., Facts]
NOW = dt.datetime(2026, 11, 16, 10, tzinfo=dt.UTC)
ADA, GRACE = Colleague("Ada", "ada@acme.test"), Colleague("Grace", "grace@acme.test")
CARLA = CustomerFacts(1, "carla@customer.test", "Carla", "en", (), 1, None, undeliverable=False)
TICKET = Ticket(7, "Export", 1, NOW, NOW, status="open", assignee=ADA.address)
OTHER = Ticket(8, "Invoice", 1, NOW, NOW, status="open")
DECISION = Decision(Disposition.FILE, Course.OPERATOR, "because")
AROUND = Surroundings(NOW, "mail:34", "operator.replied", CARLA.address, (ADA, GRACE), actor=ADA.address)


def _work_out(facts: Make, text: str, ticket: Ticket | None = TICKET, **orders: Any) -> Outcome:
    block = read_commands(text)
    known = facts(
        threading=Threading(7 if ticket else None, "reply_address", role="operator"),
        written=Written(text, "", ""),
        commands=block,
        operator_proven=True,
    )
    known = replace(known, mail=replace(known.mail, from_=replace(known.mail.from_, addr_spec=ADA.address)))
    cases = {one.number: TicketCase(one, CARLA, CARLA.address) for one in (TICKET, OTHER)}
    given_orders = Orders(ADA.address, block.commands, cases=cases, next_number=9)
    return work_out_operator(known, DECISION, ticket, AROUND, "UTC", replace(given_orders, **orders))


def _letter(outcome: Outcome, kind: Kind) -> Letter | None:
    return next((one for one in outcome.letters if one.kind is kind), None)


def test_a_plain_reply_waits_for_the_customer(facts: Make) -> None:
    """His words go to the customer and the ticket is pending; nothing is sent back to him, nothing is there to undo."""
    outcome = _work_out(facts, "Press Export.")
    assert [one.kind for one in outcome.letters] == [Kind.RELAY]
    assert require_ticket(outcome).status == "pending"
    assert "commanded" not in [one.kind for one in outcome.events]
    assert [one.kind for one in outcome.references] == ["seen"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("#solved\nBye", "solved"),
        ("#open\nMore soon", "open"),
        ("#tag a\nBye", "pending"),
        ("#8 solved", "open"),
    ],
)
def test_the_commands_decide_the_status(facts: Make, text: str, status: str) -> None:
    """A status among the commands on this ticket stands; with any other, words make it the customer's turn."""
    assert require_ticket(_work_out(facts, text)).status == status


def test_another_ticket_is_beside(facts: Make) -> None:
    """What is done to another ticket stands in an outcome of its own, with what undoes it."""
    outcome = _work_out(facts, "#8 priority high")
    (other,) = outcome.others
    assert (require_ticket(other).priority, require_ticket(outcome)) == ("high", TICKET)
    assert [one.kind for one in other.events] == ["priority", "commanded"]


def test_what_waits_is_kept_with_its_ticket(facts: Make) -> None:
    """Asking back keeps what would work, shows what would not, relays the words, and changes nothing else."""
    outcome = _work_out(facts, "#solved\n#8 tag a\n#99 solved\nBye")
    assert outcome.pending is not None
    assert [str(one) for one in outcome.pending.commands] == ["#7 #solved", "#8 #tag a"]
    result = _letter(outcome, Kind.RESULT)
    assert result is not None
    assert outcome.pending.once_key == result.once_key
    assert [done for _, done, _ in result.commands] == [True, True, False]
    assert (result.asks_back, result.relayed_to, outcome.others) == (True, CARLA.address, ())
    assert require_ticket(outcome).status == "pending"


def test_a_yes_does_what_waited(facts: Make) -> None:
    """The commands it releases are done without asking again, and the mail that asked is settled."""
    waiting = read_commands("#7 solved\n#8 solved").commands
    outcome = _work_out(facts, "#yes", fresh=(), confirmed=waiting, settles=5)
    assert [require_ticket(one).status for one in (outcome, *outcome.others)] == ["solved", "solved"]
    assert (outcome.settles, outcome.pending, outcome.letters) == (5, None, ())


def test_words_without_a_ticket_are_not_lost_silently(facts: Make) -> None:
    """In a mail about no ticket commands need a number, and words come back as not sent."""
    outcome = _work_out(facts, "#solved\n#8 solved\nThank you", ticket=None)
    result = _letter(outcome, Kind.RESULT)
    assert result is not None
    assert [done for _, done, _ in result.commands] == [False, True, False]
    assert [require_ticket(one).status for one in outcome.others] == ["solved"]


def test_nobody_to_answer_is_told(facts: Make) -> None:
    """A customer without an address gets nothing, and the operator knows."""
    known = facts(commands=read_commands("Hello"), operator_proven=True)
    around = replace(AROUND, customer="")
    outcome = work_out_operator(known, DECISION, TICKET, around, "UTC")
    result = _letter(outcome, Kind.RESULT)
    assert _letter(outcome, Kind.RELAY) is None
    assert result is not None
    assert "left no address" in result.commands[0][2]


def test_a_muted_result_is_written_down(facts: Make) -> None:
    """When the limits forbid a result mail, an event says what was not told and why."""
    outcome = _work_out(facts, "#99 solved", muted=Suppression("result", "recipient_limit", "too many"))
    assert _letter(outcome, Kind.RESULT) is None
    assert [one.detail["limit"] for one in outcome.events if one.kind == "suppressed"] == ["recipient_limit"]


LINES = [
    "#solved",
    "#8 solved",
    "#merge 8",
    "#split",
    "#undo",
    "#yes",
    "#help",
    "#who",
    "#away off",
    "#nonsense",
    "#7?",
    "Words.",
]


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.sampled_from(LINES), max_size=6), about=st.booleans())
def test_no_mail_of_an_operator_raises(facts: Make, lines: list[str], *, about: bool) -> None:
    """Whatever he writes, there is one outcome per ticket, and a trial or an unknown word relays nothing."""
    text = "\n".join(lines)
    outcome = _work_out(facts, text, TICKET if about else None)
    numbers = [one.ticket.number for one in (outcome, *outcome.others) if one.ticket]
    assert len(set(numbers)) == len(numbers)
    block = read_commands(text)
    assert block.may_relay or _letter(outcome, Kind.RELAY) is None
