import datetime as dt

from sqlalchemy import Engine

from inboxd.core.outcome import Learnt
from inboxd.store import learnt
from inboxd.store.engine import read, write

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)


def test_evidence_comes_back_in_order(engine: Engine) -> None:
    """Evidence for, against, and for no article at all is kept apart, oldest first."""
    evidence = [
        Learnt("export-data", "How do I export?", "thanks"),
        Learnt("export-data", "How do I import?", "#wrong", right=False),
        Learnt(None, "Are you hiring?", "file"),
    ]
    with write(engine) as connection:
        for one in evidence:
            learnt.add(connection, one, NOW, 1)
    with read(engine) as connection:
        assert [one.learnt for one in learnt.list_stored(connection)] == evidence
