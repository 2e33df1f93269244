"""Working time: when the desk is open, and how much open time lies between two moments.

A moment is working when the *wall clock* of the desk's zone shows a time inside one of the day's intervals and
nobody is away. All lengths are elapsed real time. Both together decide every daylight saving question: an hour
the clock skips has no working time, an hour it repeats counts twice, an interval that begins inside a skipped
hour begins when the clock jumps.
"""

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from inboxd.clock import require_aware

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST_CLOSURE = dt.timedelta(days=3653)  # ten years closed on end: a mistake in the hours, not a plan
LONGEST_WALK = dt.timedelta(days=36525)  # a century: no target is that far away

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_EPOCH_ORDINAL = dt.date(1970, 1, 1).toordinal()
_MICROSECOND = dt.timedelta(microseconds=1)
_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_SECONDS_PER_DAY = 86_400
_FIRST_DAY = (dt.date.min.toordinal() - _EPOCH_ORDINAL) + 2  # two days' room for every offset
_LAST_DAY = (dt.date.max.toordinal() - _EPOCH_ORDINAL) - 2
_INTERVAL_ENDS = 2

Span = tuple[int, int]  # microseconds since the epoch, half open


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A half-open piece of a day by the wall clock, in seconds after midnight; ``closes`` may be 86,400 (24:00)."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= _SECONDS_PER_DAY:
            raise ValueError(
                f"an interval opens before it closes, within one day: {self.opens}..{self.closes} s"
            )


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When the desk works. Raises ``ValueError`` for an unknown zone or overlapping intervals.

    ``weekly`` holds the intervals of Monday to Sunday. On a holiday the desk is closed; ``half_days`` replace
    the intervals of single dates and go before ``holidays``. ``away`` are aware ``(start, end)`` moments.
    """

    zone: str
    weekly: tuple[tuple[Interval, ...], ...]
    holidays: frozenset[dt.date] = frozenset()
    half_days: Mapping[dt.date, tuple[Interval, ...]] = field(default_factory=dict)
    away: tuple[tuple[dt.datetime, dt.datetime], ...] = ()

    def __post_init__(self) -> None:
        _zone(self.zone)
        if len(self.weekly) != len(WEEKDAYS):
            raise ValueError(f"a week has seven days, not {len(self.weekly)}")
        for intervals in (*self.weekly, *self.half_days.values()):
            _require_ordered(intervals)
        for start, end in self.away:
            if require_aware(start) >= require_aware(end):
                raise ValueError(f"away until {end} ends before it starts at {start}")


def parse_interval(text: str) -> Interval:
    """Return the interval of ``09:00-17:00`` (also with seconds; ``24:00`` ends a day); raise ``ValueError``."""
    ends = text.replace("–", "-").split("-")
    if len(ends) != _INTERVAL_ENDS:
        raise ValueError(f"not an interval such as 09:00-17:00: {text!r}")
    return Interval(_second_of_day(ends[0]), _second_of_day(ends[1]))


def is_working(hours: WorkingHours, moment: dt.datetime) -> bool:
    """Return True when the desk works at ``moment``; the opening second counts, the closing one does not."""
    local = require_aware(moment).astimezone(_zone(hours.zone))
    second = local.hour * 3600 + local.minute * 60 + local.second
    if not any(piece.opens <= second < piece.closes for piece in _intervals(hours, local.date())):
        return False
    return not any(start <= moment < end for start, end in hours.away)


def next_working_moment(hours: WorkingHours, moment: dt.datetime) -> dt.datetime:
    """Return the earliest working moment at or after ``moment``, in UTC; ``ValueError`` after ten years closed."""
    begin = _microseconds(moment)
    first, _ = next(_spans_after(hours, begin))
    return _moment(max(first, begin))


def add_working_time(hours: WorkingHours, start: dt.datetime, span: dt.timedelta) -> dt.datetime:
    """Return the earliest moment with ``span`` of working time between ``start`` and it, in UTC.

    A target used up exactly at closing time is due at closing time, not at the next opening.
    Raises ``ValueError`` for a negative span, ten years without working time, or an answer a century away.
    """
    left = _positive(span)
    if left == 0:
        return require_aware(start).astimezone(dt.UTC)
    for opens, closes in _spans_after(hours, _microseconds(start)):
        if left <= closes - opens:
            return _moment(opens + left)
        left -= closes - opens
    raise ValueError(f"{span} of working time after {start} lie beyond the horizon")


def subtract_working_time(hours: WorkingHours, end: dt.datetime, span: dt.timedelta) -> dt.datetime:
    """Return the latest moment with ``span`` of working time between it and ``end``, in UTC.

    Unless the span is zero, that is a working moment. Raises as ``add_working_time`` does.
    """
    left = _positive(span)
    if left == 0:
        return require_aware(end).astimezone(dt.UTC)
    for opens, closes in _spans_before(hours, _microseconds(end)):
        if left <= closes - opens:
            return _moment(closes - left)
        left -= closes - opens
    raise ValueError(f"{span} of working time before {end} lie beyond the horizon")


def working_time_between(hours: WorkingHours, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
    """Return the working time from ``start`` to ``end``; zero when ``end`` is not after ``start``.

    Raises ``ValueError`` when they lie more than a century apart.
    """
    begin, stop = _microseconds(start), _microseconds(end)
    if stop - begin > _width(LONGEST_WALK):
        raise ValueError(f"{start} and {end} lie more than a century apart")
    total = 0
    for day in range(max(begin // _DAY, _FIRST_DAY), min((stop - 1) // _DAY, _LAST_DAY) + 1):
        for opens, closes in _day_spans(hours, day):
            total += max(0, min(closes, stop) - max(opens, begin))
    return total * _MICROSECOND


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(f"unknown time zone {name!r}") from error


def _require_ordered(intervals: tuple[Interval, ...]) -> None:
    for earlier, later in itertools.pairwise(intervals):
        if later.opens < earlier.closes:
            raise ValueError(f"intervals of a day overlap or stand in the wrong order: {earlier}, {later}")


def _second_of_day(text: str) -> int:
    numbers = text.strip().split(":")
    if not 2 <= len(numbers) <= 3 or not all(part.isdecimal() and len(part) <= 2 for part in numbers):  # noqa: PLR2004  HH:MM or HH:MM:SS
        raise ValueError(f"not a time such as 09:00: {text.strip()!r}")
    hour, minute, second = (*map(int, numbers), 0)[:3]
    if minute > 59 or second > 59 or hour * 3600 + minute * 60 + second > _SECONDS_PER_DAY:  # noqa: PLR2004  the clock's own figures
        raise ValueError(f"no such time of day: {text.strip()!r}")
    return hour * 3600 + minute * 60 + second


def _intervals(hours: WorkingHours, date: dt.date) -> tuple[Interval, ...]:
    if date in hours.half_days:
        return hours.half_days[date]
    return () if date in hours.holidays else hours.weekly[date.weekday()]


def _positive(span: dt.timedelta) -> int:
    if span < dt.timedelta():
        raise ValueError(f"working time cannot be negative: {span}")
    return span // _MICROSECOND


def _microseconds(moment: dt.datetime) -> int:
    return (require_aware(moment) - _EPOCH) // _MICROSECOND


def _moment(microseconds: int) -> dt.datetime:
    return _EPOCH + microseconds * _MICROSECOND


def _spans_after(hours: WorkingHours, begin: int) -> Iterator[Span]:
    """Yield the working spans after ``begin`` in order, the first one cut to it."""
    worked = begin
    for day in range(max(begin // _DAY, _FIRST_DAY), min((begin + _width(LONGEST_WALK)) // _DAY, _LAST_DAY)):
        for opens, closes in _day_spans(hours, day):
            if closes > begin:
                worked = closes
                yield max(opens, begin), closes
        _require_open(hours, day * _DAY - worked)
    raise ValueError("no working time within the calendar")


def _spans_before(hours: WorkingHours, end: int) -> Iterator[Span]:
    """Yield the working spans before ``end``, latest first, the first one cut to it."""
    worked = end
    for day in range(min(end // _DAY, _LAST_DAY), max((end - _width(LONGEST_WALK)) // _DAY, _FIRST_DAY), -1):
        for opens, closes in reversed(_day_spans(hours, day)):
            if opens < end:
                worked = opens
                yield opens, min(closes, end)
        _require_open(hours, worked - day * _DAY)
    raise ValueError("no working time within the calendar")


def _width(span: dt.timedelta) -> int:
    return span // _MICROSECOND


def _require_open(hours: WorkingHours, closed_for: int) -> None:
    if closed_for > _width(LONGEST_CLOSURE):
        raise ValueError(f"the working hours ({hours.zone}) have no working time within ten years")


def _day_spans(hours: WorkingHours, day: int) -> list[Span]:
    """Return the working spans of one *UTC* day in order: local days may repeat or interleave, UTC days do not."""
    spans: list[Span] = []
    for begin, end, offset in _offsets(hours.zone, day):
        for local_day in range((begin + offset) // _DAY, (end + offset - 1) // _DAY + 1):
            midnight = local_day * _DAY - offset
            for piece in _intervals(hours, dt.date.fromordinal(local_day + _EPOCH_ORDINAL)):
                opens = max(begin, midnight + piece.opens * _SECOND)
                closes = min(end, midnight + piece.closes * _SECOND)
                if opens < closes:
                    spans.append((opens, closes))
    return _without_away(hours, spans) if hours.away and spans else spans


@lru_cache(maxsize=16_384)
def _offsets(zone: str, day: int) -> tuple[tuple[int, int, int], ...]:
    """Return ``(begin, end, UTC offset)`` pieces that cover one UTC day, all in microseconds."""
    begin, end = day * _DAY, (day + 1) * _DAY
    first, last = _offset_at(zone, begin), _offset_at(zone, end)
    if first == last:
        return ((begin, end, first),)
    change = _change_between(zone, begin, end)
    return ((begin, change, first), (change, end, last))


def _change_between(zone: str, begin: int, end: int) -> int:
    """Return the first second with another offset than ``begin`` has; no zone changes twice in a day."""
    before = _offset_at(zone, begin)
    low, high = begin // _SECOND, end // _SECOND
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset_at(zone, middle * _SECOND) == before else (low, middle)
    return high * _SECOND


def _offset_at(zone: str, microseconds: int) -> int:
    offset = _moment(microseconds).astimezone(_zone(zone)).utcoffset()
    return (offset or dt.timedelta()) // _MICROSECOND


def _without_away(hours: WorkingHours, spans: list[Span]) -> list[Span]:
    for start, end in hours.away:
        begin, stop = _microseconds(start), _microseconds(end)
        if begin < spans[-1][1] and stop > spans[0][0]:
            spans = [rest for span in spans for rest in _cut(span, begin, stop)]
            if not spans:
                break
    return spans


def _cut(span: Span, begin: int, stop: int) -> list[Span]:
    opens, closes = span
    pieces = [(opens, min(closes, begin)), (max(opens, stop), closes)]
    return [(start, end) for start, end in pieces if start < end]
