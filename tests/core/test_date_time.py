"""The Date field."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.date_time import read_date

NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "value",
    [
        "Sat, 21 Nov 2026 13:00:00 +0100",
        "21 Nov 2026 12:00 GMT",
        "Sat, 21 Nov 2026 07:00:00 EST (Eastern)",
        "Mon, 21 Nov 2026 12:00:00 -0000",
        "Saturday, 21 November 2026 12:00:00",
        "Sat Nov 21 12:00:00 2026",
        "2026-11-21T13:00:00+01:00",
        "2026-11-21 12:00:00",
    ],
)
def test_forms(value: str) -> None:
    """Dates are read in the standard's form and in those programs write instead, always as UTC."""
    assert read_date(value) == NOON


@pytest.mark.parametrize(
    "value", ["", "yesterday", "Sat, 99 Nov 2026 12:00:00 +0000", "1 Jan 1900 00:00:00 +0000"]
)
def test_no_date(value: str) -> None:
    """What is no moment is None."""
    assert read_date(value) is None


@given(
    st.text(max_size=60)
    | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,6} \d\d:\d\d:\d\d [+-]\d{1,9}")
)
def test_never_raises(value: str) -> None:
    """Any value gives an aware moment in UTC, or None."""
    moment = read_date(value)
    assert moment is None or moment.utcoffset() == dt.timedelta(0)
