"""Asking "what would you decide?" about a mail that was never accepted. Reads the store, writes nothing."""

from typing import Any

from inboxd.core.decide import decide
from inboxd.core.facts import Unknown
from inboxd.desk import Desk
from inboxd.errors import TransientError
from inboxd.explanation import explain_decision
from inboxd.gather import Gathered, forbidder, gather
from inboxd.store.mails import StoredMail


def gather_unaccepted(desk: Desk, raw: bytes) -> Gathered:
    """Return everything known about a mail that is in nobody's store."""
    now = desk.now
    stored = StoredMail(
        mail_id=0,
        accepted_at=now,
        source="file",
        reverse_path=None,
        forward_paths=(),
        peer="",
        helo="",
        submitter="",
        imported=False,
        attempts=0,
        state="accepted",
        disposition="",
        reason="",
        detail="",
        ticket_number=None,
        sender="",
        subject="",
        decision={},
    )
    return gather(desk, stored, now, raw)


def would_decide(desk: Desk, raw: bytes) -> dict[str, Any]:
    """Return the decision that would be made now, in the shape of ``inboxd explain``."""
    gathered = gather_unaccepted(desk, raw)
    decision = decide(gathered.facts, desk.active.ruleset, desk.config.limits, forbidder(desk, gathered))
    if isinstance(decision, Unknown):
        raise TransientError("the knowledge base is not loaded")
    return explain_decision(gathered.facts, decision)
