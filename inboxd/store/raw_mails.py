"""The bytes of accepted mails, written and read without a second copy of a large one.

A parameter of 35 MB is copied by SQLite, and once more into the row: 70 MB beside the mail itself. So a large one is
written into a row of that length that is there already (https://www.sqlite.org/c3ref/blob_open.html), and read likewise.
"""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, insert, literal_column, select
from sqlalchemy.exc import DBAPIError

from inboxd.store.core_tables import mail_raw as _raw
from inboxd.store.prepared import Prepared

LARGE = 1024 * 1024

_INSERT = Prepared(insert(_raw))
_LOAD = Prepared(
    select(case((func.length(_raw.c.raw) <= LARGE, _raw.c.raw)), func.length(_raw.c.raw)).where(
        _raw.c.mail_id == bindparam("of_mail")
    )
)
_LOAD_LARGE = Prepared(select(_raw.c.raw).where(_raw.c.mail_id == bindparam("of_mail")))


def insert_raw(connection: Connection, mail_id: int, raw: bytes) -> None:
    """Keep the bytes of a mail."""
    if len(raw) <= LARGE or connection.dialect.name != "sqlite":
        _INSERT.run(connection, mail_id=mail_id, raw=raw)
        return
    connection.execute(insert(_raw).values(mail_id=mail_id, raw=func.zeroblob(len(raw))))
    with _opened(connection, mail_id) as place, memoryview(raw) as view:
        for start in range(0, len(raw), LARGE):
            place.write(view[start : start + LARGE])


def insert_each_raw(connection: Connection, raws: Sequence[tuple[int, bytes]]) -> None:
    """Keep the bytes of several mails, each with the id of its mail."""
    small = [{"mail_id": mail_id, "raw": raw} for mail_id, raw in raws if len(raw) <= LARGE]
    _INSERT.run_each(connection, small)
    for mail_id, raw in raws:
        if len(raw) > LARGE:
            insert_raw(connection, mail_id, raw)


def load_raw(connection: Connection, mail_id: int) -> bytes | None:
    """Return the bytes of a mail; None when there are none."""
    row = _LOAD.first(connection, of_mail=mail_id)
    if row is None:
        return None
    raw, length = row
    if raw is not None or length is None:
        return None if raw is None else bytes(raw)
    if connection.dialect.name != "sqlite":
        return bytes(_LOAD_LARGE.value(connection, of_mail=mail_id))
    with _opened(connection, mail_id) as place:
        found: bytes = place.read()
    return found


@contextlib.contextmanager
def _opened(connection: Connection, mail_id: int) -> Iterator[Any]:
    """Yield the place of a mail's bytes in the row itself. Raises what SQLAlchemy would."""
    driver: Any = connection.connection.driver_connection
    errors: type[Exception] = connection.dialect.loaded_dbapi.Error
    rowid: Any = connection.execute(
        select(literal_column("rowid")).where(_raw.c.mail_id == mail_id)
    ).scalar_one()
    try:
        with driver.blobopen(_raw.name, _raw.c.raw.name, rowid) as place:
            yield place
    except errors as error:
        raise DBAPIError.instance(
            "", None, error, errors, hide_parameters=True, dialect=connection.dialect
        ) from error
