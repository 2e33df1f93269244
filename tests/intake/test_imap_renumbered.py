"""Folders that were moved, renamed, numbered anew or restored: nothing lost, nothing twice."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete

from inboxd.intake.imap_session import RefusedError
from inboxd.store import core_tables, cursors
from inboxd.store.engine import write

Mail = Callable[..., bytes]
DAY = dt.timedelta(days=1)


def test_new_uidvalidity_loses_and_doubles_nothing(mailbox: Any, mail: Mail, clock: Any) -> None:
    """After UIDVALIDITY changed the whole folder is read again: known mails stay one, new ones come in."""
    known = [mail(), mail(), mail("no id", message_id="")]
    mailbox.put(*known)
    mailbox.read()
    clock.advance(days=3)
    with mailbox.server.client() as client:
        client.delete_folder(mailbox.name)
        client.create_folder(mailbox.name)
    mailbox.put(*known, age=3 * DAY)
    mailbox.put(mail("new"))

    assert mailbox.read() == 4

    assert len(mailbox.taken()) == 4
    assert max(mailbox.lying().values()) == 4
    assert mailbox.read() == 0


def test_one_mail_in_three_folders_is_one(mailbox: Any, mail: Mail) -> None:
    """Gmail shows one mail under every label; the desk has it once, and knows where it lies in each."""
    raw = mail()
    names = [mailbox.name, f"{mailbox.name}b", f"{mailbox.name}c"]
    with mailbox.server.client() as client:
        for name in names[1:]:
            client.create_folder(name)
    for name in names:
        mailbox.put(raw, folder=name)
        mailbox.name = name
        assert mailbox.read() == 1
        assert list(mailbox.lying().values()) == [1]

    assert len(mailbox.taken()) == 1


def test_a_mail_moved_to_another_folder_is_still_one(mailbox: Any, mail: Mail) -> None:
    """A mail the operator moves to a second folder that is read too is not taken again."""
    mailbox.put(mail())
    mailbox.read()
    other = f"{mailbox.name}other"
    with mailbox.server.client() as client:
        client.create_folder(other)
        client.select_folder(mailbox.name)
        client.move(client.search(), other)

    assert mailbox.read() == 0
    mailbox.name = other
    mailbox.read()

    assert len(mailbox.taken()) == 1


def test_a_renamed_folder_is_the_same_folder(mailbox: Any, mail: Mail, clock: Any) -> None:
    """A folder with a new name goes on where it was: nothing twice, and nothing that came since is history."""
    mailbox.put(mail(), mail())
    mailbox.read()
    old, new = mailbox.name, f"{mailbox.name}new"
    with mailbox.server.client() as client:
        client.rename_folder(old, new)
    with pytest.raises(RefusedError):
        mailbox.read()
    mailbox.put(mail("came since"), folder=new)
    clock.advance(days=4)
    mailbox.name = new

    assert mailbox.read() == 1
    assert [one.imported for one in mailbox.taken()] == [False] * 3


def test_another_folder_is_no_renamed_one(mailbox: Any, mail: Mail) -> None:
    """A folder whose old neighbour is gone is not taken for it unless the mails agree."""
    mailbox.put(mail())
    mailbox.read()
    place = mailbox.folder().place(mailbox.cursor().uidvalidity)
    with mailbox.server.client() as client:
        client.delete_folder(mailbox.name)
        client.create_folder(mailbox.name)
    mailbox.put(mail("something else"), age=10 * DAY)
    with mailbox.session() as session:
        state = session.select(mailbox.name, readonly=True)
    with write(mailbox.engine) as connection:
        cursors.rename(connection, place.account, mailbox.name, "Gone")
        past = cursors.load(connection, place.account, "Gone")
        assert past is not None
        cursors.save(connection, place.account, "Gone", replace(past, uidvalidity=state.uidvalidity))

    mailbox.read()

    assert [one.imported for one in mailbox.taken()] == [False, True]


@pytest.mark.parametrize("ahead", [{"uid": 5000}, {"modseq": 2**62}])
def test_a_server_restored_from_a_backup_is_walked_again(
    mailbox: Any, mail: Mail, ahead: dict[str, int]
) -> None:
    """When UIDNEXT or HIGHESTMODSEQ went back, UIDs below the cursor may be new mails: all are looked at."""
    mailbox.put(mail(), mail())
    mailbox.read()
    if "modseq" in ahead and not mailbox.cursor().modseq:
        pytest.skip("this server keeps no mod-sequences (RFC 7162)")
    folder = mailbox.folder()
    with write(mailbox.engine) as connection:
        cursors.save(connection, folder.account_name, mailbox.name, replace(mailbox.cursor(), **ahead))
    mailbox.put(mail("came after the restore"))

    assert mailbox.read() == 1
    assert len(mailbox.taken()) == 3


def test_a_known_uid_with_another_mail_is_read(mailbox: Any, mail: Mail) -> None:
    """A restored server that gave a known UID to another mail is found out by INTERNALDATE."""
    mailbox.put(mail())
    mailbox.read()
    place = mailbox.folder().place(mailbox.cursor().uidvalidity)
    (uid,) = mailbox.lying()
    with write(mailbox.engine) as connection:
        other = cursors.FolderMail(uid, 1, mailbox.clock() - DAY, aftermath_due=False)
        cursors.note(connection, place, [other])

    assert mailbox.read() == 1


def test_a_mail_that_shows_up_late_is_read(mailbox: Any, mail: Mail) -> None:
    """A mail under a UID below the cursor, which some servers show too late, is found at the next connection."""
    mailbox.put(mail(), mail(), mail())
    mailbox.read()
    rows = core_tables.folder_mail
    with write(mailbox.engine) as connection:
        connection.execute(delete(rows).where(rows.c.uid == sorted(mailbox.lying())[1]))

    assert mailbox.read() == 1
    assert len(mailbox.lying()) == 3
    assert len(mailbox.taken()) == 3
