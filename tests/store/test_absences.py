import datetime as dt

from sqlalchemy import Engine

from inboxd.core.absence import Absence
from inboxd.store import absences
from inboxd.store.engine import read, write

NOW = dt.datetime(2026, 11, 16, 10, tzinfo=dt.UTC)


def test_absences_come_back_as_they_were(engine: Engine) -> None:
    """What is kept for an operator replaces what was, is found whatever the case of his address, and is his alone."""
    span = (NOW, NOW + dt.timedelta(days=9, microseconds=1))
    with write(engine) as connection:
        absences.save(connection, Absence("ada@acme.test", (span, span)), NOW)
        absences.save(connection, Absence("ada@acme.test", (span,)), NOW)
    with read(engine) as connection:
        assert absences.load(connection, "Ada@acme.test") == (span,)
        assert absences.load_all(connection, ["ada@acme.test", "grace@acme.test"]) == {
            "ada@acme.test": (span,),
            "grace@acme.test": (),
        }
