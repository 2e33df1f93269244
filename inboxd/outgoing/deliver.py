"""Deliver: claim a due mail, transmit it, record what the peer said.

At-least-once, and only here: a crash between the peer's 250 and our record sends the same bytes with the same
Message-ID again, which is how the receiver can tell (RFC 5321 6.1).
"""

import collections
import datetime as dt
import logging
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Engine

from inboxd import maillog
from inboxd.clock import Clock
from inboxd.core import retry
from inboxd.fault_points import Point, reached
from inboxd.outgoing.transmit import Outcome, Parcel, Reply, Transmit
from inboxd.stages import Stage, timed
from inboxd.store import outbox
from inboxd.store.engine import read, write
from inboxd.store.one_connection import one_connection
from inboxd.store.outbox import Claimed
from inboxd.store.outbox_claims import claim_due

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What delivering needs: the store, the time and a transport. The worker tells the operator what failed.

    ``answers`` holds what a peer said while it is not yet written down.
    """

    engine: Engine
    clock: Clock
    transmit: Transmit
    answers: collections.deque[tuple[Claimed, Reply]] = field(default_factory=collections.deque)


def deliver_one(delivery: Delivery) -> bool:
    """Try the mail that has been due longest; return False when none is due.

    Raises ``TransientError`` when the store is away; an answer it could not take is kept for the next call.
    """
    with one_connection(delivery.engine):
        return _deliver_one(delivery)


def _deliver_one(delivery: Delivery) -> bool:
    record_answers(delivery)
    now = delivery.clock()
    with read(delivery.engine) as connection:
        if outbox.find_due(connection, now) is None:
            return False
    with write(delivery.engine) as connection:
        claimed = claim_due(connection, now, partial(_booked_until, now))
        reached(Point.BEFORE_BOOKING)
    reached(Point.AFTER_BOOKING)
    if claimed is not None:
        parcel = Parcel(
            claimed.reverse_path, claimed.recipients, claimed.message_id, claimed.raw, claimed.kind
        )
        with maillog.about(claimed.mail_id), timed(Stage.TRANSMIT):
            reply = _transmit(delivery, parcel)
        delivery.answers.append((claimed, reply))
        reached(Point.TRANSMITTED)
        record_answers(delivery)
    # What is due and was not to be had is another daemon's, or waits for what another one is sending.
    return claimed is not None


def _booked_until(now: dt.datetime, outbox_id: int, attempts: int) -> dt.datetime:
    return retry.next_attempt_at(attempts, now, outbox_id) or now + retry.LONGEST_DELIVERY_DELAY


def record_answers(delivery: Delivery) -> None:
    """Write down what peers said and could not be written before: an answer we know must not cause a repeat.

    Raises ``TransientError`` when the store is still away; nothing is forgotten.
    """
    while delivery.answers:
        _record(delivery, *delivery.answers[0])
        delivery.answers.popleft()


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
        reached(Point.BEFORE_RECORD)
    reached(Point.AFTER_RECORD)
    with maillog.about(claimed.mail_id):
        maillog.transmitted(claimed.outbox_id, outcome, reply.text)
