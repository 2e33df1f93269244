"""The Date field (RFC 5322 3.3) as an aware moment in UTC."""

import datetime as dt
from email.utils import parsedate_tz

from mailparser.dates import parse_mail_date

_MAX_FIELD = 200
_EARLIEST = 1970


def read_date(value: str) -> dt.datetime | None:
    """Return the moment in UTC, None when there is none to be read. An unknown zone counts as UTC (RFC 5322 4.3)."""
    value = value[:_MAX_FIELD].strip()
    if not value:
        return None
    moment = parse_mail_date(value).value or _lenient(value)
    if not isinstance(moment, dt.datetime) or moment.year < _EARLIEST:
        return None
    return moment.astimezone(dt.UTC)


def _lenient(value: str) -> dt.datetime | None:
    """Read what the strict grammar refuses: a missing zone or weekday, long names, other orders, ISO 8601."""
    try:
        parsed = parsedate_tz(value)
        if parsed is not None:
            zone = dt.timezone(dt.timedelta(seconds=parsed[9] or 0))
            return dt.datetime(*parsed[:6], tzinfo=zone).astimezone(dt.UTC)
        moment = dt.datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
