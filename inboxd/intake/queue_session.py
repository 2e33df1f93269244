"""The IMAP commands queue folders need beyond those of reading: names of folders, who lies where, moving one by one."""

import contextlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inboxd.intake.imap_session import RefusedError, Session

_STATE = ("MESSAGES", "UIDNEXT", "UIDVALIDITY")
# The response code of RFC 4315 3 lists old and new UIDs in the same order.
_COPYUID = re.compile(rb"([0-9]{1,10}) ([0-9:,]{1,20000}) ([0-9:,]{1,20000})")
_MOST_UIDS = 200


@dataclass(frozen=True, slots=True)
class Landed:
    """Where moved mails lie now, as the server says: UIDVALIDITY of that folder and new UID by old UID."""

    uidvalidity: int
    uids: Mapping[int, int]


class QueueSession(Session):
    """A logged-in connection that works in queue folders."""

    @property
    def can_move(self) -> bool:
        """Return whether the server moves a mail in one step (RFC 6851)."""
        with self._speaking("CAPABILITY"):
            return bool(self._client.has_capability("MOVE"))

    def full_name(self, name: str) -> str:
        """Return a folder's name as this server writes it: its own separator, below the personal namespace."""
        prefix, separator = self._personal_namespace()
        levels = [level.replace(separator, "_") for level in name.split("/")]
        # RFC 2342 5: what is not below the prefix cannot be made on such a server.
        below = prefix and levels[0].upper() == prefix.removesuffix(separator).upper()
        return ("" if below else prefix) + separator.join(levels)

    def state(self, folder: str) -> tuple[int, ...] | None:
        """Return numbers that change whenever mails come, go or are marked; None when there is no such folder."""
        try:
            with self._speaking(f"STATUS {folder}"):
                more = ["HIGHESTMODSEQ"] if self._client.has_capability("CONDSTORE") else []
                said: dict[bytes, Any] = self._client.folder_status(folder, [*_STATE, *more])
        except RefusedError:
            return None
        return tuple(value for _, value in sorted(said.items()) if isinstance(value, int))

    def make_folder(self, folder: str) -> None:
        """Make a folder and subscribe to it, so that mail clients show it (RFC 9051 6.3.7)."""
        self.create_folder(folder)
        with contextlib.suppress(RefusedError), self._speaking(f"SUBSCRIBE {folder}"):
            self._client.subscribe_folder(folder)

    def lying(self, first: int) -> frozenset[int]:
        r"""Return the UIDs from ``first`` on that lie in the open folder and are not marked ``\Deleted``.

        A mail client without MOVE copies a mail, marks the old one and may expunge it days later.
        """
        with self._speaking("SEARCH"):
            found = self._client.search(["UID", f"{first}:*", "UNDELETED"])
            # "n:*" means the last mail when there is none above n (RFC 9051 9, seq-range).
            return frozenset(uid for uid in found if uid >= first)

    def still_lying(self, uids: Collection[int]) -> frozenset[int]:
        """Return those of these UIDs that lie in the open folder."""
        found: set[int] = set()
        for some in _parts(sorted(uids)):
            with self._speaking("SEARCH"):
                found |= set(self._client.search(["UID", ",".join(map(str, some)), "UNDELETED"]))
        return frozenset(found & set(uids))

    def move_mails(self, uids: Sequence[int], folder: str) -> Landed | None:
        """Move mails to another folder; return where they landed, if the server tells (RFC 4315 3)."""
        landed: dict[int, int] = {}
        uidvalidity = 0
        for some in _parts(sorted(uids)):
            self._forget_copyuid()
            self.move(some, folder)
            if (copied := self._copyuid()) is not None:
                uidvalidity, landed = copied.uidvalidity, landed | dict(copied.uids)
        return Landed(uidvalidity, landed) if landed else None

    def remove(self, uids: Sequence[int]) -> None:
        """Remove mails from the open folder; without UIDPLUS (RFC 4315) they stay there, marked as deleted."""
        for some in _parts(sorted(uids)):
            with self._speaking("STORE"):
                self._client.delete_messages(some, silent=True)
                if self._client.has_capability("UIDPLUS"):
                    self._client.uid_expunge(some)

    def _personal_namespace(self) -> tuple[str, str]:
        with self._speaking("NAMESPACE"):
            if self._client.has_capability("NAMESPACE"):
                personal = self._client.namespace().personal
                if personal:
                    return str(personal[0][0]), _text(personal[0][1]) or "/"
            # RFC 9051 6.3.9: an empty mailbox name asks for the separator alone.
            listed = self._client.list_folders("", "")
            return "", (_text(listed[0][1]) if listed else "") or "/"

    def _forget_copyuid(self) -> None:
        self._client._imap.response("COPYUID")  # noqa: SLF001  IMAPClient hands no response codes on

    def _copyuid(self) -> Landed | None:
        _, said = self._client._imap.response("COPYUID")  # noqa: SLF001  likewise
        told = _COPYUID.fullmatch(said[-1]) if said and isinstance(said[-1], bytes) else None
        if told is None:
            return None
        old, new = _uids(told[2]), _uids(told[3])
        return Landed(int(told[1]), dict(zip(old, new, strict=True))) if len(old) == len(new) else None


def _uids(written: bytes) -> tuple[int, ...]:
    """Return the UIDs of a set such as ``4:6,9`` in its order; none when there are more than we moved."""
    uids: list[int] = []
    for part in written.decode("ascii").split(","):
        first, _, last = part.partition(":")
        if not first.isdigit() or (last and not last.isdigit()):
            return ()
        low, high = sorted((int(first), int(last or first)))
        if high - low >= _MOST_UIDS:
            return ()
        uids += range(low, high + 1)
    return tuple(uids)


def _parts(uids: Sequence[int]) -> Sequence[Sequence[int]]:
    return [uids[at : at + _MOST_UIDS] for at in range(0, len(uids), _MOST_UIDS)]


def _text(value: object) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else str(value or "")
