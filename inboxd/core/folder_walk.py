"""Walking through an IMAP folder: from where to where, what is history, which mails to fetch at once. Pure.

A UID never changes and only grows, but only as long as UIDVALIDITY stays the same (RFC 9051 2.3.1.1).
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

# At first contact what arrived earlier than this is history: filed, nothing sent.
FRESH = dt.timedelta(hours=48)
NARROWEST_WINDOW = 1_000
WIDEST_WINDOW = 20_000
# A UID has 32 bits (RFC 9051 2.3.1.1).
_MOST_DIGITS = 10
_ENDS = 2


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a folder was walked: every mail up to ``uid`` is committed; ``modseq`` 0: the server has none.

    What lies at ``archive_uid`` or below and had arrived before ``archive_before`` is history.
    ``polled_at``: when the walk last came to the end of the folder, or got on among what is history.
    """

    uidvalidity: int
    uid: int
    modseq: int = 0
    archive_uid: int = 0
    archive_before: dt.datetime | None = None
    polled_at: dt.datetime | None = None

    @property
    def in_archive(self) -> bool:
        """Return whether the walk is still among the mails that lay there at first contact."""
        return self.uid < self.archive_uid


@dataclass(frozen=True, slots=True)
class FolderState:
    """What the server says when a folder is opened (RFC 9051 6.3.2); ``modseq`` 0: it keeps none (RFC 7162)."""

    uidvalidity: int
    uidnext: int
    modseq: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """One mail of a folder as listed: its size in octets and when it arrived there (INTERNALDATE)."""

    uid: int
    size: int
    received_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Window:
    """A range of UIDs, both ends included."""

    first: int
    last: int


def resume(cursor: Cursor | None, state: FolderState, now: dt.datetime) -> Cursor:
    """Return the cursor to go on with: the kept one, or one at the folder's beginning when it means nothing here.

    That is so at first contact, with a new UIDVALIDITY, and when the server went back in time.
    """
    if cursor is None:
        return _from_the_beginning(state, now - FRESH)
    if cursor.uidvalidity == state.uidvalidity and not _went_back(cursor, state):
        return cursor
    # What arrived since we last saw the whole folder is nobody's history, however long we were away.
    seen_until = cursor.polled_at - FRESH if cursor.polled_at else cursor.archive_before
    return _from_the_beginning(state, seen_until or now - FRESH)


def next_window(cursor: Cursor, state: FolderState, width: int) -> Window | None:
    """Return the UIDs to look at next; None when the walk has come to the end.

    Always with both ends: ``n:*`` means the last mail when there is none above n (RFC 9051 9, seq-range).
    """
    first = cursor.uid + 1
    if first >= state.uidnext:
        return None
    return Window(first, min(cursor.uid + width, state.uidnext - 1))


def next_width(width: int, found: int) -> int:
    """Return how wide the next window should be: UIDs of an old folder are sparse, of a new one dense."""
    if found < NARROWEST_WINDOW // 4:
        return min(width * 4, WIDEST_WINDOW)
    return NARROWEST_WINDOW if found > NARROWEST_WINDOW else width


def unknown(listed: Iterable[Listed], known: Mapping[int, dt.datetime | None]) -> tuple[Listed, ...]:
    """Return the listed mails that are not known, by UID and INTERNALDATE, in order of UID.

    A server restored from a backup without a new UIDVALIDITY gives known UIDs to other mails.
    """
    return tuple(
        sorted((one for one in listed if not _is_known(one, known)), key=lambda one: one.uid),
    )


def same_folder(listed: Iterable[Listed], known: Mapping[int, dt.datetime | None]) -> bool:
    """Return whether mails prove that a folder is the one these UIDs were known in: some agree and none differs."""
    both = [one for one in listed if one.uid in known and one.received_at and known[one.uid]]
    return bool(both) and all(known[one.uid] == one.received_at for one in both)


def read_uid_set(text: bytes) -> tuple[Window, ...]:
    """Return the ranges a set of UIDs names (RFC 9051 9, sequence-set); what is no number is left out."""
    ranges = []
    for part in text.split(b","):
        first, _, last = part.partition(b":")
        ends = [int(end) for end in (first, last or first) if end.isdigit() and len(end) <= _MOST_DIGITS]
        if len(ends) == _ENDS:
            ranges.append(Window(min(ends), max(ends)))
    return tuple(ranges)


def is_history(cursor: Cursor, mail: Listed) -> bool:
    """Return whether a mail is only to be filed: it lay there at first contact and is not fresh."""
    if mail.uid > cursor.archive_uid or cursor.archive_before is None:
        return False
    return mail.received_at is None or mail.received_at < cursor.archive_before


def batches(listed: Sequence[Listed], most_mails: int, most_octets: int) -> tuple[tuple[Listed, ...], ...]:
    """Return the mails in order, cut into batches of at most so many mails and octets; a larger mail goes alone."""
    cut: list[tuple[Listed, ...]] = []
    batch: list[Listed] = []
    octets = 0
    for one in listed:
        if batch and (len(batch) >= most_mails or octets + one.size > most_octets):
            cut.append(tuple(batch))
            batch, octets = [], 0
        batch.append(one)
        octets += one.size
    return (*cut, tuple(batch)) if batch else tuple(cut)


def _from_the_beginning(state: FolderState, archive_before: dt.datetime) -> Cursor:
    return Cursor(state.uidvalidity, uid=0, archive_uid=state.uidnext - 1, archive_before=archive_before)


def _went_back(cursor: Cursor, state: FolderState) -> bool:
    """Return whether the server was restored from a backup: UIDNEXT (RFC 9051 2.3.1.1) and HIGHESTMODSEQ only grow."""
    return state.uidnext <= cursor.uid or 0 < state.modseq < cursor.modseq


def _is_known(mail: Listed, known: Mapping[int, dt.datetime | None]) -> bool:
    if mail.uid not in known:
        return False
    received_at = known[mail.uid]
    return received_at is None or mail.received_at is None or received_at == mail.received_at
