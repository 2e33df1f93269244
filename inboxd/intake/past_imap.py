"""Reading the years of mail that lie in an IMAP account; nothing there is ever changed, not even a flag.

Each folder is opened by EXAMINE and fetched by BODY.PEEK (RFC 9051 6.3.3, 6.4.5). How far it was read is kept by
UIDVALIDITY and UID in the same commit as the mails, apart from the cursors of ``[[intake.imap]]``: what came here is
the past, and where the daemon begins to read is another matter.
"""

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, Engine

from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.configintake import ImapAccount
from inboxd.core.folder_walk import (
    NARROWEST_WINDOW,
    Cursor,
    FolderState,
    batches,
    next_width,
    next_window,
)
from inboxd.core.past import Wrote
from inboxd.core.past_folders import history_folders
from inboxd.core.special_folders import SENT, find_special
from inboxd.errors import PermanentError, TransientError
from inboxd.intake.history import MOST_MAILS, Taken, accept_past
from inboxd.intake.imap_caution import Caution
from inboxd.intake.imap_fetch import MOST_OCTETS, Fetched, fetch_batch, list_mails
from inboxd.intake.imap_folder import stand_in
from inboxd.intake.imap_mailbox import MailboxSession, open_mailbox
from inboxd.intake.mbox import PastMail
from inboxd.store import cursors, mails
from inboxd.store.accepting import Accepted
from inboxd.store.cursors import Place
from inboxd.store.engine import read, write

# Servers hang up on long conversations; a connection that brings nothing so often in a row is no connection.
_MOST_FAILURES = 5
_MOST_ON_GUARD = 20
_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 2.0, 30.0


@dataclass(frozen=True, slots=True)
class PastMailbox:
    """An account that is read, and what reading it needs. ``tell`` hears of folder, last UID read and last UID there.

    ``again``: from the beginning, also where it was read before. ``pause`` waits for so many seconds.
    """

    config: Config
    engine: Engine
    clock: Clock
    account: ImapAccount
    again: bool = False
    tell: Callable[[str, int, int], None] = field(default=lambda _folder, _uid, _last: None)
    pause: Callable[[float], None] = field(default=time.sleep)

    def place(self, folder: str, uidvalidity: int) -> Place:
        """Return what the store calls a folder of an account whose past is read, in one life of its UIDs."""
        return Place(f"past {self.account.mailbox}", folder, uidvalidity)


def take_in_mailbox(box: PastMailbox, chosen: Sequence[str]) -> Taken:
    """Accept every mail of the chosen folders, or of all that hold history; broken off, it goes on where it was.

    Raises ``TransientError`` when server or store are away for longer, ``PermanentError`` for a folder that is not there.
    """
    return sum((_take_in_folder(box, folder) for folder in _folders(box, chosen)), Taken())


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder that is read, and who wrote what lies in it: in Sent the desk, whatever address it had then."""

    name: str
    wrote: Wrote


def _folders(box: PastMailbox, chosen: Sequence[str]) -> tuple[_Folder, ...]:
    with contextlib.closing(open_mailbox(box.account)) as session:
        listed = session.list_folders()
    sent = find_special(listed, SENT)
    try:
        names = history_folders(listed, chosen)
    except LookupError as error:
        there = ", ".join(sorted(one.name for one in listed))
        raise PermanentError(f"{box.account.mailbox} has no folder {error}; there are {there}") from error
    return tuple(_Folder(name, Wrote.DESK if name == sent else Wrote.UNTOLD) for name in names)


@dataclass(slots=True)
class _Tally:
    """What was taken of one folder so far, over all connections."""

    taken: Taken = field(default_factory=Taken)


def _take_in_folder(box: PastMailbox, folder: _Folder) -> Taken:
    caution, tally, failures = Caution(), _Tally(), 0
    if box.again:
        _read_anew(box, folder.name)
    while True:
        before = tally.taken
        try:
            with contextlib.closing(open_mailbox(box.account)) as session:
                _walk(box, folder, session, caution, tally)
        except TransientError:
            failures = failures + 1 if tally.taken == before else 1
            # Over a mail that breaks connections it takes several to find out which one it is.
            if failures >= (_MOST_ON_GUARD if caution.on_guard else _MOST_FAILURES):
                raise
            box.pause(min(_PAUSE_SECONDS * failures, _LONGEST_PAUSE_SECONDS))
        else:
            return tally.taken


def _walk(
    box: PastMailbox, folder: _Folder, session: MailboxSession, caution: Caution, tally: _Tally
) -> None:
    """Read a folder from where it was read to its end, as it is now."""
    state = session.select(folder.name, readonly=True)
    cursor, width, last = _cursor(box, folder.name, state), NARROWEST_WINDOW, state.uidnext - 1
    box.tell(folder.name, cursor.uid, last)
    while (window := next_window(cursor, state, width)) is not None:
        uids = session.search(window)
        cut = batches(list_mails(session, uids, caution), min(caution.most_mails, MOST_MAILS), MOST_OCTETS)
        for batch in cut:
            fetched = fetch_batch(session, batch, box.account.max_size, caution)
            walked_to = replace(cursor, uid=batch[-1].uid)
            tally.taken += _keep(box, folder, walked_to, fetched)
            box.tell(folder.name, walked_to.uid, last)
        cursor = replace(cursor, uid=window.last)
        _keep(box, folder, cursor, ())
        width = next_width(width, len(uids))
    box.tell(folder.name, last, last)


def _cursor(box: PastMailbox, folder: str, state: FolderState) -> Cursor:
    """Return how far the folder was read: not at all where its UIDs are others now (RFC 9051 2.3.1.1)."""
    place = box.place(folder, state.uidvalidity)
    with read(box.engine) as connection:
        kept = cursors.load(connection, place.account, folder)
    same = kept is not None and kept.uidvalidity == state.uidvalidity and kept.uid < state.uidnext
    return kept if kept is not None and same else Cursor(state.uidvalidity, uid=0)


def _keep(box: PastMailbox, folder: _Folder, walked_to: Cursor, fetched: Sequence[Fetched]) -> Taken:
    """Commit mails and how far the folder is read; one the server does not give is held with what it told of it."""
    place = box.place(folder.name, walked_to.uidvalidity)
    now = box.clock()

    def also(connection: Connection, receipts: tuple[Accepted, ...]) -> None:
        for one, receipt in zip(fetched, receipts, strict=True):
            if one.fault and not receipt.duplicate:
                mails.hold(connection, receipt.mail_id, cursors.UNFETCHED, one.fault, now)
        cursors.save(connection, place.account, folder.name, walked_to)

    past = [
        PastMail(stand_in(place, one) if one.fault else one.raw, one.listed.received_at, wrote=folder.wrote)
        for one in fetched
    ]
    return accept_past(box.config, box.engine, box.clock, past, also)


def _read_anew(box: PastMailbox, folder: str) -> None:
    account = box.place(folder, 0).account
    with write(box.engine) as connection:
        kept = cursors.load(connection, account, folder)
        if kept is not None:
            cursors.save(connection, account, folder, replace(kept, uid=0))
