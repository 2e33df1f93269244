"""Reconciliation: everything accepted is somewhere, and something lies behind everything that is written down.

Pure: the store and the mailbox say what they have, here it is judged. What nothing explains is a ``Gap``.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from inboxd.core.folder_walk import Cursor, Listed

# A mail that waits longer than this for its turn, or in the mailbox for being fetched, is one nobody works on.
PATIENCE = dt.timedelta(hours=1)
# An archive of a hundred thousand mails is worked off behind the mails somebody waits for.
ARCHIVE_PATIENCE = dt.timedelta(days=1)


class GapKind(StrEnum):
    """What does not add up."""

    UNPROCESSED = "unprocessed"
    UNFILED = "unfiled"
    MAIL_WITHOUT_BYTES = "mail_without_bytes"
    MESSAGE_WITHOUT_MAIL = "message_without_mail"
    MESSAGE_WITHOUT_OUTGOING = "message_without_outgoing"
    OUTGOING_WITHOUT_BYTES = "outgoing_without_bytes"
    SENT_WITHOUT_ATTEMPT = "sent_without_attempt"
    UID_WITHOUT_MAIL = "uid_without_mail"
    UID_NOT_TAKEN = "uid_not_taken"


_SENTENCES = {
    GapKind.UNPROCESSED: "was accepted, and nobody has worked on it since",
    GapKind.UNFILED: "is marked as filed, and no ticket has it",
    GapKind.MAIL_WITHOUT_BYTES: "was accepted, and its bytes are gone",
    GapKind.MESSAGE_WITHOUT_MAIL: "stands on a ticket, and the mail it came from is gone",
    GapKind.MESSAGE_WITHOUT_OUTGOING: "stands on a ticket as written by us, and is not in the outbox",
    GapKind.OUTGOING_WITHOUT_BYTES: "is in the outbox, and its bytes are gone",
    GapKind.SENT_WITHOUT_ATTEMPT: "is marked as sent, and no attempt to send it was booked",
    GapKind.UID_WITHOUT_MAIL: "was taken from the mailbox, and the mail is gone",
    GapKind.UID_NOT_TAKEN: "lies in the mailbox, and was never taken",
}


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing nothing explains; ``where`` names it as the commands do, such as ``mail 12``."""

    kind: GapKind
    where: str

    def __str__(self) -> str:
        """Return the gap as a sentence."""
        return f"{self.where} {_SENTENCES[self.kind]}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An accepted mail that has had no turn yet. ``released``: a person handed it to the pipeline again."""

    mail_id: int
    accepted_at: dt.datetime
    due_at: dt.datetime
    imported: bool
    released: bool


@dataclass(frozen=True, slots=True)
class Books:
    """How many mails were received and what became of them; ``gaps`` are of all time."""

    received: int
    filed: int
    held: int
    gaps: tuple[Gap, ...] = ()

    @property
    def unexplained(self) -> int:
        """Return how much does not add up; it must be 0."""
        return len(self.gaps)


def balance(counts: Mapping[str, int], gaps: Iterable[Gap]) -> Books:
    """Return the books from how many mails are in each state.

    What a person dropped has its place as much as what is on a ticket; what waits for its turn is received and not
    filed yet. Copies were recognised and are no mails.
    """
    received = sum(number for state, number in counts.items() if state != "copies")
    filed = counts.get("processed", 0) + counts.get("dropped", 0)
    return Books(received, filed, counts.get("held", 0), tuple(gaps))


def unprocessed(waiting: Iterable[Waiting], now: dt.datetime) -> tuple[Gap, ...]:
    """Return the accepted mails that should long have had their turn."""
    return tuple(
        Gap(GapKind.UNPROCESSED, f"mail {one.mail_id}")
        for one in waiting
        if now - _since(one) > _patience(one)
    )


def untaken(
    listed: Collection[Listed], known: Collection[int], cursor: Cursor | None, place: str, now: dt.datetime
) -> tuple[Gap, ...]:
    """Return the mails of a folder that were never taken: those the walk has passed, and those it should have reached.

    ``listed`` is what lies there, ``known`` are the UIDs that were taken, ``cursor`` how far the folder was read
    (None: its UIDs are not the ones known, so it will be read from its beginning).
    """
    read_to = cursor.uid if cursor is not None else 0
    return tuple(
        Gap(GapKind.UID_NOT_TAKEN, f"UID {one.uid} of {place}")
        for one in listed
        if one.uid not in known and (one.uid <= read_to or _is_late(one, now))
    )


def _since(waiting: Waiting) -> dt.datetime:
    return waiting.due_at if waiting.released else waiting.accepted_at


def _patience(waiting: Waiting) -> dt.timedelta:
    return ARCHIVE_PATIENCE if waiting.imported else PATIENCE


def _is_late(mail: Listed, now: dt.datetime) -> bool:
    return mail.received_at is not None and now - mail.received_at > PATIENCE
