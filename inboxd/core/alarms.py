"""Alarms about the desk itself: what is looked at again and again becomes one alarm, reminders, one all-clear.

Pure: the alarms that are known, what was observed and the time go in, the alarms as they are now come out. An alarm
that has something to tell says so in ``wanted`` until the telling has worked, so a restart neither forgets nor repeats.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from inboxd.core.alarm_kind import AlarmKind

REMINDER = dt.timedelta(days=1)
# What ends in two weeks is no emergency: a word a week is enough.
SLOW_REMINDER = dt.timedelta(days=7)
# What comes and goes is told at most so often.
LULL = dt.timedelta(hours=1)
_RETRIES = (1, 5, 15, 60)  # minutes until the telling is tried again
_SLOW = frozenset({AlarmKind.SIGN_IN_ENDS, AlarmKind.CERTIFICATE_ENDS})


class Health(StrEnum):
    """What one look found: in order, broken, or nothing that can be relied on."""

    WELL = "well"
    FAILING = "failing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that was looked at. ``detail`` is a sentence for people; another ``occasion`` is told afresh."""

    key: str
    kind: AlarmKind
    health: Health
    detail: str = ""
    occasion: str = ""


class Step(StrEnum):
    """What there is to tell of an alarm."""

    NOTHING = ""
    RAISED = "raised"
    REPEATED = "repeated"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that is, or lately was, broken. ``told_at`` is when people last heard of it, None: not yet.

    ``tries`` counts the failed attempts to tell what is ``wanted``; the next one is due at ``next_try_at``.
    """

    key: str
    kind: AlarmKind
    detail: str
    raised_at: dt.datetime
    next_try_at: dt.datetime
    occasion: str = ""
    wanted: Step = Step.RAISED
    told_at: dt.datetime | None = None
    recovered_at: dt.datetime | None = None
    tries: int = 0


def review(
    alarms: Iterable[Alarm], observations: Iterable[Observation], now: dt.datetime, *, complete: bool = True
) -> tuple[Alarm, ...]:
    """Return the alarms after a look, by key. ``complete``: what was not observed is watched no longer, and forgotten."""
    known = {alarm.key: alarm for alarm in alarms}
    seen = {one.key: one for one in observations}
    kept = (
        _reviewed(known.get(key), seen.get(key), now, complete=complete) for key in sorted({*known, *seen})
    )
    return tuple(alarm for alarm in kept if alarm is not None)


def due(alarms: Iterable[Alarm], now: dt.datetime) -> tuple[Alarm, ...]:
    """Return the alarms that have something to tell now."""
    return tuple(one for one in alarms if one.wanted and one.next_try_at <= now)


def told(alarm: Alarm, now: dt.datetime) -> Alarm:
    """Return the alarm after people heard what it had to tell."""
    return replace(alarm, wanted=Step.NOTHING, told_at=now, tries=0)


def not_told(alarm: Alarm, now: dt.datetime) -> Alarm:
    """Return the alarm after a telling that did not work: 1, 5, 15 minutes later it is tried again, then every hour."""
    minutes = _RETRIES[min(alarm.tries, len(_RETRIES) - 1)]
    return replace(alarm, tries=alarm.tries + 1, next_try_at=now + dt.timedelta(minutes=minutes))


def replaced(alarms: Iterable[Alarm], changed: Mapping[str, Alarm]) -> tuple[Alarm, ...]:
    """Return the alarms with the changed ones in the place of those with their keys."""
    return tuple(changed.get(alarm.key, alarm) for alarm in alarms)


def stale_at(alarm: Alarm, now: dt.datetime) -> dt.datetime | None:
    """Return from when on a telling that waits since ``now`` is of no use: the next one, as of then, replaces it.

    None for an all-clear and a test: nothing comes after them.
    """
    lasting = alarm.wanted is Step.RECOVERED or alarm.kind is AlarmKind.TEST
    return None if lasting else now + _reminder(alarm)


def _reviewed(
    alarm: Alarm | None, seen: Observation | None, now: dt.datetime, *, complete: bool
) -> Alarm | None:
    if seen is None:
        return None if complete else alarm
    if alarm is None:
        return _raised(seen, now) if seen.health is Health.FAILING else None
    if seen.health is Health.FAILING:
        return _still_failing(alarm, seen, now)
    return _recovering(alarm, now) if seen.health is Health.WELL else alarm


def _raised(seen: Observation, now: dt.datetime) -> Alarm:
    return Alarm(seen.key, seen.kind, seen.detail, now, now, seen.occasion)


def _still_failing(alarm: Alarm, seen: Observation, now: dt.datetime) -> Alarm:
    alarm = replace(alarm, detail=seen.detail)
    if alarm.recovered_at is not None:
        if alarm.wanted is Step.RECOVERED:
            # Nobody heard that it was over, and it is not; who did not even hear of it hears of it now.
            wanted = Step.NOTHING if _was_heard_of(alarm) else Step.RAISED
            return _wanting(replace(alarm, recovered_at=None), wanted, now)
        return (
            alarm if _heard_within(alarm, now, LULL) else replace(_raised(seen, now), told_at=alarm.told_at)
        )
    if alarm.occasion != seen.occasion:
        return _wanting(replace(alarm, occasion=seen.occasion), Step.RAISED, now)
    if alarm.wanted or _heard_within(alarm, now, _reminder(alarm)):
        return alarm
    return _wanting(alarm, Step.REPEATED, now)


def _reminder(alarm: Alarm) -> dt.timedelta:
    return SLOW_REMINDER if alarm.kind in _SLOW else REMINDER


def _recovering(alarm: Alarm, now: dt.datetime) -> Alarm | None:
    if alarm.recovered_at is not None:
        return alarm if alarm.wanted or _heard_within(alarm, now, LULL) else None
    if alarm.wanted is Step.RAISED and not _was_heard_of(alarm) and not alarm.tries:
        # It came and went before anybody was told: an all-clear for nothing only frightens.
        return None
    return _wanting(replace(alarm, recovered_at=now), Step.RECOVERED, now)


def _wanting(alarm: Alarm, step: Step, now: dt.datetime) -> Alarm:
    return replace(alarm, wanted=step, next_try_at=now, tries=0)


def _was_heard_of(alarm: Alarm) -> bool:
    return alarm.told_at is not None and alarm.told_at >= alarm.raised_at


def _heard_within(alarm: Alarm, now: dt.datetime, span: dt.timedelta) -> bool:
    return alarm.told_at is not None and now - alarm.told_at < span
