import datetime as dt
from pathlib import Path

import pytest

from inboxd.config import load_config
from inboxd.configholidays import FIRST_YEAR, LAST_YEAR, dates_of_calendar
from inboxd.core.working_time import is_working
from inboxd.errors import ConfigError

HEAD = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//acme//holidays//EN\n"
CALENDAR = f"""{HEAD}BEGIN:VEVENT
UID:1@acme.test
SUMMARY:Christmas Eve
DTSTART;VALUE=DATE:20201224
RRULE:FREQ=YEARLY
EXDATE;VALUE=DATE:20271224
END:VEVENT
BEGIN:VEVENT
UID:2@acme.test
SUMMARY:Summer holidays
DTSTART;VALUE=DATE:20260803
DTEND;VALUE=DATE:20260808
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
UID:3@acme.test
SUMMARY:Dentist
DTSTART:20260901T080000Z
DTEND:20260901T090000Z
END:VEVENT
BEGIN:VEVENT
UID:4@acme.test
SUMMARY:Called off
STATUS:CANCELLED
DTSTART;VALUE=DATE:20260910
END:VEVENT
END:VCALENDAR
"""


def holidays(folder: Path, sla: str) -> frozenset[dt.date]:
    """Return the holidays of a configuration with this ``[sla]``."""
    path = folder / "config.toml"
    path.write_text(f"[sla]\n{sla}\n", encoding="utf-8")
    return load_config(path).sla.hours.holidays


def problems(folder: Path, sla: str) -> list[str]:
    """Return what is wrong with it, each with its line."""
    with pytest.raises(ConfigError) as caught:
        holidays(folder, sla)
    return [f"{one.line}: {one.message}" for one in caught.value.problems]


def test_holidays_come_from_three_places(tmp_path: Path) -> None:
    """A list, a calendar file beside config.toml and the public holidays of a country are one set of closed days."""
    (tmp_path / "desk.ics").write_text(CALENDAR, encoding="utf-8")
    found = holidays(
        tmp_path,
        'holidays = [2026-05-04]\nholidays_file = "desk.ics"\nholidays_country = "DE"\nholidays_subdivision = "BY"',
    )
    day = dt.date.fromisoformat
    assert {
        day("2026-05-04"),
        day("2026-12-24"),
        day("2026-08-03"),
        day("2026-10-03"),
        day("2026-01-06"),
    } <= found
    assert day("2026-09-01") not in found
    assert {one.year for one in found} == set(range(FIRST_YEAR, LAST_YEAR + 1))


def test_a_part_of_a_country_has_its_own(tmp_path: Path) -> None:
    """Epiphany is a holiday in Bavaria and none in Berlin."""
    epiphany = dt.date(2026, 1, 6)
    assert epiphany not in holidays(tmp_path, 'holidays_country = "DE"')
    assert epiphany in holidays(tmp_path, 'holidays_country = "DE"\nholidays_subdivision = "BY"')
    assert dt.date(2026, 7, 3) in holidays(tmp_path, 'holidays_country = "US"')


def test_an_office_is_closed_on_them(tmp_path: Path) -> None:
    """A holiday has no working time, and a half day goes before it."""
    path = tmp_path / "config.toml"
    path.write_text(
        '[desk]\ntimezone = "Europe/Berlin"\n[sla]\nholidays_country = "DE"\n'
        '[sla.half_days]\n"2026-12-25" = ["09:00-12:00"]\n'
    )
    hours = load_config(path).sla.hours
    assert not is_working(hours, dt.datetime(2026, 5, 1, 10, tzinfo=dt.UTC))
    assert is_working(hours, dt.datetime(2026, 12, 25, 10, tzinfo=dt.UTC))
    assert not is_working(hours, dt.datetime(2026, 12, 25, 12, tzinfo=dt.UTC))


def test_a_calendar_counts_whole_days(tmp_path: Path) -> None:
    """Entries over several days count each day, repeated ones every year but the excepted; appointments do not."""
    path = tmp_path / "desk.ics"
    path.write_text(CALENDAR.replace("\n", "\r\n"), encoding="utf-8")
    found = dates_of_calendar(path)
    assert {one for one in found if one.year == 2026} == {
        *(dt.date(2026, 8, day) for day in range(3, 8)),
        dt.date(2026, 12, 24),
    }
    assert dt.date(2027, 12, 24) not in found
    assert max(found) == dt.date(LAST_YEAR, 12, 24)


@pytest.mark.parametrize(
    ("sla", "said"),
    [
        ('holidays_country = "XX"', "'XX' is no country whose holidays are known"),
        ('holidays_subdivision = "BY"', "holidays_subdivision needs holidays_country"),
        ('holidays_country = "DE"\nholidays_subdivision = "ZZ"', "'ZZ' is no part of DE that is known"),
        (
            'warn_at = 0.5\nholidays_file = "gone.ics"',
            "3: 'gone.ics' cannot be read as a calendar: No such file",
        ),
        ('holidays_file = "broken.ics"', "2: 'broken.ics' cannot be read as a calendar:"),
        (
            'holidays_file = "ticking.ics"',
            "2: 'ticking.ics' cannot be read as a calendar: an entry repeats more often",
        ),
    ],
)
def test_mistakes_are_told_at_their_line(tmp_path: Path, sla: str, said: str) -> None:
    """An unknown country or part of one, and a file that is gone or no calendar, are problems of config.toml."""
    (tmp_path / "broken.ics").write_text("BEGIN:VEVENT\nEND:VCALENDAR\n", encoding="utf-8")
    (tmp_path / "ticking.ics").write_text(
        f"{HEAD}BEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20260101\nRRULE:FREQ=SECONDLY\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    assert any(said in one for one in problems(tmp_path, sla)), problems(tmp_path, sla)
