"""What is too old loses its words; figures, balance and what is still worked on stay."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from inboxd.configretention import RetentionPlan
from inboxd.core.parse import parse
from inboxd.jobs.retention import forget_old
from inboxd.store import core_tables, mails
from inboxd.store.engine import read, write
from inboxd.store.reconciliation import reconcile

DAYS = dt.timedelta(days=1)


def run(stage: Any, **days: int) -> int:
    """Run the job with these ages."""
    plan = RetentionPlan(**{name: count * DAYS for name, count in days.items()})
    stage.configure(retention=plan)
    return forget_old(stage.desk, stage.clock())


def raw(stage: Any, mail_id: int) -> bytes:
    with read(stage.desk.engine) as connection:
        return mails.load_raw(connection, mail_id)


def texts(stage: Any) -> list[str]:
    with read(stage.desk.engine) as connection:
        table = core_tables.message
        query = select(table.c.text).where(table.c.direction == "in").order_by(table.c.id)
        return list(connection.execute(query).scalars())


@pytest.fixture
def case(stage: Any, mail: Any) -> Any:
    """A desk with a closed ticket, one still open, both 40 days old, and a new one."""
    stage.take(mail("old and closed"))
    stage.take(mail("old and open", from_="Dora <dora@other.test>"))
    with write(stage.desk.engine) as connection:
        table = core_tables.ticket
        done = {"status": "closed", "closed_at": stage.clock()}
        connection.execute(table.update().where(table.c.number == 1).values(done))
    stage.clock.advance(days=40)
    stage.take(mail("new", from_="Eve <eve@third.test>"))
    return stage


def test_nothing_is_removed_unasked(case: Any) -> None:
    """Without [retention] everything is kept for good."""
    assert run(case) == 0
    assert b"old and closed" in raw(case, 1)


def test_bytes_of_old_mails_go(case: Any) -> None:
    """The bytes of what came and went on the closed ticket are gone, those of the open and the new one stay."""
    assert run(case, raw_mail=30) >= 1
    assert raw(case, 1) == b""
    assert b"old and open" in raw(case, 2)
    assert b"new" in raw(case, 3)
    with read(case.desk.engine) as connection:
        went = connection.execute(select(core_tables.outbox_raw.c.raw)).scalars().all()
        assert 0 < sum(bool(one) for one in went) <= len(went)
        assert reconcile(connection, case.clock()).gaps == ()
    assert texts(case) == ["old and closed", "old and open", "new"]


def test_words_of_old_messages_go(case: Any) -> None:
    """Texts and subjects of the closed ticket are gone, its row with times and state is not."""
    assert run(case, messages=30) == 2
    assert texts(case) == ["", "old and open", "new"]
    assert [(one.subject, one.status) for one in case.tickets] == [
        ("", "closed"),
        ("Export", "new"),
        ("Export", "new"),
    ]
    with read(case.desk.engine) as connection:
        assert reconcile(connection, case.clock()).gaps == ()


def test_attachments_of_old_mails_go(stage: Any, mail: Any) -> None:
    """The text of the mail stays; an open ticket keeps its attachments until it is closed."""
    head, body = mail("see file").split(b"\r\n\r\n", 1)
    head = head.replace(b'text/plain; charset="utf-8"', b"multipart/mixed; boundary=b")
    parts = b"--b\r\nContent-Type: %s\r\nContent-Disposition: %s\r\n\r\n%s\r\n"
    whole = parts % (b"text/plain", b"inline", body) + parts % (
        b"image/png",
        b'attachment; filename="a.png"',
        b"PNG",
    )
    mail_id = stage.take(head + b"\r\n\r\n" + whole + b"--b--\r\n")
    stage.clock.advance(days=40)
    assert run(stage, attachments=30) == 0
    with write(stage.desk.engine) as connection:
        done = {"status": "closed", "closed_at": stage.clock()}
        connection.execute(core_tables.ticket.update().values(done))
    stage.clock.advance(days=1)
    assert run(stage, attachments=30) == 1
    seen = parse(raw(stage, mail_id))
    assert "see file" in seen.text
    assert [(one.filename, one.content) for one in seen.attachments] == [("a.png", b"")]
    stage.clock.advance(days=1)
    assert run(stage, attachments=30) == 0


def test_it_runs_once_a_night(case: Any) -> None:
    """The second look in a night does nothing."""
    assert run(case, raw_mail=30) >= 1
    case.clock.advance(hours=1)
    with write(case.desk.engine) as connection:
        table = core_tables.ticket
        connection.execute(table.update().values(status="closed", closed_at=case.clock()))
    assert run(case, raw_mail=30) == 0
    case.clock.advance(days=1)
    assert run(case, raw_mail=30) >= 1


@pytest.mark.parametrize("state", ["held", "accepted"])
def test_what_still_waits_keeps_its_bytes(case: Any, state: str) -> None:
    """A mail that is held, or was never worked on, is no history however old it is: its bytes are all there is of it."""
    with write(case.desk.engine) as connection:
        table = core_tables.mail
        connection.execute(table.update().where(table.c.id == 1).values(state=state, ticket_number=None))

    run(case, raw_mail=30, attachments=30)

    assert b"old and closed" in raw(case, 1)


def test_what_still_has_to_be_sent_keeps_its_bytes(case: Any) -> None:
    """A mail that waits in the outbox of a closed ticket is sent whole, however old it is."""
    outbox, sent = core_tables.outbox, core_tables.outbox_raw
    with write(case.desk.engine) as connection:
        waiting = connection.execute(select(outbox.c.id).where(outbox.c.ticket_number == 1)).scalars().first()
        connection.execute(outbox.update().where(outbox.c.id == waiting).values(state="queued"))

    run(case, raw_mail=30)

    with read(case.desk.engine) as connection:
        assert connection.execute(select(sent.c.raw).where(sent.c.outbox_id == waiting)).scalar_one()
