import datetime as dt
from typing import Any

import pytest
from imapclient.exceptions import IMAPClientError
from sqlalchemy import select

from inboxd.core.folder_walk import Window
from inboxd.core.mail import Mail
from inboxd.intake import imap_recheck
from inboxd.intake.imap_changes import ask_for_news, fetch_changes
from inboxd.store import core_tables
from inboxd.store.engine import read


class Scripted:
    """An IMAPClient whose server says what it is told to."""

    def __init__(
        self, state: str = "OK", fetch: Any = (), vanished: Any = (), capabilities: Any = ()
    ) -> None:
        self._imap = self
        self.asked: list[Any] = []
        self._said = (state, list(fetch))
        self._vanished = [list(vanished), []]
        self._capabilities = capabilities

    def uid(self, *command: str) -> Any:
        """Take a command down and answer it."""
        self.asked.append(command)
        return self._said

    def response(self, _: str) -> Any:
        """Return what was said of removed mails: at first something old, then something new."""
        return "VANISHED", self._vanished.pop()

    def has_capability(self, name: str) -> bool:
        """Return whether the server has it."""
        return name in self._capabilities

    def enable(self, name: str) -> list[bytes]:
        """Enable all that is asked for."""
        self.asked.append(name)
        return [name.encode()]


def _gone(mailbox: Any) -> set[int]:
    rows = core_tables.folder_mail
    with read(mailbox.engine) as connection:
        query = select(rows.c.uid).where(rows.c.folder == mailbox.name, rows.c.gone_at.is_not(None))
        return set(connection.execute(query).scalars())


def test_changes_are_read_from_the_servers_words() -> None:
    """UIDs come from FETCH, removed ranges from VANISHED; what lies beyond, or makes no sense, is left out."""
    fetch = [b"1 (UID 7 MODSEQ (5))", b"2 (MODSEQ (6) UID 4)", None, b"9 (UID 11 MODSEQ (5))", (b"odd",)]
    client: Any = Scripted(fetch=fetch, vanished=[b"(EARLIER) 2:3,9,x,77777777777", b"", None])
    found = fetch_changes(client, 5, 10, tells_gone=True)
    assert found.changed == (4, 7)
    assert found.gone == (Window(2, 3), Window(9, 9))
    assert client.asked == [("FETCH", "1:10", "(UID)", "(CHANGEDSINCE 5 VANISHED)")]


def test_a_refusal_is_an_error() -> None:
    """A server that says NO has told nothing."""
    client: Any = Scripted(state="NO", fetch=[b"not today"])
    with pytest.raises(IMAPClientError, match="not today"):
        fetch_changes(client, 5, 10, tells_gone=False)


@pytest.mark.parametrize(
    ("capabilities", "asked", "tells"),
    [
        ({"ENABLE", "CONDSTORE", "QRESYNC"}, ["QRESYNC"], True),
        ({"ENABLE", "CONDSTORE"}, ["CONDSTORE"], False),
        ({"CONDSTORE"}, [], False),
        ({"ENABLE"}, [], False),
    ],
)
def test_the_best_the_server_has_is_enabled(capabilities: set[str], asked: list[str], tells: bool) -> None:  # noqa: FBT001  a parameter of the table
    """QRESYNC where it is offered, else CONDSTORE, else nothing."""
    client: Any = Scripted(capabilities=capabilities)
    assert ask_for_news(client) is tells
    assert client.asked == asked


def test_removed_and_moved_mails_are_known(mailbox: Any, mail: Mail) -> None:
    """What another client moves away or removes is noted at the next poll, where the server speaks QRESYNC."""
    mailbox.put(*(mail() for _ in range(5)))
    with mailbox.session() as session:
        if not session._client.has_capability("QRESYNC"):
            pytest.skip("this server does not speak QRESYNC (RFC 7162)")
    mailbox.read()
    first, second, *_ = sorted(mailbox.lying())
    with mailbox.server.client() as client:
        client.select_folder(mailbox.name)
        client.delete_messages([first])
        client.uid_expunge([first])
        client.move([second], "INBOX")
    mailbox.put(mail())

    assert mailbox.read() == 1
    assert _gone(mailbox) == {first, second}
    assert len(mailbox.taken()) == 6


def test_a_mail_behind_the_cursor_is_found_at_any_depth(mailbox: Any, mail: Mail) -> None:
    """A mail that a server showed late is taken at the next poll, however many came after it."""
    mailbox.first_contact()
    mailbox.put(*(mail() for _ in range(6)))
    if not mailbox.cursor().modseq:
        pytest.skip("this server keeps no mod-sequences (RFC 7162)")
    with mailbox.session() as session:
        folder = mailbox.folder()
        listed = session.select(folder.name, readonly=True)
        cursor = mailbox.cursor()
        assert listed.modseq > cursor.modseq

    with mailbox.session() as session:
        state = session.select(folder.name, readonly=True)
        walked = type(cursor)(cursor.uidvalidity, state.uidnext - 1, cursor.modseq)
        assert imap_recheck.take_changed(folder, session, walked, state) == 6
        assert imap_recheck.take_changed(folder, session, walked, state) == 0


def test_a_server_that_refuses_to_tell_is_read_all_the_same(mailbox: Any, meddler: Any, mail: Mail) -> None:
    """Without CHANGEDSINCE the walk goes on as before."""
    mailbox.first_contact()
    meddler.rule = lambda command: "NO cannot" if "CHANGEDSINCE" in command else None
    mailbox.put(mail())
    assert mailbox.read() == 1


def test_flags_bring_nothing_back(mailbox: Any, mail: Mail) -> None:
    """A mail whose flags changed is known, and stays one."""
    mailbox.put(mail(), age=dt.timedelta(hours=1))
    mailbox.read()
    with mailbox.server.client() as client:
        client.select_folder(mailbox.name)
        client.add_flags(client.search("ALL"), [rb"\Flagged"])
    assert mailbox.read() == 0
