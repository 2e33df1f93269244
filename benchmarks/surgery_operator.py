"""The operator's mail client, and other people with access: whatever one can do to a mailbox over IMAP, at random."""

import random
import re
import time
from collections.abc import Sequence

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError
from surgery_desk import WATCHED
from surgery_dovecot import PASSWORD, USER, Dovecot
from surgery_ledger import Ledger

ELSEWHERE = "Elsewhere"
_NUMBER = "BODY.PEEK[HEADER.FIELDS (X-SURGERY)]"
_FIELD = re.compile(rb"[0-9]{1,9}")
_FLAGS = (rb"\Seen", rb"\Flagged", rb"\Answered", rb"$Forwarded", rb"Later")
# Those the desk leaves mails in: what lies there is only moved by the operator.
_LEFT = ("INBOX", "Support")


class Operator:
    """A second client of the same mailbox. Each method is one thing people do; the ledger hears what left and came."""

    def __init__(self, server: Dovecot, ledger: Ledger, dice: random.Random) -> None:
        self._server = server
        self._ledger = ledger
        self._dice = dice
        self._connection: IMAPClient | None = None

    def client(self) -> IMAPClient:
        """Return a connection, a new one when the old one is of no use any more."""
        try:
            if self._connection is not None:
                self._connection.noop()
                return self._connection
        except (IMAPClientError, OSError):
            self.hang_up()
        self._connection = IMAPClient("127.0.0.1", self._server.port, ssl=False, timeout=60)
        self._connection.login(USER, PASSWORD)
        return self._connection

    def hang_up(self) -> None:
        """Drop the connection."""
        if self._connection is not None:
            self._connection.shutdown()
            self._connection = None

    def make_folders(self) -> None:
        """Make every folder that is not there."""
        client = self.client()
        for folder in (*WATCHED, ELSEWHERE):
            if not client.folder_exists(folder):
                client.create_folder(folder)
            client.select_folder(folder)
        client.unselect_folder()

    def opens(self) -> None:
        r"""Open mails, which sets ``\Seen``."""
        client, _, uids = self._some(tuple(WATCHED))
        client.fetch(uids, ["BODY[]"])

    def flags(self) -> None:
        """Set some flags and take away others."""
        client, _, uids = self._some(tuple(WATCHED))
        client.add_flags(uids, self._dice.sample(_FLAGS, 2))
        client.remove_flags(uids, self._dice.sample(_FLAGS, 1))

    def marks_deleted(self) -> None:
        """Mark mails for removal, and change his mind about one."""
        client, _, uids = self._some(tuple(WATCHED))
        client.delete_messages(uids)
        client.remove_flags(uids[:1], [rb"\Deleted"])

    def expunges(self) -> None:
        """Remove what is marked, in every folder."""
        client = self.client()
        for folder in WATCHED:
            client.select_folder(folder)
            uids = client.search("DELETED")
            self._ledger.goes(self._numbers(client, uids), folder, time.monotonic())
            client.expunge()

    def deletes(self) -> None:
        """Remove mails at once."""
        client, folder, uids = self._some(tuple(WATCHED))
        if uids:
            self._ledger.goes(self._numbers(client, uids), folder, time.monotonic())
            client.delete_messages(uids)
            client.uid_expunge(uids)

    def moves_away(self) -> None:
        """Move mails to a folder the desk does not read."""
        self._move(tuple(WATCHED), ELSEWHERE)

    def moves_between(self) -> None:
        """Move mails from one folder of the desk to another."""
        source = self._dice.choice(_LEFT)
        self._move((source,), self._dice.choice([name for name in WATCHED if name != source]))

    def moves_back(self) -> None:
        """Move mails back to a folder of the desk, under new UIDs."""
        self._move((ELSEWHERE,), self._dice.choice(tuple(WATCHED)))

    def copies(self) -> None:
        """Copy mails, so that they lie in two folders or twice in one."""
        client, _, uids = self._some(_LEFT)
        target = self._dice.choice(tuple(WATCHED))
        if uids:
            numbers = self._numbers(client, uids)
            client.copy(uids, target)
            self._came(numbers, target)

    def renames_for_a_moment(self) -> None:
        """Give a folder another name, and its old one back."""
        client = self._closed()
        self._ledger.goes(self._ledger.lying("Support"), "Support", time.monotonic())
        numbers = self._numbers_in(client, "Support")
        client.rename_folder("Support", "Support-tidied")
        time.sleep(self._dice.uniform(0, 1.0))
        client.rename_folder("Support-tidied", "Support")
        self._came(numbers, "Support")

    def renames_for_good(self) -> None:
        """Put a whole folder away under another name and begin a new one, as at the turn of the year."""
        client = self._closed()
        self._ledger.goes(self._ledger.lying("Support"), "Support", time.monotonic())
        client.rename_folder("Support", f"Support-{self._dice.getrandbits(48):x}")
        time.sleep(self._dice.uniform(0, 0.5))
        client.create_folder("Support")

    def deletes_the_folder(self) -> None:
        """Delete a folder with all its mails, and make it again."""
        client = self._closed()
        self._ledger.goes(self._ledger.lying("Support"), "Support", time.monotonic())
        client.delete_folder("Support")
        client.create_folder("Support")

    def _some(self, folders: Sequence[str]) -> tuple[IMAPClient, str, list[int]]:
        """Open one of the folders; return it and some of its UIDs, old and new ones."""
        client = self.client()
        folder = self._dice.choice(folders)
        client.select_folder(folder)
        uids = client.search("ALL")
        return client, folder, self._dice.sample(uids, min(len(uids), self._dice.randrange(1, 12)))

    def _move(self, sources: Sequence[str], target: str) -> None:
        client, source, uids = self._some(sources)
        if not uids:
            return
        numbers = self._numbers(client, uids)
        self._ledger.goes(numbers, source, time.monotonic())
        client.move(uids, target)
        self._came(numbers, target)

    def _came(self, numbers: Sequence[int], folder: str) -> None:
        if folder in WATCHED:
            now = time.monotonic()
            for number in numbers:
                self._ledger.appeared(number, folder, now)

    def _numbers(self, client: IMAPClient, uids: Sequence[int]) -> list[int]:
        found = client.fetch(uids, [_NUMBER]) if uids else {}
        fields = (
            field for said in found.values() for name, field in said.items() if name.startswith(b"BODY[")
        )
        return [int(number[0]) for field in fields if (number := _FIELD.search(field))]

    def _numbers_in(self, client: IMAPClient, folder: str) -> list[int]:
        client.select_folder(folder, readonly=True)
        numbers = self._numbers(client, client.search("ALL"))
        client.unselect_folder()
        return numbers

    def _closed(self) -> IMAPClient:
        """Return a connection with no folder open: some servers refuse to rename the one that is."""
        self.hang_up()
        return self.client()
