"""Reading the Sent folder of a mailbox: what an operator wrote there to a customer is the answer."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Engine

from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.configintake import ImapAccount
from inboxd.core.special_folders import SENT, find_special
from inboxd.intake.imap_folder import Folder
from inboxd.intake.imap_mailbox import MailboxSession
from inboxd.store import cursors, mails
from inboxd.store.engine import read

AUTO = "auto"
# A folder that was read to its end so lately holds no question older than an answer found now.
_FRESH = dt.timedelta(minutes=10)


def sent_folder(
    config: Config,
    account: ImapAccount,
    session: MailboxSession,
    engine: Engine,
    clock: Clock,
    accepted: Callable[[], None] = lambda: None,
    ended: Callable[[], bool] = lambda: False,
) -> Folder | None:
    """Return the mailbox's Sent as a folder to be read; None when there is none, or it is read as another folder.

    Nothing in it is ever changed by reading it.
    """
    listed = session.list_folders() if account.sent else ()
    name = find_special(listed, SENT) if account.sent == AUTO else account.sent
    read_anyway = {one.folder for one in config.intake.imap if one.mailbox == account.mailbox}
    if not name or name in read_anyway or all(one.name != name for one in listed):
        return None
    return Folder(
        replace(account, folder=name, after="leave"),
        engine,
        clock,
        accepted,
        ended=ended,
        source=mails.SENT,
    )


def questions_are_in(config: Config, account: ImapAccount, engine: Engine, now: dt.datetime) -> bool:
    """Return whether the mailbox's other folders were read to their end: an answer must not come before its question."""
    folders = [one.folder for one in config.intake.imap if one.mailbox == account.mailbox]
    with read(engine) as connection:
        found = [cursors.load(connection, account.mailbox, folder) for folder in folders]
    fresh = max(_FRESH, 2 * account.poll)
    return all(
        one is not None and one.polled_at is not None and now - one.polled_at <= fresh for one in found
    )
