"""Deliver: claim a due mail, transmit it, record what the peer said.

At-least-once, and only here: a crash between the peer's 250 and our record sends the same bytes with the same
Message-ID again, which is how the receiver can tell (RFC 5321 6.1).
"""

import logging
from dataclasses import dataclass

from sqlalchemy import Engine

from inboxd import maillog
from inboxd.clock import Clock
from inboxd.core import retry
from inboxd.outgoing.transmit import Outcome, Parcel, Reply, Transmit
from inboxd.store import outbox
from inboxd.store.engine import read, write
from inboxd.store.outbox import Claimed

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What delivering needs: the store, the time and a transport. The worker tells the operator what failed."""

    engine: Engine
    clock: Clock
    transmit: Transmit


def deliver_one(delivery: Delivery) -> bool:
    """Try the mail that has been due longest; return False when none is due."""
    now = delivery.clock()
    with read(delivery.engine) as connection:
        due = outbox.find_due(connection, now)
    if due is None:
        return False
    outbox_id, attempts = due
    booked_until = retry.next_attempt_at(attempts + 1, now, outbox_id) or now + retry.LONGEST_DELIVERY_DELAY
    with write(delivery.engine) as connection:
        claimed = outbox.claim(connection, outbox_id, attempts, now, booked_until)
    if claimed is not None:
        parcel = Parcel(
            claimed.reverse_path, claimed.recipients, claimed.message_id, claimed.raw, claimed.kind
        )
        _record(delivery, claimed, _transmit(delivery, parcel))
    return True


def _transmit(delivery: Delivery, parcel: Parcel) -> Reply:
    """Transmit; a fault of our own is "later", so that one mail that trips it cannot stop those behind it."""
    try:
        return delivery.transmit(parcel)
    except Exception as error:  # noqa: BLE001  whatever a transport raises, the mails behind this one must leave
        _log.exception("transmitting failed", extra={"action": "transmit_fault"})
        return Reply(Outcome.LATER, f"{type(error).__name__}: {error}"[:500])


def _record(delivery: Delivery, claimed: Claimed, reply: Reply) -> None:
    """Write down what the peer said; after four days of "later" (RFC 5321 4.5.4.1) it counts as failed."""
    now = delivery.clock()
    again_at = retry.next_attempt_at(claimed.attempts, now, claimed.outbox_id)
    outcome = Outcome.FAILED if reply.outcome is Outcome.LATER and again_at is None else reply.outcome
    with write(delivery.engine) as connection:
        outbox.record_reply(
            connection, claimed, outcome=outcome, reply=reply.text, now=now, next_attempt_at=again_at or now
        )
    maillog.transmitted(claimed.outbox_id, outcome, reply.text)
