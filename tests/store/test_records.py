import datetime as dt
from typing import Any

from sqlalchemy import text

from inboxd.core.priority import CustomerRecord
from inboxd.store import records
from inboxd.store.engine import read, write


def test_what_a_customer_went_through(stage: Any, mail: Any) -> None:
    """His open tickets, and of those of late the reopened and the late ones; of somebody else nothing."""
    for number in range(3):
        stage.take(mail(f"Question {number} about something else", subject=f"Matter {number}"))
    at = stage.clock.now
    with write(stage.desk.engine) as connection:
        connection.execute(text("update ticket set status = 'solved', reopened = 1 where number = 1"))
        connection.execute(text("update ticket set breached_at = created_at where number <= 2"))
    with read(stage.desk.engine) as connection:
        assert records.customer_record(connection, 1, at - dt.timedelta(days=9)) == CustomerRecord(2, 1, 2)
        assert records.customer_record(connection, 1, at + dt.timedelta(days=9)) == CustomerRecord(2, 0, 0)
        assert records.customer_record(connection, 99, at) == CustomerRecord()
