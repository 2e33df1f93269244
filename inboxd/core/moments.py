"""Points in time as an operator writes them: ``3d``, ``monday``, ``tomorrow``, ``2026-12-01``, ``2026-12-01 14:00``."""

import datetime as dt
import re

from inboxd.core.units import parse_duration

MAX_AHEAD = dt.timedelta(days=730)

_WEEKDAYS = (
    ("monday", "mon", "周一", "星期一"),
    ("tuesday", "tue", "tues", "周二", "星期二"),
    ("wednesday", "wed", "周三", "星期三"),
    ("thursday", "thu", "thurs", "周四", "星期四"),
    ("friday", "fri", "周五", "星期五"),
    ("saturday", "sat", "周六", "星期六"),
    ("sunday", "sun", "周日", "星期日"),
)
_WEEKDAY = {name: day for day, names in enumerate(_WEEKDAYS) for name in names}
_TOMORROW = frozenset({"tomorrow", "明天"})
_LONG_UNITS = ((r"minutes?|mins?", "min"), (r"hours?", "h"), (r"days?|天", "d"), (r"weeks?|周", "w"))
_DAY = dt.timedelta(days=1)


def parse_moment(text: str, now: dt.datetime, zone: dt.tzinfo, time_of_day: dt.time) -> dt.datetime:
    """Return the moment in UTC; a day without a time means ``time_of_day`` in ``zone``, a weekday the next one.

    Raises ``ValueError`` with a sentence for the operator when it is no moment, is past or over two years ahead.
    """
    words = " ".join(text.lower().strip(" .,;!").split())[:60]
    local = now.astimezone(zone)
    try:
        moment = _moment(words, local, zone, time_of_day).astimezone(dt.UTC)
    except OverflowError:
        moment = dt.datetime.max.replace(tzinfo=dt.UTC)
    if moment <= now:
        raise ValueError(f"{words!r} is past")
    if moment - now > MAX_AHEAD:
        raise ValueError(f"{words!r} is more than two years ahead")
    return moment


def _moment(words: str, local: dt.datetime, zone: dt.tzinfo, time_of_day: dt.time) -> dt.datetime:
    if words in _TOMORROW:
        return dt.datetime.combine(local.date() + _DAY, time_of_day, zone)
    if words in _WEEKDAY:
        days = (_WEEKDAY[words] - local.weekday() - 1) % 7 + 1
        return dt.datetime.combine(local.date() + days * _DAY, time_of_day, zone)
    if re.match(r"[0-9]{4}-", words):
        return _date(words, zone, time_of_day)
    return _span(words, local)


def _date(words: str, zone: dt.tzinfo, time_of_day: dt.time) -> dt.datetime:
    try:
        if len(words) == len("2026-12-01"):
            return dt.datetime.combine(dt.date.fromisoformat(words), time_of_day, zone)
        moment = dt.datetime.fromisoformat(words.upper())
    except ValueError:
        raise ValueError(f"{words!r} is no date; write it like 2026-12-01 or 2026-12-01 14:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _span(words: str, local: dt.datetime) -> dt.datetime:
    short = words.removeprefix("in ")
    for pattern, unit in _LONG_UNITS:
        short = re.sub(rf"(?<=[0-9 ])(?:{pattern})\b", unit, short)
    try:
        span = parse_duration(short)
    except ValueError:
        raise ValueError(f"{words!r} is no time; write 3d, monday, tomorrow or 2026-12-01") from None
    # Whole days keep the time on the wall, also when the clocks change between; hours are hours.
    return local + span if not span % _DAY else local.astimezone(dt.UTC) + span
