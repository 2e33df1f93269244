"""Making sure that what was deleted is not only no longer shown, but no longer there."""

import sqlite3

from sqlalchemy import Engine, text


def compact(engine: Engine) -> bool:
    """Write the store anew without what was deleted; return False when somebody was in the way the whole time.

    SQLite keeps deleted rows in free pages and in its log: the file is rebuilt (https://www.sqlite.org/lang_vacuum.html)
    and the log emptied (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint). On PostgreSQL its own vacuum is run:
    it frees the rows, and their bytes are overwritten as the space is used again (docs/privacy.md says how to have it
    at once).
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
        connection.execute(text("vacuum"))
    return True
