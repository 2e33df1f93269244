"""Figures as people say them, in the words of the mail's language (patterns: Unicode CLDR, by Babel)."""

import datetime as dt
import math

from inboxd.core.time_words import locale_of

_IN_MINUTES_BELOW = dt.timedelta(minutes=90)
_NEARLY = 1e-9


def worked(length: dt.timedelta, language: str) -> str:
    """Return a span of working time in minutes or hours, ``48 min``, ``2.1 hrs``: it has no days of 24 hours."""
    from babel.units import format_unit  # noqa: PLC0415  reports alone have such figures

    locale = locale_of(language)
    if length < _IN_MINUTES_BELOW:
        minutes = round(length / dt.timedelta(minutes=1))
        return str(format_unit(minutes, "duration-minute", length="short", locale=locale))
    hours = round(length / dt.timedelta(hours=1), 1)
    return str(format_unit(hours, "duration-hour", length="short", format="#,##0.#", locale=locale))


def percent(share: float) -> str:
    """Return ``93%``, rounded down: what is not quite certain is never shown as 100%."""
    return f"{int(share * 100 + _NEARLY)}%"


def whole(number: float) -> str:
    """Return ``82``: an estimate, which has no tenths; a half counts up."""
    return str(math.floor(number + 0.5))


def rate(share: float) -> str:
    """Return ``1.8%``: a small share, whose tenths count."""
    return f"{100 * share:.1f}%"


def money(amount: float, currency: str, language: str) -> str:
    """Return ``€160.00``, or the bare number where no currency (ISO 4217) is named."""
    from babel.numbers import format_currency, format_decimal  # noqa: PLC0415  likewise

    locale = locale_of(language)
    if not currency:
        return str(format_decimal(amount, format="#,##0.00", locale=locale))
    return str(format_currency(amount, currency, locale=locale))
