import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from inboxd.core.assign import Colleague
from inboxd.core.commands import CommandBlock, read_commands
from inboxd.core.decision import Course, Decision, Disposition
from inboxd.core.facts import CustomerFacts, Facts
from inboxd.core.mail_kind import Kind
from inboxd.core.operator_outcome import work_out_operator
from inboxd.core.outcome import Outcome, require_ticket
from inboxd.core.rule_actions import Surroundings
from inboxd.core.ticket import Ticket

Make = Callable[..., Facts]
NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
TICKET = Ticket(12, "Export", 1, NOW, NOW, status="open")
CARLA = CustomerFacts(1, "carla@customer.test", "Carla", "en", (), 1, None, undeliverable=False)
AROUND = Surroundings(
    NOW,
    "mail:34",
    "operator.replied",
    "carla@customer.test",
    (Colleague("Ada", "ada@acme.test"), Colleague("Grace", "grace@acme.test")),
    question="How?",
    articles=frozenset({"export-data"}),
    mail_id=34,
    actor="ada@acme.test",
)


@pytest.fixture
def ordered(facts: Make, mail: Any) -> Callable[..., Outcome]:
    """Let Ada write a mail on ticket #12 (or on none); return what follows."""

    def order(body: str, ticket: Ticket | None = TICKET, to: str = "support@acme.test") -> Outcome:
        block: CommandBlock = read_commands(body)
        about = facts(
            mail(body, from_="Ada <ada@acme.test>", to=to),
            is_operator=True,
            operator_proven=True,
            commands=block,
            customer=CARLA,
            ticket=None,
        )
        decision = Decision(Disposition.FILE, Course.OPERATOR, "because")
        return work_out_operator(about, decision, ticket, AROUND, "UTC")

    return order


def kinds(outcome: Outcome) -> list[Kind]:
    return [letter.kind for letter in outcome.letters]


def test_his_words_go_to_the_customer(ordered: Callable[..., Outcome]) -> None:
    """A reply without commands is relayed as it is, and the ticket waits for the customer."""
    outcome = ordered("Press Export twice.")
    (letter,) = outcome.letters
    assert (letter.kind, letter.to, letter.text.strip()) == (
        Kind.RELAY,
        ("carla@customer.test",),
        "Press Export twice.",
    )
    assert (letter.author, letter.once_key) == ("ada@acme.test", "relay:mail:34")
    assert require_ticket(outcome).status == "pending"


def test_what_he_wrote_to_the_customer_himself_is_not_sent_again(ordered: Callable[..., Outcome]) -> None:
    """A reply that names the customer as a recipient beside the desk is the answer: filed, the clocks stop, no letter."""
    outcome = ordered("Press Export twice.", to="Carla <Carla@customer.test>, support@acme.test")
    assert outcome.letters == ()
    assert [(one.direction, one.kind, one.text.strip()) for one in outcome.messages] == [
        ("out", "relay", "Press Export twice.")
    ]
    ticket = require_ticket(outcome)
    assert (ticket.status, ticket.first_response_at, ticket.waiting_since) == ("pending", NOW, None)
    assert [one.kind for one in outcome.events].count("answered") == 1


def test_commands_and_words(ordered: Callable[..., Outcome]) -> None:
    """Commands decide the status, the words below them are relayed without them, and nothing is confirmed needlessly."""
    outcome = ordered("#solved\n#tag billing\n\nPress Export twice.")
    ticket = require_ticket(outcome)
    assert (ticket.status, ticket.tags) == ("solved", ("billing",))
    assert kinds(outcome) == [Kind.RELAY]
    assert "#" not in outcome.letters[0].text


def test_commands_alone_relay_nothing(ordered: Callable[..., Outcome]) -> None:
    """A mail of commands only sends the customer nothing."""
    outcome = ordered("#priority high")
    assert require_ticket(outcome).priority == "high"
    assert Kind.RELAY not in kinds(outcome)


def test_what_led_to_a_change_is_marked(ordered: Callable[..., Outcome]) -> None:
    """#improved tags the ticket and leaves an event; nobody gets a word of it."""
    outcome = ordered("#improved")
    assert outcome.ticket is not None
    assert "improved" in outcome.ticket.tags
    assert "improved" in [event.kind for event in outcome.events]
    assert outcome.letters == ()


def test_a_word_nobody_knows_relays_nothing(ordered: Callable[..., Outcome]) -> None:
    """A misspelt command comes back in the result mail, and the words below it do not go out by mistake."""
    outcome = ordered("#sovled\n\nPress Export twice.")
    assert kinds(outcome) == [Kind.RESULT]
    assert outcome.letters[0].to == ("ada@acme.test",)
    assert require_ticket(outcome).status == "open"


@pytest.mark.parametrize(
    "body", ["#snooze yesterday", "#assign nobody", "#kb no-such-article", "#priority huge"]
)
def test_a_command_that_cannot_be_obeyed(ordered: Callable[..., Outcome], body: str) -> None:
    """A command with a wrong value changes nothing and says why."""
    outcome = ordered(body)
    assert require_ticket(outcome) == TICKET
    (letter,) = outcome.letters
    assert letter.kind is Kind.RESULT
    assert [done for _, done, _ in letter.commands] in ([False], [])


@pytest.mark.parametrize("named", ["#kb no-such-article", "#kb two words", "#kb"])
def test_an_article_that_is_not_there_is_not_sent_in_the_guise_of_another(
    ordered: Callable[..., Outcome], named: str
) -> None:
    """Where ``#kb`` fails, ``#send`` below it sends nothing: the machine's own suggestion is not what was meant."""
    suggested = replace(TICKET, suggested_article="export-data", suggested_confidence=0.4)
    outcome = ordered(f"{named}\n#send", suggested)
    assert kinds(outcome) == [Kind.RESULT]
    told = outcome.letters[0].commands
    assert not any(done for _, done, _ in told)
    # The mail shows the command before the sentence.
    assert not told[0][2].startswith("#")
    assert kinds(ordered(f"{named}\n#kb export-data\n#send", suggested)) == [Kind.RELAY, Kind.RESULT]


def test_a_mail_about_no_ticket(ordered: Callable[..., Outcome]) -> None:
    """Commands that concern no ticket do nothing and come back; no customer gets anything."""
    outcome = ordered("#solved", None)
    assert outcome.ticket is None
    assert kinds(outcome) == [Kind.RESULT]
    assert not any(done for _, done, _ in outcome.letters[0].commands)


def test_a_note_stays_inside(ordered: Callable[..., Outcome]) -> None:
    """A note is a line of the ticket that no customer ever gets."""
    outcome = ordered("#note she is a friend of the boss")
    assert [(one.direction, one.text) for one in outcome.messages] == [
        ("note", "she is a friend of the boss")
    ]
    assert Kind.RELAY not in kinds(outcome)
