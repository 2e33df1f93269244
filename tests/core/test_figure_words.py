"""Figures in words."""

import datetime as dt

import pytest

from inboxd.core.figure_words import money, percent, rate, whole, worked


@pytest.mark.parametrize(
    ("minutes", "language", "words"),
    [
        (48, "en", "48 mins"),
        (1, "en", "1 min"),
        (126, "en", "2.1 hrs"),
        (2400, "en", "40 hrs"),
        (48, "zh", "48分钟"),
        (126, "zh", "2.1小时"),
        (126, "xx", "2.1 hrs"),
    ],
)
def test_working_time_has_no_days(minutes: int, language: str, words: str) -> None:
    """Spans of working time are told in minutes and hours, in the mail's language; English where it is unknown."""
    assert worked(dt.timedelta(minutes=minutes), language) == words


def test_shares() -> None:
    """A percentage is rounded down, so that only all is 100 %; a small rate keeps its tenths, an estimate has none."""
    assert [whole(one) for one in (82.4, 82.5, 0.0)] == ["82", "83", "0"]
    assert [percent(one) for one in (0.999, 1.0, 0.29, 0.0)] == ["99%", "100%", "29%", "0%"]
    assert [rate(one) for one in (0.0127, 0.0, 1.0)] == ["1.3%", "0.0%", "100.0%"]


@pytest.mark.parametrize(
    ("currency", "language", "words"),
    [
        ("EUR", "en", "€1,162.50"),
        ("EUR", "zh", "€1,162.50"),
        ("", "en", "1,162.50"),
        ("XQX", "en", "XQX1,162.50"),
    ],
)
def test_money(currency: str, language: str, words: str) -> None:
    """Money is told in its currency, or as a bare number; a code nobody knows is shown as it is."""
    assert money(1162.5, currency, language).replace("\xa0", "") == words
