"""What a journey left behind, as lines a person can review: per step what was decided and sent, then the tickets."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from journey_stage import Stage
from sqlalchemy import Connection

from inboxd.core.mail import Mail
from inboxd.core.ticket import Ticket
from inboxd.store import customers, mails, tickets
from inboxd.store.engine import read
from inboxd.store.mails import StoredMail
from inboxd.store.tickets import RecordedEvent

_SHOWN = 60
# What #undo keeps, and ids that say nothing to a reader.
_UNSHOWN_EVENTS = frozenset({"commanded"})
_UNSHOWN_KEYS = frozenset({"message_id", "outbox_id"})


@dataclass(slots=True)
class Record:
    """The story so far. ``note`` is called after every step, ``text`` at the end."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    seen_mails: dict[int, str] = field(default_factory=dict)
    seen_post: int = 0
    seen_tickets: dict[int, str] = field(default_factory=dict)

    def note(self, stage: Stage, name: str) -> None:
        """Add what one step did: the mails it brought, those it made us send, the tickets it changed."""
        with read(stage.desk.engine) as connection:
            mails_now = {one.mail_id: _mail_line(one) for one in _all_mails(connection)}
            now = {one.number: _ticket_line(connection, one) for one in _tickets(connection)}
        self.steps.append(
            {
                "name": name,
                "mails": _changed(self.seen_mails, mails_now),
                "sent": [_post_line(one) for one in stage.post[self.seen_post :]],
                "tickets": _changed(self.seen_tickets, now),
            }
        )
        self.seen_mails = mails_now
        self.seen_post = len(stage.post)
        self.seen_tickets = now

    def document(self, stage: Stage) -> dict[str, Any]:
        """Return the whole story, with what stands on every ticket at its end."""
        with read(stage.desk.engine) as connection:
            whole = [_whole_ticket(connection, one) for one in _tickets(connection)]
        return {"step": self.steps, "ticket": whole}


def to_toml(document: dict[str, Any]) -> str:
    """Return a document of tables and lists of strings as TOML, one line of a list per line: a diff reads well."""
    parts: list[str] = []
    for table, entries in document.items():
        for entry in entries:
            parts.append(f"[[{table}]]")
            parts += [f"{key} = {_value(value)}" for key, value in entry.items()]
            parts.append("")
    return "\n".join(parts)


def _value(value: str | int | list[str]) -> str:
    if not isinstance(value, list):
        return _text(value)
    if not value:
        return "[]"
    return "[\n" + "".join(f"  {_text(one)},\n" for one in value) + "]"


def _text(value: str | int) -> str:
    # JSON's strings are TOML's basic strings, but for DEL, which no line of ours contains.
    return json.dumps(value, ensure_ascii=False)


def _changed(before: dict[int, str], now: dict[int, str]) -> list[str]:
    return [line for number, line in now.items() if before.get(number) != line]


def _all_mails(connection: Connection) -> list[StoredMail]:
    found: list[StoredMail] = []
    while (one := mails.find(connection, len(found) + 1)) is not None:
        found.append(one)
    return found


def _tickets(connection: Connection) -> Sequence[Ticket]:
    return sorted(tickets.list_tickets(connection), key=lambda one: one.number)


def _mail_line(mail: StoredMail) -> str:
    what = mail.disposition if mail.state == "processed" else mail.state
    place = f"#{mail.ticket_number}" if mail.ticket_number else "no ticket"
    by = mail.decision.get("thread", {}).get("by", "")
    hits = [str(rule["name"]) for rule in mail.decision.get("rules", ()) if rule["matched"]]
    return f"{mail.sender or 'nobody'}: {what}, {place} by {by}: {'; '.join(hits) or mail.reason}"


def _post_line(mail: Mail) -> str:
    to = ", ".join(one.key for one in (*mail.to, *mail.cc))
    return f"{mail.header('X-Inboxd-Kind')} to {to}: {mail.subject}"


def _ticket_line(connection: Connection, ticket: Ticket) -> str:
    customer = customers.find(connection, ticket.customer_id)
    who = next(iter(customer.addresses), "nobody") if customer else "nobody"
    mute = " (undeliverable)" if customer and customer.undeliverable else ""
    more = (
        ("tags", " ".join(ticket.tags)),
        ("assigned to", ticket.assignee),
        ("asleep until", f"{ticket.snoozed_until:%Y-%m-%d %H:%M}" if ticket.snoozed_until else ""),
        ("linked to", f"#{ticket.linked_to}" if ticket.linked_to else ""),
        ("merged into", f"#{ticket.merged_into}" if ticket.merged_into else ""),
        ("late since", f"{ticket.breached_at:%Y-%m-%d %H:%M}" if ticket.breached_at else ""),
    )
    extra = "".join(f", {name} {value}" for name, value in more if value)
    return f"#{ticket.number} {ticket.status}, {ticket.priority}, {who}{mute}{extra}"


def _whole_ticket(connection: Connection, ticket: Ticket) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "messages": [
            f"{one.direction} {one.kind} of {one.author}: {_short(one.text)}"
            for one in tickets.list_messages(connection, ticket.number)
        ],
        "events": list(_event_lines(tickets.list_events(connection, ticket_number=ticket.number))),
    }


def _event_lines(events: Iterable[RecordedEvent]) -> Iterable[str]:
    for event in events:
        if event.kind in _UNSHOWN_EVENTS:
            continue
        detail = {key: value for key, value in event.detail.items() if key not in _UNSHOWN_KEYS}
        told = ", ".join(f"{key} {value}" for key, value in sorted(detail.items()))
        yield f"{event.kind}{f' by {event.actor}' if event.actor else ''}{f': {told}' if told else ''}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
