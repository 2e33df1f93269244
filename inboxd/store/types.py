"""Column types the tables share."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import DateTime, Dialect
from sqlalchemy.types import TypeDecorator

from inboxd.clock import require_aware


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An aware UTC instant. Refuses naive values; SQLite, which forgets offsets, gets UTC and gives UTC back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """Return what makes a value of the driver; a mail has some forty instants, so SQLite's are written at once."""
        return _to_sqlite if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Return what makes an instant of a value of the driver."""
        return _from_sqlite if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Return the value in UTC; raise ``ValueError`` when it is naive."""
        if value is None:
            return None
        moment = require_aware(value).astimezone(dt.UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002  the signature is SQLAlchemy's
        """Return the stored instant as aware UTC."""
        if value is None:
            return None
        moment: dt.datetime = value
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def _to_sqlite(value: dt.datetime | None) -> str | None:
    """Return an instant in the form SQLAlchemy gives SQLite, which sorts like time: all have six digits of a second."""
    if value is None:
        return None
    moment = value if value.tzinfo is dt.UTC else require_aware(value).astimezone(dt.UTC)
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")


def _from_sqlite(value: str | None) -> dt.datetime | None:
    return None if value is None else dt.datetime.fromisoformat(value).replace(tzinfo=dt.UTC)
