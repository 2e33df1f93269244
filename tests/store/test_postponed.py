import datetime as dt

from sqlalchemy import Engine

from inboxd.intake.accept import Arrival, accept
from inboxd.store import mails, postponed
from inboxd.store.engine import read, write

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(minutes=1)


def test_what_waits_for_a_fact_is_due_again_and_what_failed_is_not(engine: Engine) -> None:
    """Once the articles are there nobody waits for the end of a second that was guessed; a failed mail keeps its delay."""
    arrivals = [
        Arrival(b"Subject: %d\r\n\r\nx\r\n" % n, "a@b.example", ("c@d.example",), "smtp") for n in range(2)
    ]
    waiting, failed = (one.mail_id for one in accept(engine, arrivals, NOW))
    with write(engine) as connection:
        mails.postpone(connection, waiting, LATER)
        mails.book_failure(connection, failed, LATER)
        assert postponed.resume(connection, NOW) == 1
    with read(engine) as connection:
        assert mails.find_due(connection, waiting, NOW) is not None
        assert mails.find_due(connection, failed, NOW) is None
