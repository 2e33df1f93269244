"""Several operators: who gets a ticket, who is told of what, and that nobody is told of what he did himself."""

from collections.abc import Callable
from typing import Any

import pytest

from inboxd.jobs.chase import chase
from inboxd.jobs.snooze import wake_up

Mail = Callable[..., bytes]
ADA, GRACE = "ada@acme.test", "grace@acme.test"
RULES = """
[[rule]]
name = "invoices are billing"
on = ["ticket.created"]
continue = true
when.mail.subject_or_body.contains = ["invoice"]
then.assign = { skill = "billing" }

[[rule]]
name = "outages are urgent"
on = ["ticket.created"]
continue = true
when.mail.subject_or_body.contains = ["outage"]
then.priority = "urgent"

[[rule]]
name = "shown"
on = ["ticket.created", "customer.replied"]
then.notify = []
"""


@pytest.fixture
def desk(stage: Any) -> Any:
    """Ada, who knows billing, and Grace, who knows the API, on both databases."""
    stage.rules(RULES)
    return stage


def ask(stage: Any, mail: Mail, body: str, customer: str = "carla", **headers: str) -> int:
    """Let a customer ask something; return the number of the ticket."""
    raw = mail(body, subject=body[:30], from_=f"{customer} <{customer}@customer.test>", **headers)
    number = stage.stored(stage.take(raw)).ticket_number
    assert number
    return int(number)


def told(stage: Any, kind: str = "notification") -> list[str]:
    """Return who was written to, in order."""
    return [one.queued.recipients[0] for one in stage.written(kind)]


def command(stage: Any, operator: str, number: int, text: str) -> None:
    """Let an operator answer the newest notification of a ticket that he got."""
    mine = [one for one in stage.written("notification") if one.queued.recipients == (operator,)]
    newest = [one for one in mine if f"[#{number}]" in one.mail.subject][-1]
    stage.reply(newest, text)


def test_who_knows_it_gets_it_and_he_alone(desk: Any, mail: Mail) -> None:
    """A question about billing goes to the one with that skill, however busy he is, and only he is told."""
    for customer in ("anna", "bert", "cleo"):
        number = ask(desk, mail, "Where is my invoice?", customer)
        assert desk.ticket(number).assignee == ADA

    assert told(desk) == [ADA] * 3


def test_load_is_weighed_by_priority(desk: Any, mail: Mail) -> None:
    """One urgent ticket keeps a person as busy as four normal ones; the next go to whoever has less to do."""
    first = ask(desk, mail, "An outage of the invoice page", "anna")
    assert (desk.ticket(first).assignee, desk.ticket(first).priority) == (ADA, "urgent")

    got = [desk.ticket(ask(desk, mail, f"Question {n}", f"person{n}")).assignee for n in range(5)]

    assert got[:4] == [GRACE] * 4
    assert told(desk) == [ADA, *got]


def test_what_is_done_weighs_nothing(desk: Any, mail: Mail) -> None:
    """Solved tickets count no more: the next question goes to who has become free."""
    first = ask(desk, mail, "An outage of the invoice page", "anna")
    second = ask(desk, mail, "Something else", "bert")
    assert desk.ticket(second).assignee == GRACE
    command(desk, ADA, first, "#solved")

    assert desk.ticket(ask(desk, mail, "A third thing", "cleo")).assignee == ADA


def test_a_hand_over_tells_the_new_owner_only(desk: Any, mail: Mail) -> None:
    """``#assign grace`` tells Grace and not Ada; from then on only Grace hears of the ticket, with all that was said."""
    number = ask(desk, mail, "Where is my invoice?", message_id="<a@customer.test>")
    command(desk, ADA, number, "#assign grace")

    assert told(desk) == [ADA, GRACE]
    assert "Where is my invoice?" in desk.written("notification")[-1].mail.text
    assert desk.ticket(number).assignee == GRACE

    ask(desk, mail, "And the one of May?", in_reply_to="<a@customer.test>")
    assert told(desk) == [ADA, GRACE, GRACE]
    desk.clock.advance(days=3)
    chase(desk.desk, desk.clock())
    assert set(told(desk, "chase")) == {GRACE}


def test_taking_a_ticket_oneself_tells_nobody(desk: Any, mail: Mail) -> None:
    """Who takes a ticket himself knows that; the one who had it is told nothing either, he sees it in the digest."""
    number = ask(desk, mail, "Where is my invoice?")
    command(desk, ADA, number, "#assign ada")

    assert told(desk) == [ADA]
    assert not desk.written("result")


@pytest.mark.parametrize(
    "order",
    ["#solved", "#pending", "#open", "#tag x", "#priority high", "#note\n\nmine", "#spam", "#snooze 3d"],
)
def test_nobody_hears_of_what_he_did_himself(desk: Any, mail: Mail, order: str) -> None:
    """A command that was obeyed is followed by silence: no mail to who gave it, none to his colleagues."""
    number = ask(desk, mail, "Where is my invoice?")
    before = len(desk.written())
    command(desk, ADA, number, order)

    assert len(desk.written()) == before


def test_an_answer_is_sent_and_nobody_is_told(desk: Any, mail: Mail) -> None:
    """An operator's reply goes to the customer, and to nobody at the desk."""
    number = ask(desk, mail, "Where is my invoice?")
    before = len(desk.written())
    command(desk, ADA, number, "It is below Billing.")

    assert [one.queued.recipients for one in desk.written()[before:]] == [("carla@customer.test",)]


def test_a_snooze_wakes_who_has_the_ticket(desk: Any, mail: Mail) -> None:
    """When a snooze ends the assignee is told, because time has done that and not he."""
    number = ask(desk, mail, "Where is my invoice?")
    command(desk, ADA, number, "#snooze 3d")
    desk.clock.advance(days=4)
    wake_up(desk.desk, desk.clock())

    assert told(desk) == [ADA, ADA]


def test_an_operator_who_asks_is_not_told_of_it(desk: Any, mail: Mail) -> None:
    """A ticket that an operator opens by forwarding a mail goes to the one who knows it; he himself is not told."""
    forwarded = (
        "\n\n---------- Forwarded message ---------\nFrom: Eve <eve@sand.example>\n"
        "Date: Mon, 16 Nov 2026 09:00:00 +0000\nSubject: Where is my invoice?\nTo: <ada@acme.test>\n\n"
        "Dear Ada, where is my invoice?\n"
    )
    raw = mail(forwarded, subject="Fwd: Where is my invoice?", from_=f"Ada <{ADA}>")
    desk.take(raw, submitter=ADA)

    assert desk.ticket(1).assignee == ADA
    assert ADA not in told(desk)
