"""After a backup was put back: mails that were accepted since and moved away lie behind no cursor, and are taken again."""

import datetime as dt
import logging
from dataclasses import replace

from inboxd.core.folder_walk import Cursor, unknown
from inboxd.intake.imap_batches import take_all
from inboxd.intake.imap_fetch import list_mails
from inboxd.intake.imap_folder import Folder
from inboxd.intake.imap_session import Session
from inboxd.store import cursors, restored
from inboxd.store.engine import read, write

# SINCE disregards time and zone (RFC 9051 6.4.4): a day earlier leaves nothing out.
_DAY = dt.timedelta(days=1)

_log = logging.getLogger(__name__)


def take_lost(folder: Folder, session: Session) -> int:
    """Read once, after a restore, what was moved out of ``folder`` since the backup; return how many mails.

    A mail the store has comes in as its own duplicate. Raises ``TransientError``; then it is done at the next contact.
    """
    if folder.account.after != "move":
        return 0
    moved = replace(folder, account=replace(folder.account, folder=folder.account.move_to, after="leave"))
    key = f"{moved.account_name}/{moved.name}"
    with read(folder.engine) as connection:
        since = restored.lost_since(connection, key)
    if since is None:
        return 0
    taken = _take_since(moved, session, since - _DAY) if session.folder_exists(moved.name) else 0
    with write(folder.engine) as connection:
        restored.note_looked(connection, key, folder.clock())
    _log.warning(
        "%s mails since the backup read from %s", taken, moved.name, extra={"action": "imap_restored"}
    )
    return taken


def _take_since(folder: Folder, session: Session, since: dt.datetime) -> int:
    state = session.select(folder.name, readonly=True)
    uids = session.search_since(since.date(), 1)
    if not uids:
        return 0
    with read(folder.engine) as connection:
        known = cursors.known(connection, folder.place(state.uidvalidity), uids[0], uids[-1])
    # Nobody walks this folder: the cursor only says which life of its UIDs this is.
    cursor = Cursor(state.uidvalidity, uid=0)
    return take_all(folder, session, cursor, unknown(list_mails(session, uids, folder.caution), known))
