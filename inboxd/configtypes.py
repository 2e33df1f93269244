"""Types of single values in config.toml: what they look like outside, checked, and what they become inside."""

import datetime as dt
import itertools
import re
import zoneinfo
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PlainValidator

from inboxd.core.limits import Window
from inboxd.core.spelling import did_you_mean
from inboxd.core.units import parse_duration
from inboxd.core.working_time import Interval, parse_interval

_LISTEN = re.compile(r"(\[[0-9a-fA-F:.]{2,45}\]|[^\s:\[\]]{1,255}):([0-9]{1,5})")
_WINDOW = re.compile(r"([0-9]{1,6}) in (.{1,40})")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
# An atom (RFC 9051 9, flag-keyword), of which only what every server takes.
_KEYWORD = re.compile(r"[A-Za-z0-9$][A-Za-z0-9$_.-]{0,63}")
_TENANT = re.compile(r"[A-Za-z0-9.-]{1,255}")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_HIGHEST_PORT = 65535
_DATABASES = ("sqlite", "postgresql+psycopg")


def _timezone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        hint = did_you_mean(name, zoneinfo.available_timezones())
        raise ValueError(f"{name!r} is no time zone{hint}") from error
    return name


def _keyword(text: str) -> str:
    if not _KEYWORD.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is no IMAP keyword: letters, digits and $ _ . - only")
    return text


def listen_address(text: Any) -> tuple[str, int]:
    """Return host and port of ``host:port``; raise ``ValueError`` for anything else."""
    found = _LISTEN.fullmatch(text) if isinstance(text, str) else None
    if not found or int(found[2]) > _HIGHEST_PORT:
        raise ValueError(f"must be host:port such as '127.0.0.1:8025', not {text!r}")
    return found[1].strip("[]"), int(found[2])


def _window(text: Any) -> Window:
    found = _WINDOW.fullmatch(text) if isinstance(text, str) else None
    if not found or not int(found[1]):
        raise ValueError(f"must be a number and a time such as '3 in 10min', not {text!r}")
    return Window(parse_duration(found[2]), int(found[1]))


def _interval(text: Any) -> Interval:
    if not isinstance(text, str):
        raise ValueError(f"must be a time span such as '09:00-17:00', not {text!r}")  # noqa: TRY004  pydantic takes ValueError only
    return parse_interval(text)


def _time(text: Any) -> dt.time:
    found = _TIME.fullmatch(text) if isinstance(text, str) else None
    if not found:
        raise ValueError(f"must be a time such as '08:00', not {text!r}")
    return dt.time(int(found[1]), int(found[2]))


def _date(text: Any) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise ValueError(f"must be a date such as '2026-12-24', not {text!r}") from error


def _store_url(url: str) -> str:
    scheme = url.partition("://")[0]
    if scheme not in _DATABASES:
        hint = did_you_mean(scheme, _DATABASES)
        raise ValueError(
            f"a store is 'sqlite:///file' or 'postgresql+psycopg://host/name', not {scheme!r}{hint}"
        )
    if scheme == "sqlite" and (
        not url.startswith("sqlite:///") or url.rstrip("/:") in {"sqlite", "sqlite:///:memory"}
    ):
        raise ValueError("a SQLite store needs a file: 'sqlite:///var/inboxd.db'")
    if urlsplit(url).password:
        raise ValueError(
            "no password here: PostgreSQL's own ~/.pgpass, PGPASSFILE or peer login keep it out of the file"
        )
    return url


def _endpoint(url: str) -> str:
    parts = urlsplit(url)
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if url and not (secure and parts.hostname):
        # RFC 6749 3.2: tokens and secrets never cross the net in the clear.
        raise ValueError(f"must be an https:// address, not {url[:80]!r}")
    return url


def _tenant(name: str) -> str:
    if not _TENANT.fullmatch(name):
        raise ValueError(f"{name[:40]!r} is no tenant: its id, its domain, or 'common'")
    return name


def _language(code: str) -> str:
    if not re.fullmatch(r"[a-z]{2}", code):
        raise ValueError(f"{code[:20]!r} is no ISO 639-1 code such as 'en' or 'zh'")
    return code


def _delimiter(text: str) -> str:
    if text not in {"", "+", "-", "=", "_", "."}:
        raise ValueError(
            f"{text[:20]!r} is no delimiter: '+', '-', '=', '_', '.', or '' where there are no plus addresses"
        )
    return text


def _ordered(day: list[Interval]) -> list[Interval]:
    for earlier, later in itertools.pairwise(day):
        if later.opens < earlier.closes:
            raise ValueError("the intervals of a day must stand in order and not overlap")
    return day


Endpoint = Annotated[str, AfterValidator(_endpoint)]
Tenant = Annotated[str, AfterValidator(_tenant)]
DateText = Annotated[dt.date, PlainValidator(_date)]
Keyword = Annotated[str, AfterValidator(_keyword)]
TimeZone = Annotated[str, AfterValidator(_timezone)]
Listen = Annotated[tuple[str, int], PlainValidator(listen_address)]
WindowText = Annotated[Window, PlainValidator(_window)]
TimeText = Annotated[dt.time, PlainValidator(_time)]
Port = Annotated[int, Field(ge=1, le=_HIGHEST_PORT)]
Day = Annotated[list[Annotated[Interval, PlainValidator(_interval)]], AfterValidator(_ordered)]
Language = Annotated[str, AfterValidator(_language)]
Delimiter = Annotated[str, AfterValidator(_delimiter)]
StoreUrl = Annotated[str, AfterValidator(_store_url)]
