r"""IMAP in: a folder is walked by UID; mails and cursor are one commit, only then a mail is flagged or moved.

``\Seen`` is never state: the operator reads the same folder in his mail client, and so do other programs.
"""

import datetime as dt
import logging
import time
from collections.abc import Sequence
from dataclasses import replace

from inboxd.core.folder_walk import (
    NARROWEST_WINDOW,
    Cursor,
    FolderState,
    Listed,
    Window,
    batches,
    next_width,
    next_window,
    resume,
    unknown,
)
from inboxd.intake.imap_aftermath import settle
from inboxd.intake.imap_ahead import take_ahead
from inboxd.intake.imap_batches import Batch, fetched_ahead
from inboxd.intake.imap_fetch import MOST_OCTETS, fetch_batch, list_mails
from inboxd.intake.imap_folder import Folder, Progress, keep
from inboxd.intake.imap_recheck import adopt_renamed, take_changed, take_missed, take_unfetched
from inboxd.intake.imap_restored import take_lost
from inboxd.intake.imap_session import Session
from inboxd.store import cursors
from inboxd.store.engine import read, write

# The end of a walk is written down so often when nothing else changed.
_NOTE_EVERY = dt.timedelta(minutes=1)

# So few mails of an archive at once keep the store for a moment only.
_MOST_OF_ARCHIVE = 100

_log = logging.getLogger(__name__)


def begin(folder: Folder, session: Session) -> int:
    """Do what a fresh connection calls for: look back, read all that is new, ask for what was refused before.

    Returns how many mails were taken. Raises ``TransientError``, and ``RefusedError`` when there is no such folder.
    """
    again = take_lost(folder, session)
    cursor, _ = _open(folder, session)
    missed = take_missed(folder, session, cursor)
    new = poll_folder(folder, session)
    return again + missed + new + take_unfetched(folder, session, cursor)


def poll_folder(folder: Folder, session: Session) -> int:
    """Read the folder from the cursor to its end, as it is now; return how many mails were taken.

    Raises ``TransientError``, and ``RefusedError`` when there is no such folder.
    """
    cursor, state = _open(folder, session)
    width, taken = NARROWEST_WINDOW, take_changed(folder, session, cursor, state)
    while not folder.ended() and (window := next_window(cursor, state, width)) is not None:
        if cursor.in_archive:
            taken += take_ahead(folder, session, cursor)
        uids = session.search(window)
        taken += _take(folder, session, cursor, window, uids)
        cursor = replace(cursor, uid=window.last)
        width = next_width(width, len(uids))
    settle(folder, session, folder.place(cursor.uidvalidity))
    if not folder.ended():
        _note_end(folder, cursor, state)
    return taken


def _open(folder: Folder, session: Session) -> tuple[Cursor, FolderState]:
    state = session.select(folder.name, readonly=folder.readonly)
    with read(folder.engine) as connection:
        kept = cursors.load(connection, folder.account_name, folder.name)
    kept = kept or adopt_renamed(folder, session, state)
    cursor = resume(kept, state, folder.clock())
    if cursor is not kept:
        _log.warning(
            "%s is read from its beginning, %s",
            folder.name,
            "for the first time" if kept is None else "because its UIDs are not the ones known",
            extra={"action": "imap_contact"},
        )
        # What is history is settled now, whatever happens on the way.
        with write(folder.engine) as connection:
            cursors.save(connection, folder.account_name, folder.name, cursor)
    return cursor, state


def _take(folder: Folder, session: Session, cursor: Cursor, window: Window, uids: tuple[int, ...]) -> int:
    place = folder.place(cursor.uidvalidity)
    with read(folder.engine) as connection:
        known = cursors.known(connection, place, window.first, window.last)
    new = unknown(list_mails(session, uids, folder.caution), known)
    if not new:
        return keep(folder, cursor, (), walked_to=window.last)
    if cursor.in_archive:
        return _take_archived(folder, session, cursor, window, new)
    taken = 0
    cut = batches(new, folder.caution.most_mails, MOST_OCTETS)
    with fetched_ahead(folder, session, cut) as pairs:
        for batch, fetched in pairs:
            taken += keep(folder, cursor, fetched, walked_to=_end_of(batch, cut, window))
            if folder.ended():
                break
    return taken


def _take_archived(
    folder: Folder, session: Session, cursor: Cursor, window: Window, new: Sequence[Listed]
) -> int:
    """Take the mails of an archive, a few at a time; nothing of it is fetched before what somebody waits for."""
    taken = 0
    cut = batches(new, min(folder.caution.most_mails, _MOST_OF_ARCHIVE), MOST_OCTETS)
    for batch in cut:
        if folder.ended():
            break
        fetched = fetch_batch(session, batch, folder.account.max_size, folder.caution)
        walked_to = _end_of(batch, cut, window)
        began = time.monotonic()
        taken += keep(folder, cursor, fetched, walked_to=walked_to)
        folder.progress(Progress(folder.name, walked_to, cursor.archive_uid, len(fetched)))
        folder.rest(time.monotonic() - began)
        taken += take_ahead(folder, session, cursor)
    return taken


def _end_of(batch: Batch, cut: Sequence[Batch], window: Window) -> int:
    return window.last if batch is cut[-1] else batch[-1].uid


def _note_end(folder: Folder, cursor: Cursor, state: FolderState) -> None:
    now = folder.clock()
    if cursor.modseq == state.modseq and cursor.polled_at and now - cursor.polled_at < _NOTE_EVERY:
        return
    with write(folder.engine) as connection:
        end = replace(cursor, modseq=state.modseq, polled_at=now)
        cursors.save(connection, folder.account_name, folder.name, end)
