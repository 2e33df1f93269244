"""The connection by which a mailbox's Sent and Drafts are read and changed."""

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from email.message import Message
from email.parser import BytesHeaderParser

from inboxd.configintake import ImapAccount
from inboxd.core.special_folders import ListedFolder
from inboxd.intake.imap_session import Session, open_client

_HEADER_FIELDS = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID IN-REPLY-TO REFERENCES X-INBOXD-DRAFT)]"
# RFC 4315 3: the response code of APPEND on a server with UIDPLUS.
_APPENDUID = re.compile(rb"\[APPENDUID (\d{1,20}) (\d{1,20})\]", re.IGNORECASE)


class MailboxSession(Session):
    """A logged-in connection that may change the mailbox; what its methods raise stands in ``Session``."""

    @property
    def keeps_sent(self) -> bool:
        """Return whether the provider puts into Sent what it is given by SMTP: Gmail does, and says that it is Gmail."""
        with self._speaking("CAPABILITY"):
            return bool(self._client.has_capability("X-GM-EXT-1"))

    def list_folders(self) -> tuple[ListedFolder, ...]:
        """Return all folders of the mailbox."""
        with self._speaking("LIST"):
            found = self._client.list_folders()
            return tuple(
                ListedFolder(tuple(map(_text, flags)), _text(delimiter), str(name))
                for flags, delimiter, name in found
            )

    def append(
        self, folder: str, raw: bytes, flags: Sequence[str], at: dt.datetime
    ) -> tuple[int, int] | None:
        """Put a mail into a folder; return its (UIDVALIDITY, UID) where the server says so (RFC 4315 3)."""
        with self._speaking(f"APPEND {folder}"):
            said = self._client.append(folder, raw, flags, at)
            found = _APPENDUID.search(said if isinstance(said, bytes) else str(said).encode())
            return (int(found[1]), int(found[2])) if found else None

    def search_message_id(self, message_id: str, since: dt.date) -> tuple[int, ...]:
        """Return the UIDs in the open folder of mails with this Message-ID that arrived on that day or later."""
        with self._speaking("SEARCH HEADER"):
            # The day comes first: servers without an index of header fields read only what is that young.
            found = self._client.search(["SINCE", since, "HEADER", "Message-ID", message_id])
            return tuple(sorted(found))

    def uids_from(self, first: int) -> tuple[int, ...]:
        r"""Return the UIDs from ``first`` on that lie in the open folder and are not marked ``\Deleted``, ascending."""
        with self._speaking("SEARCH UID"):
            found = self._client.search(["UID", f"{first}:*", "UNDELETED"])
            # n:* means the last mail when there is none from n on (RFC 9051 9, seq-range).
            return tuple(sorted(uid for uid in found if uid >= first))

    def fetch_ids(self, uids: Collection[int]) -> Mapping[int, Message]:
        """Return what says which conversation each mail belongs to, as its header fields."""
        if not uids:
            return {}
        with self._speaking("FETCH HEADER.FIELDS"):
            found = self._client.fetch(list(uids), [_HEADER_FIELDS])
            parser = BytesHeaderParser()
            return {
                uid: parser.parsebytes(section)
                for uid, items in found.items()
                if isinstance(section := _header_of(items), bytes)
            }

    def remove(self, uids: Collection[int]) -> None:
        """Delete mails of the open folder; without UIDPLUS (RFC 4315) they stay there, marked as deleted.

        A plain EXPUNGE would also remove what other people marked.
        """
        with self._speaking("EXPUNGE"):
            self._client.delete_messages(list(uids), silent=True)
            if self._client.has_capability("UIDPLUS"):
                self._client.uid_expunge(list(uids))


def open_mailbox(account: ImapAccount) -> MailboxSession:
    """Return a logged-in connection. Raises ``TransientError`` when there is none to be had now."""
    return MailboxSession(open_client(account))


def _header_of(items: Mapping[bytes, object]) -> object:
    return next((value for name, value in items.items() if name.startswith(b"BODY[HEADER.FIELDS")), None)


def _text(value: object) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else str(value or "")
