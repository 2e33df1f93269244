import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.moments import parse_moment

BERLIN = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2026, 11, 21, 10, 0, tzinfo=dt.UTC)  # Saturday, 11:00 in Berlin
NINE = dt.time(9)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3d", "2026-11-24T11:00+01:00"),
        ("in 3 days", "2026-11-24T11:00+01:00"),
        ("2 weeks", "2026-12-05T11:00+01:00"),
        ("4h", "2026-11-21T15:00+01:00"),
        ("30 minutes", "2026-11-21T11:30+01:00"),
        ("Monday", "2026-11-23T09:00+01:00"),
        ("saturday", "2026-11-28T09:00+01:00"),
        ("fri", "2026-11-27T09:00+01:00"),
        ("周一", "2026-11-23T09:00+01:00"),
        ("tomorrow.", "2026-11-22T09:00+01:00"),
        ("2026-12-01", "2026-12-01T09:00+01:00"),
        ("2026-12-01 14:30", "2026-12-01T14:30+01:00"),
        ("2026-12-01T14:30Z", "2026-12-01T14:30+00:00"),
        ("2027-07-01", "2027-07-01T09:00+02:00"),
    ],
)
def test_moments(text: str, expected: str) -> None:
    """Spans, weekdays, days and times are read in the desk's time zone."""
    assert parse_moment(text, NOW, BERLIN, NINE) == dt.datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2026-11-21",
        "2020-01-01",
        "0d",
        "2026-13-01",
        "2026-02-30",
        "9999d",
        "3000d",
        "2030-01-01",
    ],
)
def test_no_moments(text: str) -> None:
    """What is no time, past, or over two years ahead is refused with a sentence."""
    with pytest.raises(ValueError, match="is "):
        parse_moment(text, NOW, BERLIN, NINE)


def test_whole_days_keep_the_time_on_the_wall() -> None:
    """Three days across the change of clocks end at the same local time; hours are hours."""
    before = dt.datetime(
        2026, 10, 24, 8, 0, tzinfo=dt.UTC
    )  # 10:00 summer time, the clocks go back that night

    assert parse_moment("1d", before, BERLIN, NINE) == dt.datetime(2026, 10, 25, 9, 0, tzinfo=dt.UTC)
    assert parse_moment("24h30min", before, BERLIN, NINE) == dt.datetime(2026, 10, 25, 8, 30, tzinfo=dt.UTC)


@given(
    st.text(max_size=80),
    st.integers(946_684_800, 4_102_444_800),
)
def test_only_future_moments_in_utc(text: str, timestamp: int) -> None:
    """Reading gives an aware moment ahead of now, or ValueError."""
    now = dt.datetime.fromtimestamp(timestamp, dt.UTC)
    try:
        moment = parse_moment(text, now, BERLIN, NINE)
    except ValueError:
        return
    assert moment > now
    assert moment.utcoffset() == dt.timedelta()
