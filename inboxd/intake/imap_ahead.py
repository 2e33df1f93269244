"""What somebody waits for comes before a hundred thousand old mails: the fresh part of an archive is read first."""

import datetime as dt

from inboxd import maillog
from inboxd.core.folder_walk import Cursor, is_history, unknown
from inboxd.intake.imap_batches import take_all
from inboxd.intake.imap_fetch import list_mails
from inboxd.intake.imap_folder import Folder
from inboxd.intake.imap_session import RefusedError, Session
from inboxd.store import cursors
from inboxd.store.engine import read

# A server's calendar may be a day ahead or behind (RFC 9051 6.4.4: SINCE disregards time and time zone).
_CALENDARS_DIFFER = dt.timedelta(days=1)


def take_ahead(folder: Folder, session: Session, cursor: Cursor) -> int:
    """Read the mails ahead of the cursor that are no history, and return how many; the cursor stays where it is.

    The walk comes by them later and finds them known.
    """
    if cursor.archive_before is None:
        return 0
    day = (cursor.archive_before - _CALENDARS_DIFFER).date()
    try:
        fresh = session.search_since(day, cursor.uid + 1)
    except RefusedError as error:
        # They come in their turn, then.
        maillog.problem(f"{folder.name} of {folder.account_name}: {error}")
        return 0
    if not fresh:
        return 0
    with read(folder.engine) as connection:
        known = cursors.known(connection, folder.place(cursor.uidvalidity), fresh[0], fresh[-1])
    # Those that are known need no listing: nobody has given their UIDs to others since the last window.
    listed = list_mails(session, [uid for uid in fresh if uid not in known], folder.caution)
    live = [one for one in unknown(listed, {}) if not is_history(cursor, one)]
    return take_all(folder, session, cursor, live)
