"""How far folders were read and what lies where, on both databases."""

import datetime as dt

from sqlalchemy import Engine

from inboxd.core.folder_walk import Cursor, Window
from inboxd.intake.accept import Arrival, accept
from inboxd.store import cursors, mails
from inboxd.store.cursors import FolderMail, Place
from inboxd.store.engine import read, write

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
PLACE = Place("ada@imap.test", "INBOX", 7)


def _mails(engine: Engine, number: int) -> list[int]:
    raws = [f"Subject: {index}\r\n\r\n".encode() for index in range(number)]
    return [one.mail_id for one in accept(engine, [Arrival(raw, None, (), "imap") for raw in raws], NOW)]


def test_a_cursor_comes_back_as_it_was_saved(engine: Engine) -> None:
    """All of a cursor survives, the largest numbers IMAP knows included (RFC 9051 9, RFC 7162 7)."""
    largest = Cursor(2**32 - 1, 2**32 - 1, 2**63 - 1, 2**32 - 1, NOW, NOW)
    with write(engine) as connection:
        assert cursors.load(connection, "a", "INBOX") is None
        cursors.save(connection, "a", "INBOX", Cursor(1, 2))
        cursors.save(connection, "a", "INBOX", largest)
        cursors.save(connection, "a", "Other", Cursor(1, 2))
    with read(engine) as connection:
        assert cursors.load(connection, "a", "INBOX") == largest
        assert cursors.folders_with(connection, "a", 1) == ("Other",)


def test_what_lies_where(engine: Engine) -> None:
    """Mails are known by UID within one life of a folder only, and the last word about a UID counts."""
    first, second = _mails(engine, 2)
    with write(engine) as connection:
        cursors.note(connection, PLACE, [FolderMail(5, first, NOW, aftermath_due=False)])
        cursors.note(connection, PLACE, [FolderMail(5, second, None, aftermath_due=False)])
        cursors.note(connection, PLACE, [FolderMail(9, first, NOW, aftermath_due=False)])
        cursors.note(
            connection, Place(PLACE.account, "INBOX", 8), [FolderMail(1, first, NOW, aftermath_due=False)]
        )
    with read(engine) as connection:
        assert cursors.known(connection, PLACE, 1, 8) == {5: None}
        assert cursors.last_known(connection, PLACE, 1) == {9: NOW}


def test_what_is_gone_needs_nothing_any_more(engine: Engine) -> None:
    """A mail that was moved away or removed is neither flagged nor looked for, until its UID is taken anew."""
    (mail_id,) = _mails(engine, 1)
    with write(engine) as connection:
        lying = [FolderMail(uid, mail_id, NOW, aftermath_due=True) for uid in (1, 2, 5)]
        cursors.note(connection, PLACE, lying)
        cursors.note_gone(connection, PLACE, [Window(2, 3), Window(5, 2**32)], NOW)
        assert cursors.due_aftermath(connection, PLACE) == (1,)
        assert cursors.last_known(connection, PLACE, 9) == {1: NOW}
        # It is still known: were it put back, it would be the same mail.
        assert set(cursors.known(connection, PLACE, 1, 9)) == {1, 2, 5}
        cursors.note(connection, PLACE, [FolderMail(5, mail_id, None, aftermath_due=False)])
        assert cursors.last_known(connection, PLACE, 9) == {5: None, 1: NOW}


def test_aftermath_is_due_until_it_is_done(engine: Engine) -> None:
    """What is still to be flagged or moved is remembered."""
    (mail_id,) = _mails(engine, 1)
    with write(engine) as connection:
        for uid in (3, 1, 2):
            cursors.note(connection, PLACE, [FolderMail(uid, mail_id, NOW, aftermath_due=uid != 2)])
        assert cursors.due_aftermath(connection, PLACE) == (1, 3)
        cursors.finish_aftermath(connection, PLACE, (1,))
        assert cursors.due_aftermath(connection, PLACE) == (3,)


def test_only_held_stand_ins_are_unfetched(engine: Engine) -> None:
    """Mails the server did not give are those still held for that reason."""
    ids = _mails(engine, 3)
    with write(engine) as connection:
        cursors.note(
            connection,
            PLACE,
            [FolderMail(uid, mail_id, NOW, aftermath_due=False) for uid, mail_id in enumerate(ids, 1)],
        )
        mails.hold(connection, ids[0], cursors.UNFETCHED, "no", NOW)
        mails.hold(connection, ids[1], "other", "no", NOW)
    with write(engine) as connection:
        assert cursors.unfetched(connection, PLACE, 10) == ((1, ids[0]),)
        mails.drop(connection, ids[0])
        assert cursors.unfetched(connection, PLACE, 10) == ()


def test_a_renamed_folder_keeps_everything(engine: Engine) -> None:
    """Cursor and mails move to the new name."""
    (mail_id,) = _mails(engine, 1)
    with write(engine) as connection:
        cursors.save(connection, PLACE.account, "INBOX", Cursor(7, 5))
        cursors.note(connection, PLACE, [FolderMail(5, mail_id, NOW, aftermath_due=False)])
        cursors.rename(connection, PLACE.account, "INBOX", "Support")
        assert cursors.load(connection, PLACE.account, "INBOX") is None
        assert cursors.load(connection, PLACE.account, "Support") == Cursor(7, 5)
        assert cursors.known(connection, Place(PLACE.account, "Support", 7), 1, 9) == {5: NOW}


def test_the_same_octets_of_the_same_moment_are_one_mail(engine: Engine) -> None:
    """A mail without Message-ID fetched again much later is known by bytes and INTERNALDATE; a later one is new."""
    raw = b"Subject: tick\r\n\r\nalive\r\n"
    then = accept(engine, [Arrival(raw, None, (), "imap", received_at=NOW)], NOW)
    later = NOW + dt.timedelta(days=30)
    again = accept(engine, [Arrival(raw, None, (), "imap", received_at=NOW)], later)
    other = accept(engine, [Arrival(raw, None, (), "imap", received_at=later)], later + dt.timedelta(days=2))
    assert (again[0].mail_id, again[0].duplicate) == (then[0].mail_id, True)
    assert not other[0].duplicate
