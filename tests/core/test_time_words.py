import datetime as dt
from zoneinfo import ZoneInfo

import babel.core
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.time_words import day, full_time, locale_of, near_time, span, weekday

BERLIN = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("language", "hours", "expected"),
    [
        ("en", 1, "today at 10:00"),
        ("en", 20, "tomorrow at 05:00"),
        ("en", -24, "yesterday at 09:00"),
        ("en", 72, "Mon 23 Nov at 09:00"),
        ("en", 24 * 300, "16 Sept 2027 at 10:00"),
        ("zh", 1, "今天 10:00"),
        ("zh", 72, "11月23日周一 09:00"),
        ("zh-CN", 20, "明天 05:00"),
        ("de", 72, "Mo., 23. Nov. um 09:00 Uhr"),
        ("de", 20, "morgen um 05:00 Uhr"),
        ("fr", 72, "lun. 23 nov. à 09:00"),
        ("fr", -24, "hier à 09:00"),
        ("es", 1, "hoy a las 10:00"),
        ("xx", 72, "Mon 23 Nov 09:00"),
    ],
)
def test_near_times(language: str, hours: int, expected: str) -> None:
    """Days beside today have their word where the language has one here; the zone is the desk's, over DST too."""
    assert near_time(NOW + dt.timedelta(hours=hours), NOW, BERLIN, language) == expected


@pytest.mark.parametrize(
    ("language", "tomorrow", "later"),
    [
        ("EN", "tomorrow at 05:00", "Mon 23 Nov at 09:00"),
        ("de_AT", "morgen um 05:00 Uhr", "Mo., 23. Nov. um 09:00 Uhr"),
        ("DE-ch", "morgen um 05:00 Uhr", "Mo., 23. Nov. um 09:00 Uhr"),
        ("fr-XX", "demain à 05:00", "lun. 23 nov. à 09:00"),
        ("zh-TW", "明天 05:00", "11月23日 週一 09:00"),
        ("pt-BR", "sáb., 21 de nov. 05:00", "seg., 23 de nov. 09:00"),
    ],
)
def test_languages_of_a_territory(language: str, tomorrow: str, later: str) -> None:
    """However a code is written its language is understood; a territory has its own words where it is known."""
    assert near_time(NOW + dt.timedelta(hours=20), NOW, BERLIN, language) == tomorrow
    assert near_time(NOW + dt.timedelta(hours=72), NOW, BERLIN, language) == later


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Fri 20"), ("de", "Fr., 20."), ("zh", "20日周五"), ("xx", "Fri 20")]
)
def test_weekdays(language: str, words: str) -> None:
    """A weekday of the near past is said with its day of the month and no more."""
    assert weekday(NOW, BERLIN, language) == words


def test_full_times_name_their_zone() -> None:
    """A reader elsewhere knows which clock is meant, also where the zone has no letters."""
    assert full_time(NOW, BERLIN, "en") == "Friday 20 November at 09:00 (CET)"
    assert full_time(NOW, ZoneInfo("Asia/Singapore"), "zh") == "11月20日星期五 16:00 (UTC+08:00)"
    assert full_time(NOW, BERLIN, "de") == "Freitag, 20. November um 09:00 Uhr (CET)"
    assert full_time(NOW, BERLIN, "fr") == "vendredi 20 novembre à 09:00 (CET)"
    assert full_time(NOW, BERLIN, "es") == "viernes 20 de noviembre a las 09:00 (CET)"


def test_spans_round_late() -> None:
    """Spans stay in the smaller unit until two of the larger, and are never less than a minute."""
    minutes = dt.timedelta(minutes=1)
    assert span(95 * minutes, "en") == "95 minutes"
    assert span(3 * 60 * minutes, "en") == "3 hours"
    assert span(-50 * 60 * minutes, "zh") == "2天"
    assert span(0 * minutes, "en") == "1 minute"


@given(
    st.integers(min_value=-16_000, max_value=26_000).map(
        lambda days: NOW + dt.timedelta(days=days, minutes=days)
    ),
    st.text(max_size=12),
)
def test_any_moment_in_any_language(moment: dt.datetime, language: str) -> None:
    """No language code, known or not, makes a time unsayable."""
    assert near_time(moment, NOW, BERLIN, language)
    assert full_time(moment, BERLIN, language)
    assert day(moment, BERLIN, language)
    assert span(moment - NOW, language)


def test_what_babel_needs_for_a_moment_does_not_stay() -> None:
    """Its tables of all territories, 2 MB, are gone when the words of a language were read, and the next are read all the same."""
    locale_of.cache_clear()
    for language, said in (("de", "3 Stunden"), ("pl", "3 godziny")):
        assert span(dt.timedelta(hours=3), language) == said
        assert babel.core._global_data is None
