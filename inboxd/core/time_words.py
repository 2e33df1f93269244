"""Times and spans as people say them, in the words of the mail's language (patterns: Unicode CLDR, by Babel)."""

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

import babel.core
from babel import Locale, UnknownLocaleError, localedata
from babel.dates import format_date, format_skeleton, format_timedelta

# The day beside today, where the pattern of CLDR has no word: -1, 0, 1.
_NEAR_DAYS = {
    "en": {-1: "yesterday at {time}", 0: "today at {time}", 1: "tomorrow at {time}"},
    "zh": {-1: "昨天 {time}", 0: "今天 {time}", 1: "明天 {time}"},
    "de": {-1: "gestern um {time} Uhr", 0: "heute um {time} Uhr", 1: "morgen um {time} Uhr"},
    "fr": {-1: "hier à {time}", 0: "aujourd'hui à {time}", 1: "demain à {time}"},
    "es": {-1: "ayer a las {time}", 0: "hoy a las {time}", 1: "mañana a las {time}"},
}
_DAY_AND_TIME = {
    "en": "{day} at {time}",
    "de": "{day} um {time} Uhr",
    "fr": "{day} à {time}",
    "es": "{day} a las {time}",
}
# The whole day, where CLDR has no pattern for its whole words and a shorter one would be taken.
_LONG_DAYS = {
    "de": "EEEE, d. MMMM",
    "fr": "EEEE d MMMM",
    "es": "EEEE d 'de' MMMM",
    "zh": "M月d日EEEE",
}
_TERRITORIES = {"en": "en_GB"}  # day before month and 24 hours: read right everywhere


def near_time(moment: dt.datetime, now: dt.datetime, zone: ZoneInfo, language: str) -> str:
    """Return ``today at 15:04``, ``Mon 24 Nov at 10:00`` or, in another year, the date with its year."""
    local = moment.astimezone(zone)
    days = (local.date() - now.astimezone(zone).date()).days
    time = local.strftime("%H:%M")
    near = _NEAR_DAYS.get(_base(language), {}).get(days)
    if near:
        return near.format(time=time)
    skeleton = "MMMEd" if abs(days) < 180 else "yMMMd"  # noqa: PLR2004  half a year: the year is no longer obvious
    return _day_and_time(format_skeleton(skeleton, local, locale=locale_of(language)), time, language)


def full_time(moment: dt.datetime, zone: ZoneInfo, language: str) -> str:
    """Return ``Monday 24 November at 10:00 (CET)``: right for a reader in any time zone, on any day."""
    local = moment.astimezone(zone)
    words = day(moment, zone, language)
    return f"{_day_and_time(words, local.strftime('%H:%M'), language)} ({_zone_name(local)})"


def day(moment: dt.datetime, zone: ZoneInfo, language: str) -> str:
    """Return the date with its weekday, ``Friday 21 November``."""
    local, locale = moment.astimezone(zone), locale_of(language)
    pattern = _LONG_DAYS.get(_base(language))
    if pattern:
        return format_date(local.date(), pattern, locale=locale)
    return format_skeleton("MMMMEEEEd", local, locale=locale)


def weekday(moment: dt.datetime, zone: ZoneInfo, language: str) -> str:
    """Return the weekday and the day of the month, ``Mon 16``."""
    return format_skeleton("Ed", moment.astimezone(zone), locale=locale_of(language))


def span(length: dt.timedelta, language: str) -> str:
    """Return the length in its largest fitting unit, ``3 hours``; never negative, at least a minute."""
    length = max(abs(length), dt.timedelta(minutes=1))
    return format_timedelta(length, threshold=2, granularity="minute", locale=locale_of(language))


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    """Return the locale whose words a mail in this language uses; English for an unknown one."""
    for candidate in (
        _TERRITORIES.get(language.lower(), language.replace("-", "_")),
        _base(language),
        "en_GB",
    ):
        try:
            return _loaded(Locale.parse(candidate))
        except (UnknownLocaleError, ValueError):
            continue
    return _loaded(Locale("en"))


def _loaded(locale: Locale) -> Locale:
    """Return the locale with its words read.

    What Babel knows of all languages and territories together, which it asks for the parent of a locale alone, is 2 MB
    and would stay; it is read again with the next language.
    """
    localedata.load(str(locale))
    babel.core._global_data = None  # noqa: SLF001  Babel has no word for it
    return locale


def _day_and_time(day_words: str, time: str, language: str) -> str:
    return _DAY_AND_TIME.get(_base(language), "{day} {time}").format(day=day_words, time=time)


def _zone_name(local: dt.datetime) -> str:
    name = local.tzname() or ""
    if name.isalpha():
        return name
    offset = local.strftime("%z")  # zones without letters are called "+08"
    return f"UTC{offset[:3]}:{offset[3:5]}"


def _base(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()
