"""The charts of a week: which figures are drawn over which days and weeks. The words stand in the template."""

import datetime as dt
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from inboxd.core.chart import Chart, Mark, Series, Unit
from inboxd.core.digest_week_view import DigestPastWeek, DigestWeek

TICKETS = "tickets"
RESPONSES = "responses"
AUTOMATION = "automation"
SATISFACTION = "satisfaction"

# Below this longest time hours would all be fractions.
_IN_MINUTES_BELOW = dt.timedelta(hours=2)
_FEWEST_WEEKS = 2


def week_charts(week: DigestWeek, timezone: str) -> tuple[Chart, ...]:
    """Return the charts there is something to draw in; one week alone is a figure and no chart."""
    found = (
        _tickets(week, ZoneInfo(timezone)),
        _responses(week.weeks),
        _shares(AUTOMATION, week.weeks, [one.automation for one in week.weeks], "first", None),
        _shares(SATISFACTION, week.weeks, [one.satisfied for one in week.weeks], "second", 100.0),
    )
    return tuple(one for one in found if one is not None)


def _tickets(week: DigestWeek, zone: ZoneInfo) -> Chart | None:
    """Return what came and what was solved on each day, and what the next seven days will bring."""
    if not any(day.came or day.solved for day in week.days):
        return None
    days = [day.at for day in week.days] + [day.at for day in week.expected_days]
    behind, ahead = (None,) * len(week.days), (None,) * len(week.expected_days)
    series = [
        Series((*(float(day.came) for day in week.days), *ahead), Mark.BARS, "first"),
        Series((*(float(day.solved) for day in week.days), *ahead), Mark.BARS, "second"),
    ]
    if ahead:
        expected = (round(day.came, 1) for day in week.expected_days)
        series.append(Series((*behind, *expected), Mark.HOLLOW, "first"))
    return Chart(TICKETS, tuple(str(one.astimezone(zone).day) for one in days), tuple(series))


def _responses(weeks: Sequence[DigestPastWeek]) -> Chart | None:
    """Return the median and the 90th percentile of the first response, week by week."""
    times = [one for week in weeks for one in (week.median, week.p90) if one is not None]
    if sum(week.median is not None for week in weeks) < _FEWEST_WEEKS:
        return None
    unit = Unit.MINUTES if max(times) < _IN_MINUTES_BELOW else Unit.HOURS
    each = dt.timedelta(minutes=1) if unit is Unit.MINUTES else dt.timedelta(hours=1)
    median = _rounded(None if week.median is None else week.median / each for week in weeks)
    p90 = _rounded(None if week.p90 is None else week.p90 / each for week in weeks)
    lines = (Series(p90, Mark.LINE, "third"), Series(median, Mark.LINE, "first"))
    return Chart(RESPONSES, _names(weeks), lines, unit)


def _shares(
    name: str, weeks: Sequence[DigestPastWeek], shares: Sequence[float | None], tone: str, top: float | None
) -> Chart | None:
    """Return a share, week by week; weeks without one leave a gap."""
    if sum(one is not None for one in shares) < _FEWEST_WEEKS:
        return None
    # Rounded down as the mail's words are: what is not quite certain is never shown as 100.
    values = tuple(None if one is None else float(int(one * 100 + 1e-9)) for one in shares)
    return Chart(name, _names(weeks), (Series(values, Mark.BARS, tone),), Unit.PERCENT, top)


def _rounded(values: Iterable[float | None]) -> tuple[float | None, ...]:
    return tuple(None if one is None else round(one, 2) for one in values)


def _names(weeks: Sequence[DigestPastWeek]) -> tuple[str, ...]:
    return tuple(one.name for one in weeks)
