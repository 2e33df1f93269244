"""Reading a folder of a real server: nothing lost, nothing twice."""

import datetime as dt
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from inboxd.core.folder_walk import FRESH
from inboxd.errors import TransientError
from inboxd.intake import imap_folder
from inboxd.intake.imap import poll_folder
from inboxd.intake.imap_folder import Progress
from inboxd.intake.imap_session import RefusedError

Mail = Callable[..., bytes]
DAY = dt.timedelta(days=1)


def test_new_mail_is_accepted_as_it_is(mailbox: Any, mail: Mail) -> None:
    """A mail in the folder becomes a mail of the desk: its very bytes, no envelope, the time it arrived."""
    mailbox.first_contact()
    raw = mail("Ünïcode and\r\n.a dot")
    mailbox.put(raw, age=dt.timedelta(hours=3))

    assert mailbox.read() == 1

    (one,) = mailbox.taken()
    assert mailbox.raw(one.mail_id) == raw
    assert (one.source, one.envelope, one.imported) == ("imap", None, False)
    assert one.arrived_at == mailbox.clock() - dt.timedelta(hours=3)


def test_reading_twice_takes_nothing_twice(mailbox: Any, mail: Mail) -> None:
    """What was read is not read again, on the same connection or on another."""
    mailbox.put(mail(), mail())
    with mailbox.session() as session:
        assert [poll_folder(mailbox.folder(), session) for _ in range(2)] == [2, 0]

    assert mailbox.read() == 0
    assert len(mailbox.taken()) == 2


def test_a_waiting_connection_sees_later_mail(mailbox: Any, mail: Mail) -> None:
    """A mail that comes while the folder is open is found by the next poll."""
    with mailbox.session() as session:
        folder = mailbox.folder()
        assert poll_folder(folder, session) == 0
        mailbox.put(mail())
        assert poll_folder(folder, session) == 1


def test_first_contact_takes_old_mail_as_history(mailbox: Any, mail: Mail) -> None:
    """At first contact what arrived over 48 hours ago is only filed; what is fresh is a question that waits."""
    mailbox.put(mail("old"), age=FRESH + dt.timedelta(minutes=1))
    mailbox.put(mail("fresh"), age=FRESH - dt.timedelta(minutes=1))

    mailbox.read()

    assert sorted(one.imported for one in mailbox.taken()) == [False, True]


def test_after_first_contact_nothing_is_history(mailbox: Any, mail: Mail) -> None:
    """An old mail the operator drags into the folder later is meant to be worked on."""
    mailbox.first_contact()
    mailbox.put(mail(), age=30 * DAY)

    mailbox.read()

    (one,) = mailbox.taken()
    assert not one.imported
    assert one.arrived_at == mailbox.clock() - 30 * DAY


def test_a_week_away_makes_nothing_history(mailbox: Any, mail: Mail, clock: Any) -> None:
    """What came while the desk was down for a week is new, even when UIDVALIDITY changed meanwhile."""
    mailbox.first_contact()
    with mailbox.server.client() as client:
        client.delete_folder(mailbox.name)
        client.create_folder(mailbox.name)
    clock.advance(days=7)
    mailbox.put(mail(), age=5 * DAY)

    mailbox.read()

    assert [one.imported for one in mailbox.taken()] == [False]


def test_flags_are_nobodys_state(mailbox: Any, mail: Mail) -> None:
    """A mail another client has read is taken all the same, and reading it sets no flag."""
    mailbox.first_contact()
    mailbox.put(mail(), mail())
    with mailbox.server.client() as client:
        client.select_folder(mailbox.name)
        first, second = client.search()
        client.add_flags([first], [rb"\Seen", rb"\Answered"])

    assert mailbox.read() == 2

    with mailbox.server.client() as client:
        client.select_folder(mailbox.name, readonly=True)
        flags = client.get_flags([first, second])
    assert rb"\Seen" in flags[first]
    assert rb"\Seen" not in flags[second]


def test_flags_changed_later_bring_nothing_back(mailbox: Any, mail: Mail) -> None:
    """A mail whose flags another client changes is not taken again."""
    mailbox.put(mail())
    mailbox.read()
    with mailbox.server.client() as client:
        client.select_folder(mailbox.name)
        client.add_flags(client.search(), [rb"\Flagged"])

    assert mailbox.read() == 0


def test_expunged_mail_is_no_trouble(mailbox: Any, mail: Mail) -> None:
    """Removing mails between two polls loses nothing of the others."""
    mailbox.put(mail(), mail(), mail())
    mailbox.read()
    mailbox.put(mail("gone before anybody looked"), mail("stays"))
    with mailbox.server.client() as client:
        client.select_folder(mailbox.name)
        uids = client.search()
        client.delete_messages([uids[0], uids[3]])
        client.expunge()

    assert mailbox.read() == 1
    assert len(mailbox.taken()) == 4


def test_mails_and_cursor_are_one_commit(mailbox: Any, mail: Mail, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the cursor cannot be written no mail is accepted either; the next poll takes both."""
    mailbox.first_contact()
    before = mailbox.cursor()
    mailbox.put(mail(), mail())
    with monkeypatch.context() as patch:
        patch.setattr(imap_folder.cursors, "save", _fails)
        with pytest.raises(TransientError):
            mailbox.read()
    assert (mailbox.taken(), mailbox.cursor()) == ([], before)

    assert mailbox.read() == 2


def _fails(*_: object) -> None:
    raise TransientError("the disk is full")


def test_a_mail_that_cannot_be_stored_blocks_nobody(
    mailbox: Any, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mail over which the store fails for good is held as a note of where it lies; the others are accepted."""
    mailbox.first_contact()
    mailbox.put(mail("first"), mail("odd"), mail("last"))
    accept = imap_folder.accept

    def picky(engine: Any, arrivals: Any, *rest: Any) -> Any:
        if any(b"\r\n\r\nodd" in one.raw for one in arrivals):
            raise sqlite3.DataError("no")
        return accept(engine, arrivals, *rest)

    monkeypatch.setattr(imap_folder, "accept", picky)

    assert mailbox.read() == 3
    assert sorted(one.state for one in mailbox.taken()) == ["accepted", "accepted", "held"]
    assert mailbox.cursor().uid == max(mailbox.lying())


def test_an_archive_is_resumed_where_it_stopped(
    mailbox: Any, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first walk through a full folder can be ended after any batch; the next one goes on there, as history."""
    monkeypatch.setattr("inboxd.intake.imap.MOST_OCTETS", 1200)
    mailbox.put(*(mail() for _ in range(12)), age=9 * DAY)
    seen: list[Progress] = []
    mailbox.read(progress=seen.append, ended=lambda: len(seen) == 1)
    first = len(mailbox.taken())
    assert 0 < first < 12
    assert (seen[0].taken, seen[0].uid) == (first, mailbox.cursor().uid)

    assert mailbox.read(progress=seen.append) == 12 - first

    assert [one.imported for one in mailbox.taken()] == [True] * 12
    assert seen[-1].uid == seen[-1].last_uid


def test_accepted_is_told_after_each_commit(mailbox: Any, mail: Mail) -> None:
    """The worker is woken when there is something, and only then."""
    told: list[int] = []
    mailbox.read(accepted=lambda: told.append(len(mailbox.taken())))
    mailbox.put(mail())
    mailbox.read(accepted=lambda: told.append(len(mailbox.taken())))

    assert told == [1]


def test_a_folder_that_is_not_there_is_refused(mailbox: Any) -> None:
    """A folder of a wrong name is said to be refused by the server, with its name."""
    mailbox.name = "Nowhere"
    with pytest.raises(RefusedError, match="Nowhere"):
        mailbox.read()


def test_folder_names_are_any_text(mailbox: Any, mail: Mail) -> None:
    """A folder is named as people name it (RFC 9051 5.1), not as the wire does."""
    mailbox.name = f"Ärger & 客服 {mailbox.name}"
    with mailbox.server.client() as client:
        client.create_folder(mailbox.name)
    mailbox.put(mail())

    assert mailbox.read() == 1


def test_either_database_keeps_what_was_read(mailbox: Any, mail: Mail, engine: Engine) -> None:
    """The walk is the same on SQLite and on PostgreSQL, moving the mail included."""
    mailbox.engine = engine
    mailbox.changes = {"after": "move", "move_to": f"{mailbox.name}done"}
    mailbox.put(mail("old"), age=9 * DAY)
    mailbox.put(mail("new"), mail("no id", message_id=""))

    assert [mailbox.read() for _ in range(2)] == [3, 0]
    assert sorted(one.imported for one in mailbox.taken()) == [False, False, True]
