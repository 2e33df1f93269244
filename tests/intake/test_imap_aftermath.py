"""What becomes of a mail in its folder, only once it is committed."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from imapclient import IMAPClient

from inboxd.errors import TransientError
from inboxd.intake import imap, imap_folder

Mail = Callable[..., bytes]


def _count(mailbox: Any, folder: str) -> int:
    with mailbox.server.client() as client:
        if not client.folder_exists(folder):
            return -1
        return int(client.folder_status(folder, ["MESSAGES"])[b"MESSAGES"])


def test_mail_is_moved_once_it_is_committed(mailbox: Any, mail: Mail) -> None:
    """With after = "move" the folder is empty afterwards and the mail lies in the other, which is made if need be."""
    mailbox.changes = {"after": "move", "move_to": f"{mailbox.name}done"}
    mailbox.first_contact()
    mailbox.put(mail(), mail())

    assert mailbox.read() == 2

    assert (_count(mailbox, mailbox.name), _count(mailbox, f"{mailbox.name}done")) == (0, 2)


def test_mail_is_moved_without_the_move_command(
    mailbox: Any, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    r"""A server without MOVE gets COPY, \Deleted and UID EXPUNGE; what others marked \Deleted stays."""
    mailbox.changes = {"after": "move", "move_to": f"{mailbox.name}done"}
    mailbox.put(mail("theirs"), age=dt.timedelta(days=5))
    mailbox.read()
    with mailbox.server.client() as client:
        client.select_folder(mailbox.name)
        client.delete_messages(client.search())
    mailbox.put(mail())
    has = IMAPClient.has_capability
    monkeypatch.setattr(IMAPClient, "has_capability", lambda self, name: name != "MOVE" and has(self, name))

    mailbox.read()

    assert (_count(mailbox, mailbox.name), _count(mailbox, f"{mailbox.name}done")) == (1, 1)


def test_mail_gets_a_keyword(mailbox: Any, mail: Mail) -> None:
    """With after = "keyword" other programs can see what the desk has; a server without keywords changes nothing."""
    mailbox.changes = {"after": "keyword"}
    mailbox.first_contact()
    mailbox.put(mail())

    assert mailbox.read() == 1

    with mailbox.server.client() as client:
        client.select_folder(mailbox.name, readonly=True)
        (flags,) = client.get_flags(client.search()).values()
    assert (b"inboxd" in flags) == (mailbox.server.kind == "dovecot")
    assert mailbox.read() == 0


def test_history_stays_where_it_lies(mailbox: Any, mail: Mail) -> None:
    """What lay there at first contact is filed and left alone."""
    mailbox.changes = {"after": "move", "move_to": f"{mailbox.name}done"}
    mailbox.put(mail(), age=dt.timedelta(days=9))

    assert mailbox.read() == 1

    assert (_count(mailbox, mailbox.name), _count(mailbox, f"{mailbox.name}done")) == (1, -1)


def test_a_crash_before_the_move_is_made_good(
    mailbox: Any, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mail that was committed but not moved is moved by the next poll, without being taken again."""
    mailbox.changes = {"after": "move", "move_to": f"{mailbox.name}done"}
    mailbox.first_contact()
    mailbox.put(mail())
    with monkeypatch.context() as patch:
        patch.setattr(imap, "settle", lambda *_: _crash())
        with pytest.raises(KeyboardInterrupt):
            mailbox.read()
    assert (len(mailbox.taken()), _count(mailbox, mailbox.name)) == (1, 1)

    assert mailbox.read() == 0
    assert (_count(mailbox, mailbox.name), _count(mailbox, f"{mailbox.name}done")) == (0, 1)


def _crash() -> None:
    raise KeyboardInterrupt


def test_nothing_is_moved_that_is_not_committed(
    mailbox: Any, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the store cannot take a mail it stays where it is."""
    mailbox.changes = {"after": "move", "move_to": f"{mailbox.name}done"}
    mailbox.first_contact()
    mailbox.put(mail())
    with monkeypatch.context() as patch:
        patch.setattr(imap_folder, "accept", lambda *_: _full())
        with pytest.raises(TransientError):
            mailbox.read()

    assert _count(mailbox, mailbox.name) == 1


def _full() -> None:
    raise TransientError("the disk is full")


def test_a_refused_move_stops_no_mail(mailbox: Any, meddler: Any, mail: Mail) -> None:
    """When the server refuses to move, mail is taken all the same, and moved once it may be."""
    mailbox.changes = {"after": "move", "move_to": f"{mailbox.name}done"}
    mailbox.first_contact()
    mailbox.put(mail())
    meddler.rule = lambda command: "NO [OVERQUOTA] full" if " UID MOVE " in command else None
    with pytest.raises(TransientError):
        mailbox.read()
    meddler.rule = lambda command: "NO [NOPERM] no" if " UID MOVE " in command else None
    mailbox.put(mail())
    assert mailbox.read() == 1
    meddler.rule = lambda _: None

    mailbox.read()

    assert (len(mailbox.taken()), _count(mailbox, f"{mailbox.name}done")) == (2, 2)


def test_mails_removed_at_that_very_moment_keep_no_other_from_being_moved(
    mailbox: Any, meddler: Any, mail: Mail
) -> None:
    """A server that refuses a move because some of the mails are gone (RFC 5530) moves the rest at once."""
    refusals = iter(["NO [EXPUNGEISSUED] Some of the requested messages no longer exist"])
    meddler.rule = lambda command: next(refusals, None) if " MOVE " in command else None
    mailbox.changes = {"after": "move", "move_to": f"{mailbox.name}done"}
    mailbox.first_contact()
    mailbox.put(mail(), mail())

    assert mailbox.read() == 2

    assert (_count(mailbox, mailbox.name), _count(mailbox, f"{mailbox.name}done")) == (0, 2)


def test_leave_opens_the_folder_for_reading_only(mailbox: Any, meddler: Any, mail: Mail) -> None:
    """With after = "leave" not a single command is sent that could change anything."""
    mailbox.put(mail())
    mailbox.read()
    words = {word for command in meddler.seen for word in command.split()[1:3]}
    assert "EXAMINE" in words
    assert not words & {"SELECT", "STORE", "MOVE", "COPY", "EXPUNGE", "CREATE"}
