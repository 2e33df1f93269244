"""How much may be sent automatically, above every rule: what stops a loop that no header gave away.

Two machines that answer each other differ from people in one thing they cannot hide: how often. The windows are
Zammad's (``ticket_trigger_loop_protection``), tightened; one acknowledgement a day is RFC 5230 4.2.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from inboxd.core.mail import Automatic
from inboxd.core.mail_kind import Kind
from inboxd.core.simhash import is_similar

_MINUTE = dt.timedelta(minutes=1)
_HOUR = dt.timedelta(hours=1)
_DAY = dt.timedelta(days=1)

# Mail to customers can harm others, so everything here applies to it. Mail to the operator is what he must not miss.
TO_CUSTOMERS = frozenset({Kind.ACKNOWLEDGEMENT, Kind.ANSWER, Kind.SURVEY})


@dataclass(frozen=True, slots=True)
class Window:
    """At most ``at_most`` automatic mails within any ``span``."""

    span: dt.timedelta
    at_most: int


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits and their defaults. ``per_peer`` counts since a person of the desk last wrote to the address."""

    acknowledgement_every: dt.timedelta = _DAY
    per_ticket: tuple[Window, ...] = (
        Window(10 * _MINUTE, 3),
        Window(_HOUR, 5),
        Window(_DAY, 6),
        Window(7 * _DAY, 10),
    )
    per_recipient: tuple[Window, ...] = (Window(10 * _MINUTE, 5), Window(_HOUR, 10), Window(_DAY, 20))
    per_peer: tuple[Window, ...] = (Window(_DAY, 3), Window(30 * _DAY, 10))
    same_body: Window = Window(_DAY, 3)
    brake: Window = Window(_HOUR, 60)
    max_age: dt.timedelta = 2 * _DAY
    max_received: int = 30


@dataclass(frozen=True, slots=True)
class Occasion:
    """The mail to be sent and the one it answers (``automatic`` and ``answered_at`` are None when it answers none).

    ``answered_at`` is when that mail was written or arrived, the earliest time known; ``body`` its SimHash.
    ``withheld`` says why no article may answer it, ``guarded``: a guard is why; ``awaits_person``: it replies to an automatic answer.
    ``before_restore``: its time came before a backup was put back, so it may have been answered by what was lost.
    """

    kind: Kind
    automatic: Automatic | None = None
    answered_at: dt.datetime | None = None
    body: int = 0
    imported: bool = False
    undeliverable: bool = False
    withheld: str = ""
    guarded: bool = False
    awaits_person: bool = False
    before_restore: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """What was sent before, as times in any order; entries older than the longest window may be left out.

    ``to_recipient``: automatic mails to this address (for a result: earlier results, notifications do not count).
    ``on_ticket``: those of them on this ticket.
    ``acknowledged``: acknowledgements to this address. ``ticket_acknowledged``: whether this ticket ever had one.
    ``from_desk``: automatic mails to any customer. ``person_wrote_at``: when a person of the desk last wrote to this
    address (a mail *from* it proves nothing: an unmarked robot looks like a person).
    ``to_peer``: as ``to_recipient``, to all addresses that are the same peer (``core/peers.py``); empty: only to this one.
    ``bodies``: time and SimHash of the other mails received from this sender's domain.
    """

    to_recipient: tuple[dt.datetime, ...] = ()
    on_ticket: tuple[dt.datetime, ...] = ()
    acknowledged: tuple[dt.datetime, ...] = ()
    ticket_acknowledged: bool = False
    from_desk: tuple[dt.datetime, ...] = ()
    person_wrote_at: dt.datetime | None = None
    bodies: tuple[tuple[dt.datetime, int], ...] = ()
    to_peer: tuple[dt.datetime, ...] = ()


class SuppressionReason(StrEnum):
    """Why an automatic mail was not sent, or a mail held."""

    MAY_NOT_ANSWER = "may_not_answer"
    IMPORTED = "imported"
    BEFORE_RESTORE = "before_restore"
    UNDELIVERABLE = "undeliverable"
    TOO_OLD = "too_old"
    ACKNOWLEDGED = "acknowledged"
    TICKET_ACKNOWLEDGED = "ticket_acknowledged"
    TICKET_LIMIT = "ticket_limit"
    RECIPIENT_LIMIT = "recipient_limit"
    PEER_LIMIT = "peer_limit"
    SAME_BODY = "same_body"
    BRAKE = "brake"
    TOO_MANY_HOPS = "too_many_hops"


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A mail that is not sent: the reason for machines, and the sentence for the event and ``explain``."""

    reason: SuppressionReason
    sentence: str


def may_send(limits: Limits, occasion: Occasion, history: History, now: dt.datetime) -> Suppressed | None:
    """Return None when the mail may be sent at ``now``, otherwise the first reason why not.

    Mail to customers passes every limit. A result answers the operator's mail, so the limits against loops hold for
    it too, but neither the brake nor the limit per peer. A relay is a person's own mail; notification, chase, digest
    and alarm answer no mail of their recipient and tell the operator what he must know: they are never suppressed.
    """
    if occasion.kind in TO_CUSTOMERS:
        return (
            _by_the_mail(limits, occasion, now)
            or _by_acknowledgements(limits, occasion, history, now)
            or _by_frequency(limits, history, now)
            or _by_peer(limits, history, now)
            or _by_body(limits, occasion, history, now)
            or _by_brake(limits, history, now)
        )
    if occasion.kind is Kind.RESULT:
        return _by_the_mail(limits, occasion, now) or _by_frequency(limits, history, now)
    return None


def must_hold(limits: Limits, received_fields: int) -> Suppressed | None:
    """Return why a mail that passed so many hosts is held, or None: RFC 5321 6.3 counts Received fields for loops."""
    if received_fields <= limits.max_received:
        return None
    sentence = (
        f"it has {received_fields} Received fields, more than {limits.max_received}: it is going in circles"
    )
    return Suppressed(SuppressionReason.TOO_MANY_HOPS, sentence)


def _by_the_mail(limits: Limits, occasion: Occasion, now: dt.datetime) -> Suppressed | None:
    if occasion.imported:
        return Suppressed(
            SuppressionReason.IMPORTED, "the mail was imported; nobody waits for an answer to it"
        )
    if occasion.before_restore:
        return Suppressed(
            SuppressionReason.BEFORE_RESTORE,
            "the store was put back from a backup since: it may have been answered already",
        )
    if occasion.automatic is not None and not occasion.automatic.may_answer:
        sentence = f"nothing automatic answers this mail: {occasion.automatic.reason}"
        return Suppressed(SuppressionReason.MAY_NOT_ANSWER, sentence)
    if occasion.undeliverable:
        return Suppressed(SuppressionReason.UNDELIVERABLE, "mail to this address bounced")
    if occasion.answered_at is not None and now - occasion.answered_at > limits.max_age:
        return Suppressed(SuppressionReason.TOO_OLD, f"the mail is older than {_words(limits.max_age)}")
    return None


def _by_acknowledgements(
    limits: Limits, occasion: Occasion, history: History, now: dt.datetime
) -> Suppressed | None:
    if occasion.kind is not Kind.ACKNOWLEDGEMENT:
        return None
    if history.ticket_acknowledged:
        return Suppressed(SuppressionReason.TICKET_ACKNOWLEDGED, "this ticket was acknowledged before")
    if _count(history.acknowledged, limits.acknowledgement_every, now):
        sentence = (
            f"this sender got an acknowledgement within the last {_words(limits.acknowledgement_every)}"
        )
        return Suppressed(SuppressionReason.ACKNOWLEDGED, sentence)
    return None


def _by_frequency(limits: Limits, history: History, now: dt.datetime) -> Suppressed | None:
    full = _full_window(limits.per_ticket, history.on_ticket, now)
    if full:
        return Suppressed(
            SuppressionReason.TICKET_LIMIT, f"{_full(full)} went to this address on this ticket"
        )
    full = _full_window(limits.per_recipient, history.to_recipient, now)
    if full:
        return Suppressed(SuppressionReason.RECIPIENT_LIMIT, f"{_full(full)} went to this address")
    return None


def _by_peer(limits: Limits, history: History, now: dt.datetime) -> Suppressed | None:
    since = history.person_wrote_at
    times = history.to_peer or history.to_recipient
    unattended = [at for at in times if since is None or at > since]
    full = _full_window(limits.per_peer, unattended, now)
    if full is None:
        return None
    return Suppressed(
        SuppressionReason.PEER_LIMIT, f"{_full(full)} went to this address and no person wrote to it"
    )


def _by_body(limits: Limits, occasion: Occasion, history: History, now: dt.datetime) -> Suppressed | None:
    window = limits.same_body
    alike = [at for at, body in history.bodies if is_similar(body, occasion.body)]
    if _count(alike, window.span, now) + 1 < window.at_most:  # the mail to be answered is one of them
        return None
    sentence = f"the same text came {window.at_most} times within {_words(window.span)} from this domain"
    return Suppressed(SuppressionReason.SAME_BODY, sentence)


def _by_brake(limits: Limits, history: History, now: dt.datetime) -> Suppressed | None:
    full = _full_window((limits.brake,), history.from_desk, now)
    if full is None:
        return None
    return Suppressed(SuppressionReason.BRAKE, f"{_full(full)} left the desk: all of them are stopped")


def _full_window(windows: Sequence[Window], times: Sequence[dt.datetime], now: dt.datetime) -> Window | None:
    return next((window for window in windows if _count(times, window.span, now) >= window.at_most), None)


def _count(times: Sequence[dt.datetime], span: dt.timedelta, now: dt.datetime) -> int:
    # A time after now (a clock that was set back) counts: what is unsure must not open the gate.
    return sum(1 for at in times if now - at < span)


def _full(window: Window) -> str:
    mails = "1 automatic mail" if window.at_most == 1 else f"{window.at_most} automatic mails"
    return f"{mails} within {_words(window.span)}"


def _words(span: dt.timedelta) -> str:
    if span % _DAY == dt.timedelta() and span > 2 * _DAY:
        return f"{span // _DAY} days"
    if span % _HOUR == dt.timedelta():
        return f"{span // _HOUR} h"
    return f"{span / _MINUTE:g} min"
