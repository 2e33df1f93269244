"""Looking back at the start of a connection: what lies behind the cursor and was never read, or was not to be had."""

import logging
from collections.abc import Sequence

from inboxd import maillog
from inboxd.core.folder_walk import Cursor, FolderState, Listed, Window, same_folder, unknown
from inboxd.intake.imap_batches import take_all
from inboxd.intake.imap_fetch import fetch_again, list_mails
from inboxd.intake.imap_folder import Folder, keep
from inboxd.intake.imap_session import RefusedError, Session
from inboxd.store import cursors
from inboxd.store.engine import read, write

# How far back the look goes, in mails: enough for late UIDs and for a backup of last night.
_MOST_BACK = 200
_MOST_PROOF = 50
_MOST_UNFETCHED = 20

_log = logging.getLogger(__name__)


def adopt_renamed(folder: Folder, session: Session, state: FolderState) -> Cursor | None:
    """Return the cursor of the folder this one was before it got its present name, or None.

    A renamed folder keeps its UIDs (RFC 9051 6.3.6). Others can have the same UIDVALIDITY, so the old name must be
    gone and the mails must be the same. ``folder`` is the one that is open.
    """
    with read(folder.engine) as connection:
        names = cursors.folders_with(connection, folder.account_name, state.uidvalidity)
    for old in names:
        if session.folder_exists(old) or not _same_mails(folder, session, old, state.uidvalidity):
            continue
        _log.warning("folder %s is now %s", old, folder.name, extra={"action": "imap_renamed"})
        with write(folder.engine) as connection:
            cursors.rename(connection, folder.account_name, old, folder.name)
            return cursors.load(connection, folder.account_name, folder.name)
    return None


def _same_mails(folder: Folder, session: Session, old: str, uidvalidity: int) -> bool:
    place = cursors.Place(folder.account_name, old, uidvalidity)
    with read(folder.engine) as connection:
        known = cursors.last_known(connection, place, _MOST_PROOF)
    return bool(known) and same_folder(session.list_mails(sorted(known)).values(), known)


def take_missed(folder: Folder, session: Session, cursor: Cursor) -> int:
    """Read mails near the cursor that appeared behind it, or took over a known UID; return how many.

    Some servers show a mail only after one with a higher UID, and one restored from a backup gives UIDs again.
    """
    with read(folder.engine) as connection:
        known = cursors.last_known(connection, folder.place(cursor.uidvalidity), _MOST_BACK)
    behind = {uid: at for uid, at in known.items() if uid <= cursor.uid}
    if not behind:
        return 0
    there = session.search(Window(min(behind), cursor.uid))
    listed = list_mails(session, there, folder.caution)
    return _take(folder, session, cursor, unknown(listed, behind))


def take_changed(folder: Folder, session: Session, cursor: Cursor, state: FolderState) -> int:
    """Note which known mails are gone, and read what changed behind the cursor and is not known; return how many.

    This finds a mail that appeared behind the cursor at any depth, for one command, where the server keeps
    mod-sequences (RFC 7162); ``take_missed`` is for the others.
    """
    if not (cursor.uid and cursor.modseq) or state.modseq <= cursor.modseq:
        return 0
    try:
        changes = session.changes(cursor.modseq, cursor.uid)
    except RefusedError as error:
        maillog.problem(f"{folder.name} of {folder.account_name}: {error}")
        return 0
    place = folder.place(cursor.uidvalidity)
    if changes.gone:
        with write(folder.engine) as connection:
            cursors.note_gone(connection, place, changes.gone, folder.clock())
    if not changes.changed:
        return 0
    with read(folder.engine) as connection:
        known = cursors.known(connection, place, changes.changed[0], changes.changed[-1])
    unseen = [uid for uid in changes.changed if uid not in known]
    return _take(folder, session, cursor, list_mails(session, unseen, folder.caution))


def _take(folder: Folder, session: Session, cursor: Cursor, missed: Sequence[Listed]) -> int:
    if missed:
        _log.warning("%s mails missed in %s", len(missed), folder.name, extra={"action": "imap_missed"})
    return take_all(folder, session, cursor, missed)


def take_unfetched(folder: Folder, session: Session, cursor: Cursor) -> int:
    """Ask once more for mails the server did not give before, and take them in place of what is held for them."""
    with read(folder.engine) as connection:
        waiting = dict(cursors.unfetched(connection, folder.place(cursor.uidvalidity), _MOST_UNFETCHED))
    taken = 0
    for one in list_mails(session, sorted(waiting), folder.caution):
        if one.size > folder.account.max_size or folder.caution.suspects(one.uid):
            continue
        if (fetched := fetch_again(session, one, folder.caution)) is not None:
            taken += keep(folder, cursor, [fetched], instead_of=waiting[one.uid])
    return taken
