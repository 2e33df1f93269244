import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, event

from inboxd.core.mail import Envelope
from inboxd.store import mails
from inboxd.store.accepting import Accepted, NewMail, insert_once
from inboxd.store.engine import read, write

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
MAIL = NewMail(
    raw=b"Subject: x\r\n\r\n\x00\xff",
    reverse_path="carla@customer.test",
    forward_paths=("support@acme.test",),
    source="smtp",
    message_id="<a@customer.test>",
    content_sha256="c1",
)


def insert(engine: Engine, mail: NewMail = MAIL, now: dt.datetime = NOW) -> Accepted:
    with write(engine) as connection:
        return insert_once(connection, mail, now)


def process(engine: Engine, mail_id: int, disposition: str = "file", **values: object) -> bool:
    given = {"reason": "", "ticket_number": None, "decision": {}, "now": NOW, **values}
    with write(engine) as connection:
        return mails.mark_processed(connection, mail_id, disposition=disposition, **given)  # type: ignore[arg-type]


def test_what_is_accepted_comes_back(engine: Engine) -> None:
    """Bytes and envelope are kept exactly, and the mail is due at once."""
    receipt = insert(
        engine, replace(MAIL, peer="192.0.2.1", helo="mx", submitter="carla", received_at=NOW - DAY)
    )
    with read(engine) as connection:
        stored = mails.next_accepted(connection, NOW)
        assert mails.load_raw(connection, receipt.mail_id) == MAIL.raw
    assert stored is not None
    assert stored.envelope == Envelope("carla@customer.test", ("support@acme.test",))
    assert (stored.peer, stored.helo, stored.submitter) == ("192.0.2.1", "mx", "carla")
    assert (stored.accepted_at, stored.arrived_at, stored.state) == (NOW, NOW - DAY, "accepted")


@pytest.mark.parametrize(("path", "envelope"), [("", Envelope("", MAIL.forward_paths)), (None, None)])
def test_null_path_and_no_path_differ(engine: Engine, path: str | None, envelope: Envelope | None) -> None:
    """The null reverse-path of a bounce is known to be empty; that of a bare file is not known."""
    receipt = insert(engine, replace(MAIL, reverse_path=path))
    with read(engine) as connection:
        stored = mails.find(connection, receipt.mail_id)
    assert stored is not None
    assert stored.envelope == envelope


def test_the_same_mail_again_is_counted(engine: Engine) -> None:
    """Same Message-ID and same content is one mail, however much later; the copies are counted."""
    first = insert(engine)
    again = insert(engine, replace(MAIL, source="imap", raw=b"other trace fields"), NOW + 400 * DAY)
    assert again == Accepted(first.mail_id, duplicate=True)
    with read(engine) as connection:
        assert mails.count_by_state(connection) == {"accepted": 1, "copies": 1}


def test_a_reused_message_id_is_kept(engine: Engine) -> None:
    """A form that gives every mail the same Message-ID loses none of them."""
    first, second = insert(engine), insert(engine, replace(MAIL, content_sha256="c2"))
    assert not second.duplicate
    assert second.mail_id != first.mail_id


def test_without_message_id_a_day_decides(engine: Engine) -> None:
    """The same bytes without Message-ID are a repeat within a day, and a new mail after it."""
    nameless = replace(MAIL, message_id="")
    first = insert(engine, nameless)
    assert insert(engine, nameless, NOW + DAY - MINUTE).mail_id == first.mail_id
    assert not insert(engine, nameless, NOW + DAY + MINUTE).duplicate


def test_without_message_id_the_mailbox_decides(engine: Engine) -> None:
    """The same bytes with the same INTERNALDATE are the same mail, whenever they are fetched again."""
    fetched = replace(MAIL, message_id="", received_at=NOW - DAY)
    first = insert(engine, fetched)
    assert insert(engine, fetched, NOW + 400 * DAY).mail_id == first.mail_id
    assert not insert(engine, replace(fetched, received_at=NOW), NOW + 400 * DAY).duplicate


def test_the_longest_due_comes_first(engine: Engine) -> None:
    """A mail that waits for something stands behind those that do not; one not due yet is not taken."""
    first, second = insert(engine), insert(engine, replace(MAIL, content_sha256="c2"))
    with write(engine) as connection:
        mails.postpone(connection, first.mail_id, NOW + MINUTE)
    with read(engine) as connection:
        now, soon = mails.next_accepted(connection, NOW), mails.next_accepted(connection, NOW + MINUTE)
        assert mails.next_accepted(connection, NOW - MINUTE) is None
    assert now is not None
    assert soon is not None
    assert (now.mail_id, soon.mail_id, now.attempts) == (second.mail_id, second.mail_id, 0)


def test_an_archive_waits_for_live_mail(engine: Engine) -> None:
    """However many old mails wait, and however long, one that just came is next."""
    old, new = (
        insert(engine, replace(MAIL, imported=True)),
        insert(engine, replace(MAIL, content_sha256="c2")),
    )
    with write(engine) as connection:
        mails.postpone(connection, new.mail_id, NOW + MINUTE)
    with read(engine) as connection:
        found = [mails.next_accepted(connection, moment) for moment in (NOW, NOW + MINUTE)]
    assert [one and one.mail_id for one in found] == [old.mail_id, new.mail_id]


def test_processed_once(engine: Engine) -> None:
    """The first who says what became of a mail is believed; the second learns that he came too late."""
    mail_id = insert(engine).mail_id
    assert process(engine, mail_id, sender="carla@customer.test", subject="Hi", body_simhash=2**64 - 1)
    assert not process(engine, mail_id, "discard")
    with read(engine) as connection:
        stored = mails.find(connection, mail_id)
        assert mails.next_accepted(connection, NOW + DAY) is None
        assert mails.recent_bodies(connection, "customer.test", NOW - DAY) == ((NOW, 2**64 - 1),)
    assert stored is not None
    assert (stored.state, stored.disposition, stored.subject) == ("processed", "file", "Hi")


@pytest.mark.parametrize("body", [0, 1, 2**63 - 1, 2**63, 2**64 - 1])
def test_every_simhash_fits(engine: Engine, body: int) -> None:
    """Any unsigned 64-bit SimHash survives a database that only knows signed integers."""
    process(engine, insert(engine).mail_id, sender="a@b.test", body_simhash=body)
    with read(engine) as connection:
        assert mails.recent_bodies(connection, "b.test", NOW) == ((NOW, body),)


def test_held_and_let_go(engine: Engine) -> None:
    """A held mail is listed with its reason, can be handed to the pipeline again with a clean slate, or dropped."""
    one, two = insert(engine).mail_id, insert(engine, replace(MAIL, content_sha256="c2")).mail_id
    with write(engine) as connection:
        assert mails.book_failure(connection, one, NOW + MINUTE) == 1
        assert mails.book_failure(connection, one, NOW + MINUTE) == 2
        mails.hold(connection, one, "ValueError while processing", "Traceback …", NOW)
    process(engine, two, "hold", reason="a forgery")
    with read(engine) as connection:
        held = mails.list_held(connection)
    assert [(mail.mail_id, mail.reason) for mail in held] == [
        (one, "ValueError while processing"),
        (two, "a forgery"),
    ]
    with write(engine) as connection:
        assert mails.release(connection, one, NOW + DAY)
        assert not mails.release(connection, one, NOW + DAY)
        assert mails.drop(connection, two)
        assert not mails.drop(connection, one)
    with read(engine) as connection:
        again = mails.next_accepted(connection, NOW + DAY)
        assert mails.load_raw(connection, two) == MAIL.raw
        assert mails.count_by_state(connection) == {"accepted": 1, "dropped": 1, "copies": 0}
    assert again is not None
    assert (again.mail_id, again.attempts, again.reason, again.detail) == (one, 0, "", "")


def test_what_is_settled_is_not_held(engine: Engine) -> None:
    """A worker that died after its commit does not turn a processed mail into a held one."""
    mail_id = insert(engine).mail_id
    process(engine, mail_id)
    with write(engine) as connection:
        mails.hold(connection, mail_id, "worker_died", "", NOW)
    with read(engine) as connection:
        assert mails.list_held(connection) == []


def test_the_first_mail_of_a_desk(engine: Engine) -> None:
    """The desk knows when its very first mail came, whatever became of it."""
    insert(engine, now=NOW - 3 * MINUTE)
    insert(engine, replace(MAIL, content_sha256="c2"), NOW)
    with read(engine) as connection:
        assert mails.first_accepted(connection) == NOW - 3 * MINUTE


def test_an_empty_desk(engine: Engine) -> None:
    """A desk without a mail answers every question with nothing."""
    with read(engine) as connection:
        assert mails.next_accepted(connection, NOW) is None
        assert mails.find(connection, 1) is None
        assert mails.first_accepted(connection) is None
        assert mails.count_by_state(connection) == {"copies": 0}


def test_the_due_mail_is_found_by_its_index(lite_engine: Engine) -> None:
    """The questions asked on every turn of the loop never scan the table, and never sort."""
    asked: list[tuple[str, Any]] = []
    with read(lite_engine) as connection:
        event.listen(connection, "before_cursor_execute", lambda *said: asked.append(said[2:4]))
        mails.next_accepted(connection, NOW)
        plans = [
            [row[3] for row in connection.exec_driver_sql(f"explain query plan {sql}", values)]
            for sql, values in tuple(asked)
            if sql.startswith("SELECT")
        ]
    assert plans == [["SEARCH mail USING INDEX ix_mail_due (imported=? AND next_attempt_at<?)"]] * 2


def test_what_was_tried_or_is_large_is_not_read_ahead(engine: Engine) -> None:
    """Untried mails come in the order of their turn: nothing from an archive, nothing that failed, nothing too large."""
    found = [
        insert(engine, replace(MAIL, message_id=f"<{number}@x>", content_sha256=f"c{number}"), NOW).mail_id
        for number in range(4)
    ]
    with write(engine) as connection:
        mails.book_failure(connection, found[1], NOW)
    process(engine, found[2])
    insert(engine, replace(MAIL, message_id="<old@x>", content_sha256="old", imported=True))
    with read(engine) as connection:
        assert mails.list_untried(connection, NOW, 9, 100) == (found[0], found[3])
        assert mails.list_untried(connection, NOW, 1, 100) == (found[0],)
        assert mails.list_untried(connection, NOW, 9, 5) == ()
        assert mails.list_untried(connection, NOW - MINUTE, 9, 100) == ()
