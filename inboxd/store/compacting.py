"""Making sure that what was deleted is not only no longer shown, but no longer there."""

import sqlite3

from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from inboxd.store.core_tables import metadata

# A daemon at work locks a table for no longer than a mail takes.
_PATIENCE_SECONDS = 10


def compact(engine: Engine) -> bool:
    """Write the store anew without what was deleted; return False when somebody was in the way the whole time.

    SQLite keeps deleted rows in free pages and in its log: the file is rebuilt (https://www.sqlite.org/lang_vacuum.html)
    and the log emptied (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint). On PostgreSQL every table is written
    into a new file (https://www.postgresql.org/docs/current/sql-vacuum.html, FULL), and the old ones are removed; each
    is locked meanwhile. What its log (WAL) still holds goes as PostgreSQL uses its segments again.
    """
    return _rebuild(engine) if engine.dialect.name == "sqlite" else _vacuum(engine)


def _rebuild(engine: Engine) -> bool:
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.execute("VACUUM")
        busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return bool(busy == 0)
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()


def _vacuum(engine: Engine) -> bool:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"set lock_timeout = '{_PATIENCE_SECONDS}s'"))
        try:
            for table in metadata.sorted_tables:
                connection.execute(text(f'vacuum full "{table.name}"'))
        except OperationalError:
            return False
        finally:
            connection.execute(text("reset lock_timeout"))
    return True
