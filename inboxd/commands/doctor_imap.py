"""The doctor's look at every mailbox: login, the folder, special folders, IDLE."""

import contextlib
from collections.abc import Iterator

from inboxd.commands.doctor_queues import check_queue_folders
from inboxd.config import Config
from inboxd.configintake import ImapAccount
from inboxd.core.probe import Check
from inboxd.errors import InboxdError
from inboxd.intake.imap_session import Session, open_session

# RFC 6154 2: what other stages put mail into or must know to be wary of.
SPECIAL_USES = ("\\Sent", "\\Drafts", "\\Junk")


def check_mailboxes(config: Config) -> Iterator[Check]:
    """Yield the checks of every configured mailbox."""
    for account in config.intake.imap:
        yield from _check_mailbox(account)
    if not config.intake.imap:
        yield Check("mailbox", True, "no mailbox is read by IMAP: nothing to look at")


def _check_mailbox(account: ImapAccount) -> Iterator[Check]:
    name = f"{account.user}@{account.host}"
    try:
        session = open_session(account)
    except InboxdError as error:
        yield Check(f"login {name}", False, str(error))
        return
    with contextlib.closing(session):
        yield Check(f"login {name}", True, "works")
        try:
            yield from _look_inside(account, session)
        except InboxdError as error:
            yield Check(f"folder {account.folder}", False, str(error))
    yield from check_queue_folders(account)


def _look_inside(account: ImapAccount, session: Session) -> Iterator[Check]:
    state = session.select(account.folder, readonly=True)
    yield Check(f"folder {account.folder}", True, f"opens; the next mail is number {state.uidnext}")
    if account.after == "move":
        there = session.folder_exists(account.move_to)
        yield Check(
            f"folder {account.move_to}", True, "is there" if there else "is not there yet; it will be made"
        )
    found = {use: session.special_folder(use) for use in SPECIAL_USES}
    missing = [use for use, folder in found.items() if not folder]
    known = ", ".join(f"{use[1:]} is {folder}" for use, folder in found.items() if folder)
    yield Check(
        "special folders",
        True,
        known
        + (
            f"{'; ' if known else ''}the server names no {' or '.join(use[1:] for use in missing)}"
            if missing
            else ""
        ),
    )
    idle = session.can_idle
    slow = f"the server has none: new mail is seen every {account.poll.total_seconds() / 60:g} minutes (poll)"
    yield Check("idle", idle or not account.idle, "the server tells of new mail at once" if idle else slow)
