"""A planted gap of each kind is found, and a desk that works has none."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from inboxd.core.reconcile import GapKind
from inboxd.outgoing.deliver import Delivery, deliver_one
from inboxd.store import mails, reconciliation
from inboxd.store.engine import read, write

HOUR = dt.timedelta(hours=1)
DAMAGE = {
    GapKind.UNPROCESSED: "update mail set state = 'accepted' where id = 1",
    GapKind.UNFILED: "delete from message where mail_id = 1",
    GapKind.MAIL_WITHOUT_BYTES: "delete from mail_raw where mail_id = 1",
    GapKind.MESSAGE_WITHOUT_MAIL: "delete from mail where id = 1",
    GapKind.MESSAGE_WITHOUT_OUTGOING: "delete from outbox where kind = 'acknowledgement'",
    GapKind.OUTGOING_WITHOUT_BYTES: "delete from outbox_raw where outbox_id = 1",
    GapKind.SENT_WITHOUT_ATTEMPT: "delete from attempt where outbox_id = 1",
    GapKind.UID_WITHOUT_MAIL: (
        "insert into folder_mail (account, folder, uidvalidity, uid, mail_id, aftermath_due)"
        " values ('desk@imap.test', 'INBOX', 1, 5, 999, false)"
    ),
}


@contextlib.contextmanager
def careless(engine: Engine) -> Iterator[Connection]:
    """Yield a connection on which the database does not guard what belongs together, as after a damaged disk."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        lite = engine.dialect.name == "sqlite"
        off, on = (
            ("PRAGMA foreign_keys=OFF", "PRAGMA foreign_keys=ON")
            if lite
            else ("set session_replication_role = replica", "set session_replication_role = default")
        )
        connection.exec_driver_sql("ROLLBACK" if lite else off)
        connection.exec_driver_sql(off)
        yield connection
        connection.exec_driver_sql(on)
        if lite:
            connection.exec_driver_sql("BEGIN")


@pytest.fixture
def worked(stage: Any, mail: Any, transport: Any) -> Any:
    """A desk with an answered question, an operator's reply with a command, a held mail, a dropped one and a copy."""
    stage.take(mail())
    stage.reply(stage.written("notification")[0], "Press the export button.\n\n#solved")
    for name in ("held", "dropped"):
        stage.take(mail("I am away.", from_=f"{name}@away.test", auto_submitted="auto-replied"))
    with write(stage.desk.engine) as connection:
        mails.drop(connection, mails.list_held(connection)[-1].mail_id)
    raw = mail(from_="dora@other.test")
    assert stage.take(raw) == stage.accept(raw)
    while deliver_one(Delivery(stage.desk.engine, stage.clock, transport)):
        pass
    stage.clock.advance(hours=2)
    return stage


def books_of(stage: Any, since: dt.datetime | None = None) -> Any:
    with read(stage.desk.engine) as connection:
        return reconciliation.reconcile(connection, stage.clock(), since)


def test_a_desk_that_works_has_no_gap(worked: Any) -> None:
    """A message, an operator's command, a held mail, a dropped one and a copy are each explained."""
    books = books_of(worked)

    assert books.gaps == ()
    assert (books.received, books.filed, books.held) == (5, 4, 1)


def test_counts_are_of_the_time_asked_for(worked: Any) -> None:
    """Mails are counted since a moment; a gap is told however old it is."""
    with careless(worked.desk.engine) as connection:
        connection.execute(sa.text(DAMAGE[GapKind.UNFILED]))

    books = books_of(worked, worked.clock())

    assert (books.received, books.unexplained) == (0, 1)


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_planted_gap_is_found(worked: Any, kind: GapKind) -> None:
    """Whatever is taken out of the store, reconciliation names it."""
    with careless(worked.desk.engine) as connection:
        connection.execute(sa.text(DAMAGE[kind]))

    assert kind in {gap.kind for gap in books_of(worked).gaps}


def test_all_damage_is_some_kind() -> None:
    """Every kind of gap the store can have is planted here; the mailbox's is planted on a real server."""
    assert set(DAMAGE) | {GapKind.UID_NOT_TAKEN} == set(GapKind)


def test_an_operators_mail_without_a_trace_is_unexplained(worked: Any) -> None:
    """A command that left neither an event nor a mail was not carried out."""
    with careless(worked.desk.engine) as connection:
        connection.execute(sa.text("delete from event where mail_id = 2"))
        connection.execute(sa.text("update outbox set mail_id = null where mail_id = 2"))

    assert [str(gap) for gap in books_of(worked).gaps] == ["mail 2 is marked as filed, and no ticket has it"]


def test_a_released_mail_has_its_time(worked: Any) -> None:
    """A held mail that a person releases after weeks is no gap the moment it waits again."""
    worked.clock.advance(days=20)
    with write(worked.desk.engine) as connection:
        assert mails.release(connection, mails.list_held(connection)[0].mail_id, worked.clock())

    assert books_of(worked).gaps == ()
    worked.clock.advance(hours=2)
    assert [gap.kind for gap in books_of(worked).gaps] == [GapKind.UNPROCESSED]


def test_what_the_mailboxes_hold_is_remembered(worked: Any) -> None:
    """The last look into the mailboxes is there for the digest, and a better one replaces it."""
    with write(worked.desk.engine) as connection:
        assert reconciliation.last_look(connection) == 0
        reconciliation.note_look(connection, 3, worked.clock())
        assert reconciliation.last_look(connection) == 3
        reconciliation.note_look(connection, 0, worked.clock())
        assert reconciliation.last_look(connection) == 0
