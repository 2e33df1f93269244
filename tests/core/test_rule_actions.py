import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from inboxd.core.actions import (
    Action,
    AddNote,
    Assign,
    Draft,
    Forward,
    Hold,
    Notify,
    Reply,
    SetCategory,
    SetPriority,
    SetStatus,
    Snooze,
    Survey,
    Tag,
    Untag,
    Webhook,
)
from inboxd.core.assign import Colleague
from inboxd.core.decision import RuleAction
from inboxd.core.facts import EventKind
from inboxd.core.mail import Attachment
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Outcome, require_ticket
from inboxd.core.rule_actions import Surroundings, act_all, letter_kind, notify
from inboxd.core.rules import Rule, RuleMode
from inboxd.core.ticket import Ticket

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
ADA = Colleague("Ada", "ada@acme.test", ("billing",))
GRACE = Colleague("Grace", "grace@acme.test", ("api",))
AROUND = Surroundings(
    now=NOW,
    key="mail:34",
    event="ticket.created",
    customer="carla@customer.test",
    colleagues=(ADA, GRACE),
    article="export-data",
    confidence=0.97,
    text="Export\n\nHow?",
)
TICKET = Ticket(12, "Export", 1, NOW, NOW, status="open", tags=("old",))
RULE = Rule(
    "a rule",
    "because",
    frozenset(EventKind),
    (),
    (),
    "g",
    continues=False,
    mode=RuleMode.LIVE,
    file="10.toml",
    line=7,
)
WHY = {"rule": "a rule", "file": "10.toml", "line": 7, "why": "because"}


def act(*actions: Action, ticket: Ticket = TICKET, **around: Any) -> Outcome:
    wanted = tuple(RuleAction(RULE, action) for action in actions)
    return act_all(Outcome(ticket=ticket), wanted, replace(AROUND, **around))


@pytest.mark.parametrize(
    ("action", "changes"),
    [
        (Tag(("new", "old")), {"tags": ("old", "new")}),
        (Untag(("old", "other")), {"tags": ()}),
        (SetPriority("urgent"), {"priority": "urgent"}),
        (SetCategory("billing"), {"category": "billing"}),
        (Assign(operator="Grace"), {"assignee": "grace@acme.test"}),
        (Assign(skill="billing"), {"assignee": "ada@acme.test"}),
        (Assign(operator="Nobody"), {}),
        (Survey(wanted=True), {"survey": "always"}),
        (Survey(wanted=False), {"survey": "never"}),
        (SetStatus("pending"), {"status": "pending"}),
        (SetStatus("solved"), {"status": "solved", "solved_at": NOW}),
        (Snooze(DAY), {"snoozed_until": NOW + DAY}),
        (Hold("odd"), {}),
    ],
)
def test_what_an_action_does_to_the_ticket(action: Action, changes: dict[str, Any]) -> None:
    """Each action changes on the ticket what it says, and nothing else."""
    assert require_ticket(act(action)) == replace(TICKET, **changes)


def test_a_reply_goes_to_the_customer_once_per_cause() -> None:
    """A reply is a letter to whoever asked, under a key that names the mail it answers, with the rule that wanted it."""
    (letter,) = act(Reply("acknowledgement")).letters
    assert (letter.kind, letter.to, letter.once_key) == (
        Kind.ACKNOWLEDGEMENT,
        ("carla@customer.test",),
        "reply:mail:34",
    )
    assert letter.why == WHY


def test_an_answer_is_remembered_on_the_ticket() -> None:
    """An answer from the knowledge base says on the ticket which article it was and how sure; a receipt does not."""
    answered = act(Reply("kb_answer"))
    ticket = require_ticket(answered)
    assert (ticket.answered_automatically, ticket.automatic_article, ticket.automatic_confidence) == (
        True,
        "export-data",
        0.97,
    )
    assert answered.letters[0].article == "export-data"
    assert not require_ticket(act(Reply("acknowledgement"))).answered_automatically


def test_no_article_no_answer() -> None:
    """A rule that answers without asking whether anything fits sends nothing when nothing does."""
    outcome = act(Reply("kb_answer"), article="")
    assert outcome.letters == ()
    assert [(one.kind, one.detail["limit"]) for one in outcome.events] == [("suppressed", "no_article")]
    assert not require_ticket(outcome).answered_automatically


@pytest.mark.parametrize(
    ("template", "kind"),
    [("acknowledgement", Kind.ACKNOWLEDGEMENT), ("kb_answer", Kind.ANSWER), ("welcome", Kind.ANSWER)],
)
def test_everything_but_a_receipt_is_an_answer(template: str, kind: Kind) -> None:
    """Templates of the operator's own stand under the limits of answers."""
    assert letter_kind(template) is kind


@pytest.mark.parametrize(
    ("names", "assignee", "told"),
    [
        ((), "", ["ada@acme.test", "grace@acme.test"]),
        ((), "grace@acme.test", ["grace@acme.test"]),
        (("Ada",), "grace@acme.test", ["ada@acme.test"]),
        (("grace@acme.test",), "", ["grace@acme.test"]),
        (("Nobody",), "", ["ada@acme.test", "grace@acme.test"]),
    ],
)
def test_who_is_told(names: tuple[str, ...], assignee: str, told: list[str]) -> None:
    """The named operators are told, else the assignee, else everybody; a name that fits nobody tells all, not none."""
    outcome = act(Notify(names), ticket=replace(TICKET, assignee=assignee))
    assert [letter.to[0] for letter in outcome.letters] == told
    assert {letter.kind for letter in outcome.letters} == {Kind.NOTIFICATION}


def test_nobody_is_told_twice() -> None:
    """Two rules that tell the same person make one mail; whoever did it himself is not told."""
    twice = act(Notify(), Notify(("Ada",)))
    assert [letter.to[0] for letter in twice.letters] == ["ada@acme.test", "grace@acme.test"]
    own_doing = act(Notify(), actor="ada@acme.test")
    assert [letter.to[0] for letter in own_doing.letters] == ["grace@acme.test"]


def test_the_notification_tells_what_was_done() -> None:
    """Notifications are written last, whatever the order in the rule: they say what the customer was sent."""
    outcome = act(Notify(("Ada",)), Assign(operator="Ada"), Reply("acknowledgement"))
    assert [letter.kind for letter in outcome.letters] == [Kind.ACKNOWLEDGEMENT, Kind.NOTIFICATION]
    assert outcome.letters[-1].sent == "acknowledgement"


@pytest.mark.parametrize("first", [0, 1])
def test_snooze_and_status_in_any_order(first: int) -> None:
    """A rule that sets a status and snoozes does both, whichever is written first."""
    actions: list[Action] = [SetStatus("pending"), Snooze(DAY)]
    ticket = require_ticket(act(actions[first], actions[1 - first]))
    assert (ticket.status, ticket.snoozed_until) == ("pending", NOW + DAY)


@pytest.mark.parametrize("status", ["open", "pending", "solved"])
def test_an_impossible_status_is_noted(status: str) -> None:
    """A rule that wants what a merged ticket cannot be changes nothing and says so: it must not hold the mail."""
    outcome = act(SetStatus(status), Tag(("x",)), ticket=replace(TICKET, status="merged"))
    assert require_ticket(outcome).status == "merged"
    assert require_ticket(outcome).tags == ("old", "x")
    assert [one.kind for one in outcome.events] == ["refused"]


def test_notes_drafts_and_forwards() -> None:
    """A note is a line of the ticket, a draft an event, a forwarded mail a letter per address with its words."""
    outcome = act(
        AddNote("look at the invoice"), Draft("kb_answer"), Forward(("boss@acme.test", "x@acme.test"))
    )
    (note,) = outcome.messages
    assert (note.direction, note.text, note.author) == ("note", "look at the invoice", "rule a rule")
    assert [one.kind for one in outcome.events] == ["draft", "forwarded"]
    assert [(letter.to, letter.text) for letter in outcome.letters] == [
        (("boss@acme.test",), "Export\n\nHow?"),
        (("x@acme.test",), "Export\n\nHow?"),
    ]
    assert len({letter.once_key for letter in outcome.letters}) == 2


def test_a_webhook_is_called_once_per_cause() -> None:
    """A webhook carries the event and the rule, under a key that names the cause and the address."""
    (call,) = act(Webhook("https://acme.test/hook")).calls
    assert (call.url, call.event, call.why) == ("https://acme.test/hook", "ticket.created", WHY)
    assert call.once_key == "webhook:mail:34:https://acme.test/hook"


def test_notify_without_rules() -> None:
    """What is always told is told the same way, with its own reason."""
    outcome = notify(Outcome(ticket=TICKET), (), AROUND, {"rule": "(snooze ended)"})
    assert [letter.why for letter in outcome.letters] == [{"rule": "(snooze ended)"}] * 2


@pytest.mark.parametrize(
    ("event", "size", "carried"),
    [("ticket.created", 10, 1), ("ticket.created", 10**8, 0), ("operator.replied", 10, 0)],
)
def test_notifications_carry_the_customers_files(event: str, size: int, carried: int) -> None:
    """The operator gets a customer's files with the notification, unless they are too large or not the customer's."""
    now = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)
    around = Surroundings(
        now=now,
        key="mail:1",
        event=event,
        customer="carla@customer.test",
        colleagues=(Colleague("Ada", "ada@acme.test"),),
        attachments=(Attachment("log.txt", "text/plain", size, inline=False, content=b"x"),),
    )
    outcome = notify(Outcome(ticket=Ticket(1, "s", 1, now, now)), (), around, {})
    assert len(outcome.letters[0].attachments) == carried
