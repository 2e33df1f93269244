"""Webhooks and hooks: what a rule's ``webhook`` posts and a program of ``[hooks]`` is given, signed with the desk's secret so that the receiver can trust it."""

import datetime as dt
import hashlib
import hmac
import json

from inboxd.core.hooks import is_hook
from inboxd.core.outcome import Outcome
from inboxd.desk import Stationery
from inboxd.letter_views import Correspondence
from inboxd.store.outbox import NewOutgoing


def write_calls(
    stationery: Stationery, outcome: Outcome, about: Correspondence, first_outbox_id: int, now: dt.datetime
) -> tuple[NewOutgoing, ...]:
    """Return the webhooks of an outcome under consecutive outbox ids. They carry ids and labels, no customer's words."""
    found = []
    for outbox_id, call in enumerate(outcome.calls, first_outbox_id):
        document = {
            "event": call.event,
            "at": now.isoformat(),
            "desk": stationery.address,
            "ticket": _ticket(about),
            "customer": about.customer.address,
            "rule": call.why.get("rule", ""),
        }
        body = json.dumps(document, ensure_ascii=False, sort_keys=True).encode()
        found.append(
            NewOutgoing(
                outbox_id=outbox_id,
                kind="hook" if is_hook(call.url) else "webhook",
                automatic=False,
                reverse_path="",
                recipients=(call.url,),
                subject=call.event,
                message_id=f"<w{outbox_id}.{stationery.tokens.sign('w', (outbox_id,))}@{stationery.domain}>",
                raw=_headers(stationery, outbox_id, body) + b"\r\n\r\n" + body,
                ticket_number=about.ticket.number if about.ticket else None,
                once_key=call.once_key,
                why=dict(call.why),
            )
        )
    return tuple(found)


def webhook_key(secret: bytes) -> str:
    """Return the key receivers check signatures with; derived, because the desk's own secret opens every ticket."""
    return hmac.new(secret, b"webhook", hashlib.sha256).hexdigest()


def signature(secret: bytes, body: bytes) -> str:
    """Return ``sha256=`` and the HMAC-SHA256 of a body, the form most receivers know from GitHub."""
    return "sha256=" + hmac.new(webhook_key(secret).encode(), body, hashlib.sha256).hexdigest()


def _ticket(about: Correspondence) -> dict[str, object]:
    ticket = about.ticket
    if ticket is None:
        return {}
    names = ("number", "status", "priority", "category", "assignee", "language")
    return {name: getattr(ticket, name) for name in names} | {"tags": list(ticket.tags)}


def _headers(stationery: Stationery, outbox_id: int, body: bytes) -> bytes:
    lines = (
        "Content-Type: application/json; charset=utf-8",
        "User-Agent: inboxd",
        # The same for every attempt, so that a receiver can tell a repeat.
        f"X-Inboxd-Delivery: {outbox_id}",
        f"X-Inboxd-Signature: {signature(stationery.tokens.secret, body)}",
    )
    return "\r\n".join(lines).encode("ascii")
