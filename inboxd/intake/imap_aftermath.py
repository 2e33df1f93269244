"""What becomes of a mail in its folder once it is committed: it stays, gets a keyword, or is moved."""

from inboxd import maillog
from inboxd.fault_points import Point, reached
from inboxd.intake.imap_fetch import list_mails
from inboxd.intake.imap_folder import Folder
from inboxd.intake.imap_session import RefusedError, Session
from inboxd.store import cursors
from inboxd.store.cursors import Place
from inboxd.store.engine import read, write

# RFC 5530 3.
_EXPUNGED = "[EXPUNGEISSUED]"


def settle(folder: Folder, session: Session, place: Place) -> int:
    """Flag or move every accepted mail that still waits for it, also from before a crash; return how many.

    A server that refuses is told to the log and asked again next time: the mails themselves are safe.
    """
    if folder.readonly:
        return 0
    with read(folder.engine) as connection:
        uids = cursors.due_aftermath(connection, place)
    if not uids:
        return 0
    reached(Point.BEFORE_AFTERMATH)
    try:
        _do_to_all_there(folder, session, uids)
    except RefusedError as error:
        maillog.problem(f"{folder.name} of {folder.account_name}: {error}")
        return 0
    with write(folder.engine) as connection:
        cursors.finish_aftermath(connection, place, uids)
    return len(uids)


def _do_to_all_there(folder: Folder, session: Session, uids: tuple[int, ...]) -> None:
    try:
        _do(folder, session, uids)
    except RefusedError as error:
        if _EXPUNGED not in str(error):
            raise
        # Somebody removed some of them a moment ago, and a server may refuse them all for it.
        still = tuple(one.uid for one in list_mails(session, uids, folder.caution))
        if still:
            _do(folder, session, still)


def _do(folder: Folder, session: Session, uids: tuple[int, ...]) -> None:
    account = folder.account
    if account.after == "keyword":
        session.add_keyword(uids, account.keyword)
        return
    if not session.folder_exists(account.move_to):
        session.create_folder(account.move_to)
    session.move(uids, account.move_to)
