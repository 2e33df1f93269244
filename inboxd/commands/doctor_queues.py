"""The doctor's look at the queue folders of a mailbox: which are there, which will be made, how mails are moved."""

import contextlib
from collections.abc import Iterator

from inboxd.configfolders import QueueFolders
from inboxd.configintake import ImapAccount
from inboxd.core.probe import Check
from inboxd.errors import InboxdError
from inboxd.intake.imap_session import open_client
from inboxd.intake.queue_session import QueueSession


def check_queue_folders(account: ImapAccount) -> Iterator[Check]:
    """Yield the checks of the queue folders of one mailbox; none where they are off."""
    if account.folders is None:
        return
    try:
        with contextlib.closing(QueueSession(open_client(account))) as session:
            yield _folders(account.folders, session)
            yield _move(session)
    except InboxdError as error:
        yield Check("queue folders", False, str(error))


def _folders(folders: QueueFolders, session: QueueSession) -> Check:
    names = [session.full_name(name) for name in folders.names.values()]
    there = [name for name in names if session.folder_exists(name)]
    to_come = [name for name in names if name not in there]
    parts = [f"there: {', '.join(there)}"] if there else []
    parts += [f"not there yet, will be made: {', '.join(to_come)}"] if to_come else []
    return Check("queue folders", True, "; ".join(parts))


def _move(session: QueueSession) -> Check:
    how = (
        "in one step"
        if session.can_move
        else "as copies of which the old ones are deleted (no MOVE, RFC 6851)"
    )
    return Check("queue moves", True, f"mails are moved {how}")
