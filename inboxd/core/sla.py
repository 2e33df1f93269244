"""Service level targets: which policy holds for a ticket, and when its clocks run out.

Nothing is counted up anywhere: the clocks are a pure function of the ticket's history, so a changed policy, a
moved ticket or a bounce that arrives a day late gives the right due times by asking again.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from inboxd.clock import require_aware
from inboxd.core.working_time import (
    WorkingHours,
    add_working_time,
    subtract_working_time,
    working_time_between,
)

# We wait for the customer, or agreed with him to look at it later.
PAUSES = frozenset({"pending", "snoozed"})

_ZERO = dt.timedelta()


@dataclass(frozen=True, slots=True)
class SlaTargets:
    """How much working time an answer may take; None sets no target. In the states ``pauses`` names no clock runs."""

    first_response: dt.timedelta | None = None
    next_response: dt.timedelta | None = None
    resolution: dt.timedelta | None = None
    pauses: frozenset[str] = PAUSES


@dataclass(frozen=True, slots=True)
class SlaPolicy:
    """Targets for some tickets. An empty condition holds for all; a filled one when any of its values does."""

    name: str
    targets: SlaTargets
    priorities: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    customer_tags: frozenset[str] = frozenset()


class SlaEventKind(StrEnum):
    """What in a ticket's history moves its clocks."""

    ASKED = "asked"  # a person's mail from the customer: opens the ticket, and wants an answer
    ANSWERED = "answered"  # an answer left for the customer; an acknowledgement is none
    UNDELIVERED = "undelivered"  # an answer bounced or could not be sent: as if it had never been given
    OPENED = "opened"  # the status became open (again), or a snooze ended
    PENDING = "pending"  # we wait for the customer
    SNOOZED = "snoozed"
    SOLVED = "solved"  # may be opened again
    ENDED = "ended"  # closed, merged, spam


@dataclass(frozen=True, slots=True)
class SlaEvent:
    """One line of the history. ``message_id`` pairs an answer with its bounce; empty: the latest answer before it."""

    at: dt.datetime
    kind: SlaEventKind
    message_id: str = ""


class ClockState(StrEnum):
    """Whether time is running out."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class SlaClock:
    """One target of one ticket after its last event.

    ``since`` is when the clock entered its state. ``used`` is the working time counted up to then (running) or
    up to the pause or stop. ``due`` is the moment the target is (was, would have been) used up; None while a
    paused clock has time left.
    """

    state: ClockState
    since: dt.datetime
    target: dt.timedelta
    used: dt.timedelta
    due: dt.datetime | None

    def is_breached(self, now: dt.datetime) -> bool:
        """Return True when the clock ran on after ``due``; an answer at the due second is in time."""
        ran_until = now if self.state is ClockState.RUNNING else self.since
        return self.due is not None and ran_until > self.due


@dataclass(frozen=True, slots=True)
class DueTimes:
    """The clocks of one ticket; None where there is no target, or nothing to answer yet."""

    first_response: SlaClock | None
    next_response: SlaClock | None
    resolution: SlaClock | None


def choose_policy(
    policies: Iterable[SlaPolicy], priority: str, tags: Iterable[str], customer_tags: Iterable[str]
) -> SlaPolicy | None:
    """Return the first policy all of whose conditions hold, in the order of the file; None when none does."""
    own, customers = frozenset(tags), frozenset(customer_tags)
    for policy in policies:
        if policy.priorities and priority not in policy.priorities:
            continue
        if policy.tags and not policy.tags & own:
            continue
        if policy.customer_tags and not policy.customer_tags & customers:
            continue
        return policy
    return None


def due_times(hours: WorkingHours, targets: SlaTargets, events: Iterable[SlaEvent]) -> DueTimes:
    """Return the ticket's clocks as they stand after ``events`` (any order; at the same moment, the given one).

    First response: from the first question to the first answer that was delivered. Next response: from the oldest
    question not answered since. Resolution: from the first question to solved. All of them pause while the ticket
    is solved, in the states that ``targets`` name (pending, snoozed), and outside working time. Solving or ending a ticket stops what still ran.
    """
    history = delivered(sorted(events, key=lambda event: event.at))
    asked = [event.at for event in history if event.kind is SlaEventKind.ASKED]
    if not asked:
        return DueTimes(None, None, None)
    periods, done = _open_periods(history, targets.pauses)
    answers = [event.at for event in history if event.kind is SlaEventKind.ANSWERED and event.at >= asked[0]]
    first = answers[0] if answers else done
    question, answer = _next_question(history, answers)
    return DueTimes(
        _clock(hours, targets.first_response, periods, asked[0], first),
        _clock(hours, targets.next_response, periods, question, answer or done),
        _clock(hours, targets.resolution, periods, asked[0], done),
    )


def warning_at(
    hours: WorkingHours,
    due: dt.datetime,
    span: dt.timedelta,
    fraction: float = 0.75,
    at_least: dt.timedelta = dt.timedelta(minutes=15),
) -> dt.datetime:
    """Return when to warn: ``fraction`` of ``span`` used, ``at_least`` before ``due``, always in working time.

    A span shorter than ``at_least`` warns at its beginning. The default keeps Zammad's 15 minutes and a quarter
    of the span, without its mails at midnight (zammad issue 4432). Raises as ``subtract_working_time`` does.
    """
    if not 0.0 <= fraction <= 1.0:
        raise ValueError(f"the fraction of a span lies between 0 and 1: {fraction}")
    ahead = min(max(span - span * fraction, at_least), span)
    return subtract_working_time(hours, due, ahead)


def delivered(history: Iterable[SlaEvent]) -> list[SlaEvent]:
    """Return a history in order of time without the answers that did not arrive and the pauses they brought.

    The customer was waiting all the time.
    """
    kept: list[SlaEvent] = []
    for event in history:
        require_aware(event.at)
        if event.kind is SlaEventKind.UNDELIVERED:
            _take_back(kept, event.message_id)
        else:
            kept.append(event)
    return kept


def _take_back(kept: list[SlaEvent], message_id: str) -> None:
    for index in range(len(kept) - 1, -1, -1):
        if kept[index].kind is SlaEventKind.ANSWERED and message_id in {"", kept[index].message_id}:
            answered_at = kept[index].at
            del kept[index]
            # What the answer itself set is written down at its moment; a pause set at another one was meant as such.
            kept[:] = [one for one in kept if one.at != answered_at or one.kind not in _SET_BY_AN_ANSWER]
            return


_SET_BY_AN_ANSWER = frozenset({SlaEventKind.PENDING, SlaEventKind.SOLVED})
Period = tuple[dt.datetime, dt.datetime | None]


def _open_periods(history: list[SlaEvent], pauses: frozenset[str]) -> tuple[list[Period], dt.datetime | None]:
    """Return when the clocks may run, and since when the ticket is done (None: it is not)."""
    periods: list[Period] = []
    opened: dt.datetime | None = None
    done: dt.datetime | None = None
    for event in history:
        match event.kind:
            case SlaEventKind.ASKED | SlaEventKind.OPENED:
                opened, done = opened or event.at, None
            case SlaEventKind.PENDING | SlaEventKind.SNOOZED if event.kind.value not in pauses:
                opened, done = opened or event.at, None
            case SlaEventKind.PENDING | SlaEventKind.SNOOZED | SlaEventKind.SOLVED | SlaEventKind.ENDED:
                if opened is not None:
                    periods.append((opened, event.at))
                is_done = event.kind in {SlaEventKind.SOLVED, SlaEventKind.ENDED}
                opened, done = None, (done or event.at) if is_done else None
            case _:  # an answer leaves the status alone; what it changes is an event of its own
                continue
    if opened is not None:
        periods.append((opened, None))
    return periods, done


def _next_question(
    history: list[SlaEvent], answers: list[dt.datetime]
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Return the oldest question since the first answer that waits, or the last one answered, and its answer."""
    question: dt.datetime | None = None
    answer: dt.datetime | None = None
    if not answers:
        return None, None
    for event in history:
        if event.kind is SlaEventKind.ASKED and event.at > answers[0] and (question is None or answer):
            question, answer = event.at, None
        elif event.kind is SlaEventKind.ANSWERED and question is not None and answer is None:
            answer = event.at
    return question, answer


def _clock(
    hours: WorkingHours,
    target: dt.timedelta | None,
    periods: list[Period],
    begin: dt.datetime | None,
    stop: dt.datetime | None,
) -> SlaClock | None:
    if target is None or begin is None:
        return None
    used, due = _ZERO, None
    state, since = ClockState.PAUSED, begin
    for opened, closed in periods:
        start, end = max(opened, begin), _earlier(closed, stop)
        if end is None:
            state, since = ClockState.RUNNING, start
        elif end >= start:
            spent = working_time_between(hours, start, end)
            if due is None and used + spent >= target:
                due = add_working_time(hours, start, target - used)
            used, since = used + spent, end
    if stop is not None:
        state, since = ClockState.STOPPED, stop
    if due is None and state is not ClockState.PAUSED:
        due = add_working_time(hours, since, target - used)
    return SlaClock(state, since, target, used, due)


def _earlier(closed: dt.datetime | None, stop: dt.datetime | None) -> dt.datetime | None:
    if closed is None or stop is None:
        return closed or stop
    return min(closed, stop)
