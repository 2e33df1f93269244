"""Holidays from three places: dates in config.toml, a calendar file, the public holidays of a country."""

import datetime as dt
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator

from inboxd.core.spelling import did_you_mean
from inboxd.errors import Problem
from inboxd.tomlfile import TomlFile
from inboxd.tomlmodel import Outside

# Years that are looked up: no promise reaches further, and a calendar that repeats for ever must end.
FIRST_YEAR, LAST_YEAR = 2015, 2050
MAX_FILE = 5_000_000
MAX_DAYS = 366  # of one entry
# Nobody has a holiday every second.
_TOO_OFTEN = ("SECONDLY", "MINUTELY", "HOURLY")


def _country(code: str) -> str:
    if code:
        from holidays import list_supported_countries  # noqa: PLC0415  0.4 s, only paid by who names a country

        known = list_supported_countries()
        if code not in known:
            raise ValueError(
                f"{code[:40]!r} is no country whose holidays are known{did_you_mean(code, known)}"
            )
    return code


class HolidaysModel(Outside):
    """The holidays of ``[sla]``."""

    holidays: list[dt.date] = Field(default_factory=list)
    holidays_file: str = ""
    holidays_country: Annotated[str, AfterValidator(_country)] = ""
    holidays_subdivision: str = ""

    @model_validator(mode="after")
    def _subdivision_of_its_country(self) -> Self:
        if self.holidays_subdivision and not self.holidays_country:
            raise ValueError("holidays_subdivision needs holidays_country")
        if self.holidays_subdivision:
            from holidays import list_supported_countries  # noqa: PLC0415  as above

            known = list_supported_countries(include_aliases=True)[self.holidays_country]
            if self.holidays_subdivision not in known:
                hint = (
                    did_you_mean(self.holidays_subdivision, known) or f": one of {', '.join(known) or 'none'}"
                )
                raise ValueError(
                    f"{self.holidays_subdivision[:40]!r} is no part of {self.holidays_country} that is known{hint}"
                )
        return self


def holiday_problems(toml: TomlFile, folder: Path) -> tuple[Problem, ...]:
    """Return a problem when ``holidays_file`` cannot be read as a calendar, told at its line."""
    name = _written(toml.data.get("sla"), "holidays_file")
    if not isinstance(name, str) or not name:
        return ()
    try:
        dates_of_calendar(folder / name)
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        return (toml.problem(("sla", "holidays_file"), f"{name!r} cannot be read as a calendar: {said}"),)
    return ()


def read_holidays(model: HolidaysModel, folder: Path) -> frozenset[dt.date]:
    """Return all holidays there are; ``folder`` is where a relative file lies. The file was checked before."""
    dates = set(model.holidays)
    if model.holidays_file:
        dates |= dates_of_calendar(folder / model.holidays_file)
    if model.holidays_country:
        dates |= dates_of_country(model.holidays_country, model.holidays_subdivision)
    return frozenset(dates)


def dates_of_country(country: str, subdivision: str = "") -> frozenset[dt.date]:
    """Return the public holidays of a country (ISO 3166-1), or of one part of it (ISO 3166-2)."""
    from holidays import country_holidays  # noqa: PLC0415  as above

    with warnings.catch_warnings():
        # Some countries name their holidays year by year: what is not decided yet is no holiday yet.
        warnings.simplefilter("ignore")
        return frozenset(
            country_holidays(country, subdiv=subdivision or None, years=range(FIRST_YEAR, LAST_YEAR + 1))
        )


def dates_of_calendar(path: Path) -> frozenset[dt.date]:
    """Return the days of all-day entries of an ``.ics`` file (RFC 5545), repeated ones each time.

    Entries with a time of day are appointments and left out. Raises ``OSError``, ``ValueError``.
    """
    raw = path.read_bytes()
    if len(raw) > MAX_FILE:
        raise ValueError(f"it is larger than {MAX_FILE // 1_000_000} MB")
    try:
        return _whole_days(raw)
    except ValueError:
        raise
    except Exception as error:
        # Whatever the libraries stumble over, it is the file's fault.
        raise ValueError(f"{type(error).__name__}: {error}") from error


def _whole_days(raw: bytes) -> frozenset[dt.date]:
    from icalendar import Calendar  # noqa: PLC0415  only paid by who has such a file
    from recurring_ical_events import of  # noqa: PLC0415  likewise

    calendar = Calendar.from_ical(raw)
    if calendar.name != "VCALENDAR":
        raise ValueError("it holds no VCALENDAR")
    kept = [one for one in calendar.walk("VEVENT") if not _is_cancelled(one) and _is_whole_days(one)]
    for one in kept:
        if any(often in str(one.get("RRULE", "")) for often in _TOO_OFTEN):
            raise ValueError("an entry repeats more often than daily")
    whole = Calendar()
    for one in kept:
        whole.add_component(one)
    return _days(lambda: of(whole).between(dt.date(FIRST_YEAR, 1, 1), dt.date(LAST_YEAR + 1, 1, 1)))


def _written(table: Any, key: str) -> Any:
    return table.get(key) if isinstance(table, dict) else None


def _is_cancelled(entry: Any) -> bool:
    return str(entry.get("STATUS", "")).upper() == "CANCELLED"


def _is_whole_days(entry: Any) -> bool:
    start = getattr(entry.get("DTSTART"), "dt", None)
    return isinstance(start, dt.date) and not isinstance(start, dt.datetime)


def _days(entries: Callable[[], list[Any]]) -> frozenset[dt.date]:
    found: set[dt.date] = set()
    for entry in entries():
        first, after = entry["DTSTART"].dt, entry["DTEND"].dt
        # RFC 5545 3.6.1: DTEND is the day after the last one.
        count = min(max((after - first).days, 1), MAX_DAYS)
        found.update(first + dt.timedelta(days=offset) for offset in range(count))
    return frozenset(found)
