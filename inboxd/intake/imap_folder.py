"""Keeping what was fetched from an IMAP folder: mails, where they lie and the cursor, in one commit or not at all."""

import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, Engine

from inboxd.clock import Clock
from inboxd.configintake import ImapAccount
from inboxd.core.folder_walk import Cursor, is_history
from inboxd.errors import TransientError
from inboxd.intake.accept import Arrival, accept
from inboxd.intake.imap_caution import Caution
from inboxd.intake.imap_fetch import Fetched
from inboxd.store import cursors, mails
from inboxd.store.accepting import Accepted
from inboxd.store.cursors import FolderMail, Place

# A mail the server gives but the store does not take: asking for it again would change nothing.
_UNSTORED = "unstored"

_log = logging.getLogger(__name__)

TakingMuch = Callable[[], contextlib.AbstractContextManager[object]]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the first walk through a folder is, in UIDs; ``taken`` mails in this run."""

    folder: str
    uid: int
    last_uid: int
    taken: int


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that is read, and what reading it needs. ``accepted`` is called after each commit with mails.

    ``rest`` is called between two parts of an archive with the seconds the store was busy with one, so that others get
    at it. ``taking_much`` is entered while several batches are taken one after the other: others may make room for them.
    ``source`` is what its mails are accepted as. ``filed_only``: whatever is new in it is history, because a
    person has dealt with it and put it there.
    """

    account: ImapAccount
    engine: Engine
    clock: Clock
    accepted: Callable[[], None] = field(default=lambda: None)
    progress: Callable[[Progress], None] = field(default=lambda _: None)
    ended: Callable[[], bool] = field(default=lambda: False)
    rest: Callable[[float], object] = field(default=lambda _: None)
    taking_much: TakingMuch = field(default=contextlib.nullcontext)
    caution: Caution = field(default_factory=Caution)
    filed_only: bool = False
    source: str = "imap"

    @property
    def account_name(self) -> str:
        """Return what the store calls the account: at another provider the UIDs mean other mails."""
        return f"{self.account.user}@{self.account.host}"

    @property
    def name(self) -> str:
        """Return the folder's name on the server."""
        return self.account.folder

    @property
    def readonly(self) -> bool:
        """Return whether nothing is ever changed on the server."""
        return self.account.after == "leave"

    def place(self, uidvalidity: int) -> Place:
        """Return what the store calls this folder in one life of its UIDs."""
        return Place(self.account_name, self.name, uidvalidity)


def keep(
    folder: Folder, cursor: Cursor, fetched: Sequence[Fetched], *, walked_to: int = 0, instead_of: int = 0
) -> int:
    """Commit mails and, with ``walked_to``, that the folder is read up to there; return how many mails.

    ``instead_of``: the held mail that stood for one the server did not give until now.
    Raises ``TransientError`` when the store cannot take them; then the cursor has not moved either.
    """
    try:
        _commit(folder, cursor, fetched, walked_to=walked_to, instead_of=instead_of)
    except TransientError:
        raise
    except Exception:
        if not fetched:
            raise
        _log.exception("mails of %s cannot be stored", folder.name, extra={"action": "imap_fault"})
        _keep_each(folder, cursor, fetched)
        _commit(folder, cursor, (), walked_to=walked_to)
    if fetched:
        folder.accepted()
    return len(fetched)


def _keep_each(folder: Folder, cursor: Cursor, fetched: Sequence[Fetched]) -> None:
    """Commit each mail on its own: one that cannot be stored is held as a note and blocks nobody."""
    for one in fetched:
        try:
            _commit(folder, cursor, [one])
        except TransientError:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, the mails behind this one must get through
            unstored = replace(one, raw=b"", fault=f"{type(error).__name__} while it was stored")
            _commit(folder, cursor, [unstored], held_as=_UNSTORED)


def _commit(
    folder: Folder,
    cursor: Cursor,
    fetched: Sequence[Fetched],
    *,
    walked_to: int = 0,
    instead_of: int = 0,
    held_as: str = cursors.UNFETCHED,
) -> None:
    now = folder.clock()
    place = folder.place(cursor.uidvalidity)

    def also(connection: Connection, receipts: tuple[Accepted, ...]) -> None:
        for one, receipt in zip(fetched, receipts, strict=True):
            if one.fault and not receipt.duplicate:
                mails.hold(connection, receipt.mail_id, held_as, one.fault, now)
        if instead_of:
            mails.drop(connection, instead_of)
        lying = [_lying(folder, cursor, *pair) for pair in zip(fetched, receipts, strict=True)]
        cursors.note(connection, place, lying)
        if walked_to:
            # A walk through years of mail is no silence, long before it ends. After a long downtime it is one: what
            # arrived meanwhile must not turn into history when the UIDs change before the walk has come to its end.
            polled_at = now if cursor.in_archive else cursor.polled_at
            walked = replace(cursor, uid=walked_to, polled_at=polled_at)
            cursors.save(connection, place.account, place.folder, walked)

    accept(folder.engine, [_arrival(folder, cursor, one) for one in fetched], now, also)


def _arrival(folder: Folder, cursor: Cursor, one: Fetched) -> Arrival:
    return Arrival(
        raw=stand_in(folder.place(cursor.uidvalidity), one) if one.fault else one.raw,
        # Nobody tells us the envelope; a Return-Path field (RFC 5321 4.4) may.
        reverse_path=None,
        forward_paths=(),
        source=folder.source,
        imported=folder.filed_only or is_history(cursor, one.listed),
        received_at=one.listed.received_at,
    )


def stand_in(place: Place, one: Fetched) -> bytes:
    """Return what is kept of a mail the server does not give: its header section and a note of where it lies."""
    note = (
        f"[inboxd could not fetch this mail: {one.fault}. It lies under UID {one.listed.uid} "
        f"(UIDVALIDITY {place.uidvalidity}) in the folder {place.folder} of {place.account}.]\r\n"
    )
    return (one.raw or b"\r\n") + note.encode("utf-8", "replace")


def _lying(folder: Folder, cursor: Cursor, one: Fetched, receipt: Accepted) -> FolderMail:
    # History stays where it lies: nobody wants a hundred thousand old mails moved on the first day.
    due = not folder.readonly and not one.fault and not is_history(cursor, one.listed)
    return FolderMail(one.listed.uid, receipt.mail_id, one.listed.received_at, aftermath_due=due)
