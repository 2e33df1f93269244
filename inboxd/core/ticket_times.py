"""One ticket measured: how long it took in working time, which targets it met, who answered."""

import datetime as dt
import itertools
from dataclasses import dataclass

from inboxd.core.promise import is_promise_kept
from inboxd.core.report_facts import Keys, Moment, ReportTerms, TicketRecord
from inboxd.core.schedule import sla_event
from inboxd.core.sla import (
    ClockState,
    DueTimes,
    SlaClock,
    SlaEvent,
    SlaEventKind,
    SlaTargets,
    choose_policy,
    delivered,
    due_times,
)
from inboxd.core.working_time import WorkingHours, working_time_between

TARGETS = ("first_response", "next_response", "resolution")

_ANY = dt.timedelta(hours=8)  # what a clock without a target counts against: only what it used is read
_DONE = frozenset({"solved", "closed"})
_DONE_EVENTS = frozenset({SlaEventKind.SOLVED, SlaEventKind.ENDED})


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one target was met. A clock that still has time left gives none."""

    target: str
    in_time: bool


@dataclass(frozen=True, slots=True)
class TicketTimes:
    """What one ticket took. Times are working time without pauses; None where it has not come to that.

    ``served``: a person or the desk answered within the service target; None while that is open, or nobody waits.
    ``promise_kept``: the answer came by the time the acknowledgement named; None as ``core/promise.py`` says.
    """

    keys: Keys
    created_at: dt.datetime
    customer_id: int
    customer_tags: tuple[str, ...]
    is_open: bool
    asked: bool
    first_response: dt.timedelta | None
    resolution: dt.timedelta | None
    verdicts: tuple[Verdict, ...]
    served: bool | None
    answers: int
    undelivered: int
    by_itself: bool
    by_hand: bool
    complained: bool
    solved: bool
    reopened: bool
    promise_kept: bool | None = None


def measure(record: TicketRecord, terms: ReportTerms, now: dt.datetime) -> TicketTimes:
    """Return what a ticket took up to ``now``, by the working hours and the policy that holds for it today."""
    hours = terms.sla.hours
    policy = choose_policy(terms.sla.policies, record.priority, record.keys.tags, record.customer_tags)
    targets = policy.targets if policy else SlaTargets()
    history = delivered(_clock_events(record.history))
    clocks = _clocks(hours, targets, history)
    arrived = {(event.at, event.message_id) for event in history if event.kind is SlaEventKind.ANSWERED}
    answers = [one for one in record.history if one.event.kind == "answered"]
    stayed = [one for one in answers if (one.at, str(one.event.detail.get("message_id", ""))) in arrived]
    status = [one.event.detail for one in record.history if one.event.kind == "status"]
    first = clocks.first_response
    answered = bool(stayed) and first is not None and first.state is ClockState.STOPPED
    return TicketTimes(
        keys=record.keys,
        created_at=record.created_at,
        customer_id=record.customer_id,
        customer_tags=record.customer_tags,
        is_open=record.status in {"new", "open", "pending"},
        asked=first is not None,
        first_response=first.used if answered and first is not None else None,
        resolution=_resolution(clocks.resolution, record.status),
        verdicts=_verdicts(hours, targets, history, clocks, now),
        served=_served(hours, first, terms.service_target, now, answered=answered),
        answers=len(answers),
        undelivered=len(answers) - len(stayed),
        by_itself=any(one.event.detail.get("automatic") for one in stayed),
        by_hand=any(not one.event.detail.get("automatic") for one in stayed),
        complained=record.complained,
        solved=any(one.get("to") == "solved" for one in status),
        reopened=any(one.get("from") in _DONE and one.get("to") == "open" for one in status),
        promise_kept=is_promise_kept(
            record.promised_at, min((one.at for one in stayed), default=None), _done_at(history), now
        ),
    )


def _clock_events(history: tuple[Moment, ...]) -> list[SlaEvent]:
    events = (sla_event(one.at, one.event) for one in history)
    return sorted((event for event in events if event is not None), key=lambda event: event.at)


def _clocks(hours: WorkingHours, targets: SlaTargets, history: list[SlaEvent]) -> DueTimes:
    counted = SlaTargets(
        targets.first_response or _ANY,
        targets.next_response or _ANY,
        targets.resolution or _ANY,
        targets.pauses,
    )
    return due_times(hours, counted, history)


def _resolution(clock: SlaClock | None, status: str) -> dt.timedelta | None:
    if clock is None or clock.state is not ClockState.STOPPED or status not in _DONE:
        return None
    return clock.used


def _done_at(history: list[SlaEvent]) -> dt.datetime | None:
    return next((event.at for event in history if event.kind in _DONE_EVENTS), None)


def _verdicts(
    hours: WorkingHours, targets: SlaTargets, history: list[SlaEvent], clocks: DueTimes, now: dt.datetime
) -> tuple[Verdict, ...]:
    found = [
        Verdict(target, verdict)
        for target in ("first_response", "resolution")
        if getattr(targets, target) is not None
        and (verdict := _verdict(getattr(clocks, target), now)) is not None
    ]
    if targets.next_response is not None:
        found += _next_verdicts(hours, targets, history, clocks, now)
    return tuple(found)


def _next_verdicts(
    hours: WorkingHours, targets: SlaTargets, history: list[SlaEvent], clocks: DueTimes, now: dt.datetime
) -> list[Verdict]:
    """Judge every later question, not only the last one: the clock is read at each answer that stopped it."""
    only = SlaTargets(next_response=targets.next_response, pauses=targets.pauses)
    answered_at = [index for index, event in enumerate(history) if event.kind is SlaEventKind.ANSWERED]
    found: list[Verdict] = []
    for before, index in itertools.pairwise(answered_at):
        if any(event.kind is SlaEventKind.ASKED for event in history[before:index]):
            clock = due_times(hours, only, history[: index + 1]).next_response
            stopped_here = clock is not None and clock.since == history[index].at
            verdict = _verdict(clock, history[index].at) if stopped_here else None
            found += [] if verdict is None else [Verdict("next_response", verdict)]
    last = clocks.next_response
    answers = {history[index].at for index in answered_at}
    if last is not None and not (last.state is ClockState.STOPPED and last.since in answers):
        verdict = _verdict(last, now)
        found += [] if verdict is None else [Verdict("next_response", verdict)]
    return found


def _verdict(clock: SlaClock | None, now: dt.datetime) -> bool | None:
    """Return whether the target was met: late as soon as it is over, in time only once the clock has stopped."""
    if clock is None:
        return None
    if clock.is_breached(now):
        return False
    return True if clock.state is ClockState.STOPPED else None


def _served(
    hours: WorkingHours,
    clock: SlaClock | None,
    target: dt.timedelta | None,
    now: dt.datetime,
    *,
    answered: bool,
) -> bool | None:
    if clock is None or target is None:
        return None
    if answered:
        return clock.used <= target
    if clock.state is ClockState.STOPPED:
        return None
    running = clock.state is ClockState.RUNNING
    used = clock.used + working_time_between(hours, clock.since, now) if running else clock.used
    return False if used > target else None
