from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from inboxd.core.assign import Colleague
from inboxd.core.bounce_outcome import Returned, in_plain_words, work_out_bounce
from inboxd.core.facts import Facts
from inboxd.core.mail import Bounce, Dsn
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Outcome, require_ticket
from inboxd.core.rule_actions import Surroundings
from inboxd.core.ticket import Ticket

Make = Callable[..., Facts]
GONE = Dsn("Carla@customer.test", "failed", "5.1.1", "smtp; 550 no such user", permanent=True)
SLOW = Dsn("carla@customer.test", "delayed", "4.4.1", "", permanent=False)
ANSWER = Returned(5, "relay", "<m5@acme.test>", ("carla@customer.test",))


def bounced(
    facts: Make, *recipients: Dsn, returned: Returned | None = ANSWER, status: str | None = "pending"
) -> Outcome:
    about = facts(bounce=Bounce(is_bounce=True, recipients=recipients))
    ticket = None
    if status is not None:
        ticket = Ticket(
            12,
            "Export",
            1,
            about.now,
            about.now,
            status=status,
            first_response_at=about.now,
            answered_automatically=True,
        )
    around = Surroundings(
        about.now,
        "mail:9",
        "ticket.created",
        "carla@customer.test",
        (Colleague("Ada", "ada@acme.test"),),
        mail_id=9,
    )
    return work_out_bounce(about, ticket, returned, around)


def test_an_answer_that_bounced_is_no_answer(facts: Make) -> None:
    """The ticket is open and unanswered again, the address is muted, and a person is told in plain words."""
    outcome = bounced(facts, GONE)
    ticket = require_ticket(outcome)
    assert (ticket.status, ticket.first_response_at, ticket.answered_automatically) == ("open", None, False)
    assert ticket.waiting_since == ticket.created_at
    assert [one.kind for one in outcome.events] == ["bounce", "undelivered", "status"]
    assert outcome.events[1].detail == {"message_id": "<m5@acme.test>"}
    assert [address for address, _ in outcome.undeliverable] == ["carla@customer.test"]
    (letter,) = outcome.letters
    assert (letter.kind, letter.event, letter.to) == (Kind.ALARM, "not_delivered", ("ada@acme.test",))
    assert "does not exist" in letter.text


def test_it_is_written_on_the_ticket(facts: Make) -> None:
    """The report stands on the ticket as a note, never as a line the customer wrote."""
    (note,) = bounced(facts, GONE).messages
    assert (note.direction, note.kind, note.mail_id) == ("note", "bounce", 9)
    assert "this address does not exist" in note.text


@pytest.mark.parametrize("kind", ["acknowledgement", "survey", "notification"])
def test_what_promised_nothing_moves_nothing(facts: Make, kind: str) -> None:
    """A receipt or a survey that bounced mutes the address; the ticket stays as it is."""
    outcome = bounced(facts, GONE, returned=replace(ANSWER, kind=kind))
    assert require_ticket(outcome).status == "pending"
    assert outcome.undeliverable
    assert outcome.letters == ()


def test_a_delay_is_noted_only(facts: Make) -> None:
    """While the other server is still trying nothing is muted and nothing moves."""
    outcome = bounced(facts, SLOW)
    assert (require_ticket(outcome).status, outcome.undeliverable, outcome.letters) == ("pending", (), ())
    assert outcome.events[0].detail["permanent"] is False


def test_only_our_own_recipients_can_be_muted(facts: Make) -> None:
    """A report that names somebody we never wrote to mutes nobody: anybody could have written it."""
    victim = replace(GONE, final_recipient="victim@elsewhere.test")
    outcome = bounced(
        facts, GONE, victim, returned=replace(ANSWER, recipients=("carla@customer.test", "x@y.test"))
    )
    assert [address for address, _ in outcome.undeliverable] == ["carla@customer.test"]


def test_a_report_about_no_mail_of_ours(facts: Make) -> None:
    """A report that cannot be bound to a mail of ours is noted, mutes nobody and tells nobody."""
    outcome = bounced(facts, GONE, returned=None)
    assert (require_ticket(outcome).status, outcome.undeliverable, outcome.letters) == ("pending", (), ())
    nowhere = bounced(facts, GONE, returned=None, status=None)
    assert (nowhere.ticket, nowhere.messages) == (None, ())


def test_a_mail_without_ticket(facts: Make) -> None:
    """A digest that came back is noted, and mutes its address."""
    outcome = bounced(facts, GONE, returned=replace(ANSWER, kind="digest"), status=None)
    assert [one.kind for one in outcome.events] == ["bounce"]
    assert outcome.undeliverable


@pytest.mark.parametrize("status", ["solved", "closed"])
def test_it_opens_what_was_done(facts: Make, status: str) -> None:
    """A solution that never arrived solved nothing, however long ago."""
    assert require_ticket(bounced(facts, GONE, status=status)).status == "open"


@pytest.mark.parametrize(
    ("dsn", "words"),
    [
        (GONE, "Carla@customer.test: this address does not exist (smtp; 550 no such user)"),
        (
            replace(GONE, status="5.7.1", diagnostic_code=""),
            "Carla@customer.test: the mail was refused for good",
        ),
        (SLOW, "carla@customer.test: not delivered yet, his server is still trying"),
    ],
)
def test_in_plain_words(dsn: Dsn, words: str) -> None:
    """A status code becomes a sentence, with the server's own words behind it; long ones are cut."""
    assert in_plain_words(dsn) == words
    assert len(in_plain_words(replace(dsn, diagnostic_code="x" * 5000))) < 400


def test_a_hostile_report(facts: Make) -> None:
    """A report without recipients, or with empty ones, does no harm."""
    assert bounced(facts).undeliverable == ()
    empty: Any = Dsn("", "failed", "", "", permanent=True)
    assert (
        bounced(facts, empty, returned=replace(ANSWER, recipients=("a@x.test", "b@x.test"))).undeliverable
        == ()
    )
