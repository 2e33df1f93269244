"""Taking the last command mail back: what it changed is remembered in an event, and restored field by field."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from inboxd.core.mail_kind import Kind
from inboxd.core.orders import Commanded, RefusedError, TicketCase
from inboxd.core.outcome import Letter, Outcome, Withdrawal, require_ticket
from inboxd.core.ticket import Ticket

COMMANDED = "commanded"
UNDONE = "undone"

# What people see as one thing, with the fields that go together; the first decides whether it changed since.
_THINGS = (
    ("status", ("status", "solved_at", "closed_at", "reopened")),
    ("priority", ("priority",)),
    ("category", ("category",)),
    ("assignee", ("assignee",)),
    ("snooze", ("snoozed_until",)),
    ("suggested answer", ("suggested_article", "suggested_confidence")),
)
_MOMENTS = frozenset({"solved_at", "closed_at", "snoozed_until"})
_FIELDS = (*(name for _, names in _THINGS for name in names), "tags")


def remember(before: Ticket, outcome: Outcome, operator: str, author: str, now: dt.datetime) -> Outcome:
    """Return the outcome with what ``#undo`` needs; unchanged when the mail did nothing to this ticket.

    ``author`` is who its notes are by.
    """
    after = require_ticket(outcome)
    old, new = _values(before), _values(after)
    changed = [name for name in _FIELDS if old[name] != new[name]]
    lasting = _lasting(outcome)
    noted = any(message.direction == "note" for message in outcome.messages)
    if not (changed or lasting or noted or outcome.learnt):
        return outcome
    return outcome.with_event(
        COMMANDED,
        operator,
        at=now.isoformat(),
        author=author,
        before={name: old[name] for name in changed},
        after={name: new[name] for name in changed},
        lasting=list(lasting),
    )


def read_commanded(mail_id: int, detail: Mapping[str, object]) -> Commanded:
    """Return what an event of the kind ``commanded`` says."""
    before, after, lasting = (detail.get(name) for name in ("before", "after", "lasting"))
    return Commanded(
        mail_id=mail_id,
        at=dt.datetime.fromisoformat(str(detail["at"])),
        before=before if isinstance(before, dict) else {},
        after=after if isinstance(after, dict) else {},
        author=str(detail.get("author", "")),
        lasting=tuple(map(str, lasting)) if isinstance(lasting, list) else (),
    )


def undo(outcome: Outcome, case: TicketCase, operator: str) -> tuple[Outcome, str, bool]:
    """Return the outcome with the last command mail taken back, what to say, and whether that was all of it.

    What somebody else changed since stays as it is. Raises ``RefusedError`` when there is nothing to take back.
    """
    last = case.commanded
    if last is None:
        raise RefusedError("you ordered nothing on it within the last 24 hours")
    ticket = require_ticket(outcome)
    restored, kept = _restored(ticket, last)
    outcome = replace(
        outcome, ticket=restored, withdrawals=(*outcome.withdrawals, Withdrawal(last.at, last.author))
    )
    outcome = _with_clock_events(outcome, ticket, operator).with_event(UNDONE, operator, mail=last.mail_id)
    problems = (*last.lasting, *(f"the {thing} was changed since and stays" for thing in kept))
    said = "; ".join((f"#{ticket.number} is as it was before your last commands", *problems))
    return outcome, said, not problems


def _values(ticket: Ticket) -> dict[str, object]:
    return {name: _plain(getattr(ticket, name)) for name in _FIELDS}


def _plain(value: object) -> object:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _lasting(outcome: Outcome) -> tuple[str, ...]:
    """Return what stays done: a mail that was handed over for sending, tickets and customers that became one or two."""
    sent = (
        f"the mail to {letter.to[0]} stays sent" for letter in outcome.letters if _leaves_the_desk(letter)
    )
    merged = (f"what was #{number} stays merged into it" for number in outcome.merges)
    parted = (event.detail["into"] for event in outcome.events if event.kind == "split")
    same = (f"{outcome.same_person} stays the customer's",) if outcome.same_person else ()
    return (*sent, *merged, *(f"#{number} stays a ticket of its own" for number in parted), *same)


def _leaves_the_desk(letter: Letter) -> bool:
    return letter.kind is Kind.RELAY or (letter.kind is Kind.NOTIFICATION and letter.template == "relay")


def _restored(ticket: Ticket, last: Commanded) -> tuple[Ticket, tuple[str, ...]]:
    """Return the ticket with the old values of all that is still as that mail left it, and what is not."""
    now = _values(ticket)
    changes: dict[str, object] = {}
    kept: list[str] = []
    for thing, names in _THINGS:
        touched = [name for name in names if name in last.before]
        if touched and any(now[name] != last.after.get(name) for name in touched):
            kept.append(thing)
            continue
        changes |= {name: _typed(name, last.before[name]) for name in touched}
    if "tags" in last.before:
        changes["tags"] = _tags(ticket.tags, last)
    return replace(ticket, **changes), tuple(kept)  # type: ignore[arg-type]  # values of the same fields, as kept


def _typed(name: str, value: object) -> object:
    return dt.datetime.fromisoformat(str(value)) if name in _MOMENTS and value is not None else value


def _tags(tags: tuple[str, ...], last: Commanded) -> tuple[str, ...]:
    """Return the tags without those that mail added and with those it took off; all others stay."""
    before, after = (_names(values.get("tags")) for values in (last.before, last.after))
    added, taken_off = set(after) - set(before), [tag for tag in before if tag not in after]
    return tuple(dict.fromkeys((*(tag for tag in tags if tag not in added), *taken_off)))


def _names(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _with_clock_events(outcome: Outcome, was: Ticket, operator: str) -> Outcome:
    """Tell the clocks: the status as it is again, and that it sleeps again if it did."""
    ticket = require_ticket(outcome)
    if (ticket.status, ticket.snoozed_until) == (was.status, was.snoozed_until):
        return outcome
    outcome = outcome.with_event(
        "status", operator, **{"from": was.status, "to": ticket.status, "by": "#undo"}
    )
    if was.status != ticket.status:
        outcome = replace(outcome, withdraw_survey="undone")
    if ticket.snoozed_until is not None:
        outcome = outcome.with_event("snoozed", operator, until=ticket.snoozed_until.isoformat())
    return outcome
