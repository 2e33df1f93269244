"""A look into the folders that are read: is every mail that lies there one the desk took? Changes nothing."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Engine

from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.core.folder_walk import NARROWEST_WINDOW, Cursor, next_width, next_window
from inboxd.core.reconcile import Gap, untaken
from inboxd.errors import InboxdError
from inboxd.intake.imap_fetch import list_mails
from inboxd.intake.imap_folder import Folder
from inboxd.intake.imap_session import Session, open_session
from inboxd.store import cursors
from inboxd.store.engine import read


@dataclass(frozen=True, slots=True)
class Look:
    """What was found in the mailboxes, and which of them could not be looked into (with why)."""

    gaps: tuple[Gap, ...] = ()
    unreachable: tuple[str, ...] = ()


def look_into_mailboxes(config: Config, engine: Engine, clock: Clock) -> Look:
    """Return the mails of the configured folders that were never taken. A folder nobody can open is no gap."""
    gaps: list[Gap] = []
    unreachable: list[str] = []
    for account in config.intake.imap:
        folder = Folder(account, engine, clock)
        try:
            with contextlib.closing(open_session(account)) as session:
                gaps += _gaps(folder, session, clock())
        except InboxdError as error:
            unreachable.append(f"{folder.name} of {folder.account_name}: {error}")
    return Look(tuple(gaps), tuple(unreachable))


def _gaps(folder: Folder, session: Session, now: dt.datetime) -> Iterator[Gap]:
    state = session.select(folder.name, readonly=True)
    with read(folder.engine) as connection:
        cursor = cursors.load(connection, folder.account_name, folder.name)
    if cursor is not None and cursor.uidvalidity != state.uidvalidity:
        cursor = None
    walk, width = Cursor(state.uidvalidity, uid=0), NARROWEST_WINDOW
    while (window := next_window(walk, state, width)) is not None:
        uids = session.search(window)
        with read(folder.engine) as connection:
            known = cursors.known(connection, folder.place(state.uidvalidity), window.first, window.last)
        # Only what is not known is asked for again: a full folder costs one SEARCH per thousand mails.
        strange = list_mails(session, [uid for uid in uids if uid not in known], folder.caution)
        yield from untaken(strange, known, cursor, f"{folder.name} of {folder.account_name}", now)
        walk = Cursor(state.uidvalidity, uid=window.last)
        width = next_width(width, len(uids))
