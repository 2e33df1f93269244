"""IMAP folders: how far each was read, and which mail lies under which UID."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, insert, select, update

from inboxd.core.folder_walk import Cursor, Window
from inboxd.store.core_tables import cursor as _cursor
from inboxd.store.core_tables import folder_mail as _lies
from inboxd.store.core_tables import mail as _mail
from inboxd.store.flags import is_set
from inboxd.store.prepared import Prepared

UNFETCHED = "unfetched"
# Written for every mail that is fetched: made once.
_CLEAR = Prepared(
    delete(_lies).where(
        _lies.c.account == bindparam("of_account"),
        _lies.c.folder == bindparam("of_folder"),
        _lies.c.uidvalidity == bindparam("of_life"),
        _lies.c.uid == bindparam("of_uid"),
    )
)
_NOTE = Prepared(insert(_lies))
_AMONG = Prepared(
    select(_lies.c.uid).where(
        _lies.c.account == bindparam("of_account"),
        _lies.c.folder == bindparam("of_folder"),
        _lies.c.uidvalidity == bindparam("of_life"),
        _lies.c.uid.between(bindparam("first"), bindparam("last")),
    )
)
_MOST_BETWEEN = 2000


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of an account, in one life of its UIDs."""

    account: str
    folder: str
    uidvalidity: int


@dataclass(frozen=True, slots=True)
class FolderMail:
    """A mail as it lies in a folder; ``aftermath_due``: flagging or moving it is still to be done."""

    uid: int
    mail_id: int
    received_at: dt.datetime | None
    aftermath_due: bool


def load(connection: Connection, account: str, folder: str) -> Cursor | None:
    """Return how far a folder was read; None before the first contact."""
    row = (
        connection.execute(select(_cursor).where(_cursor.c.account == account, _cursor.c.folder == folder))
        .mappings()
        .first()
    )
    if row is None:
        return None
    return Cursor(
        uidvalidity=row["uidvalidity"],
        uid=row["uid"],
        modseq=row["modseq"],
        archive_uid=row["archive_uid"],
        archive_before=row["archive_before"],
        polled_at=row["polled_at"],
    )


def save(connection: Connection, account: str, folder: str, cursor: Cursor) -> None:
    """Keep how far a folder was read; belongs into the transaction that accepts what was read."""
    values = {
        "uidvalidity": cursor.uidvalidity,
        "uid": cursor.uid,
        "modseq": cursor.modseq,
        "archive_uid": cursor.archive_uid,
        "archive_before": cursor.archive_before,
        "polled_at": cursor.polled_at,
    }
    changed = connection.execute(
        update(_cursor).where(_cursor.c.account == account, _cursor.c.folder == folder).values(values)
    )
    if changed.rowcount == 0:
        connection.execute(insert(_cursor).values(account=account, folder=folder, **values))


def note(connection: Connection, place: Place, found: Sequence[FolderMail]) -> None:
    """Write down which mails lie where; what was written down for these UIDs before is replaced."""
    if not found:
        return
    here = {"of_account": place.account, "of_folder": place.folder, "of_life": place.uidvalidity}
    first, last = min(one.uid for one in found), max(one.uid for one in found)
    # One question for what nearly never is there; of mails that lie far apart each is asked for by itself.
    asks = last - first < _MOST_BETWEEN
    there = set(_AMONG.column(connection, **here, first=first, last=last)) if asks else ()
    _CLEAR.run_each(
        connection, [{**here, "of_uid": one.uid} for one in found if not asks or one.uid in there]
    )
    _NOTE.run_each(
        connection,
        [
            {
                "account": place.account,
                "folder": place.folder,
                "uidvalidity": place.uidvalidity,
                "uid": one.uid,
                "mail_id": one.mail_id,
                "received_at": one.received_at,
                "aftermath_due": one.aftermath_due,
            }
            for one in found
        ],
    )


def note_gone(connection: Connection, place: Place, ranges: Sequence[Window], now: dt.datetime) -> None:
    """Write down that nothing lies in these ranges of UIDs any more: there is nothing left to flag, move or fetch."""
    for one in ranges:
        within = _lies.c.uid.between(one.first, one.last)
        connection.execute(
            update(_lies)
            .where(_here(place), within, _lies.c.gone_at.is_(None))
            .values(gone_at=now, aftermath_due=False)
        )


def known(connection: Connection, place: Place, first: int, last: int) -> Mapping[int, dt.datetime | None]:
    """Return INTERNALDATE by UID of the mails known in that range of UIDs."""
    rows = connection.execute(
        select(_lies.c.uid, _lies.c.received_at).where(_here(place), _lies.c.uid.between(first, last))
    )
    return {row.uid: row.received_at for row in rows}


def last_known(connection: Connection, place: Place, most: int) -> Mapping[int, dt.datetime | None]:
    """Return INTERNALDATE by UID of the mails with the highest known UIDs, of those that may still lie there."""
    rows = connection.execute(
        select(_lies.c.uid, _lies.c.received_at)
        .where(_here(place), _lies.c.gone_at.is_(None))
        .order_by(_lies.c.uid.desc())
        .limit(most)
    )
    return {row.uid: row.received_at for row in rows}


def due_aftermath(connection: Connection, place: Place) -> tuple[int, ...]:
    """Return the UIDs whose mails are accepted but not yet flagged or moved, ascending."""
    waits = and_(
        _lies.c.account == place.account,
        _lies.c.folder == place.folder,
        # Not by the key, in which SQLite would read all that ever lay in the folder, at every look into it.
        _lies.c.uidvalidity + 0 == place.uidvalidity,
        is_set(_lies.c.aftermath_due),
    )
    return tuple(connection.execute(select(_lies.c.uid).where(waits).order_by(_lies.c.uid)).scalars())


def finish_aftermath(connection: Connection, place: Place, uids: Sequence[int]) -> None:
    """Write down that these mails, ascending by UID, were flagged or moved."""
    within = _lies.c.uid.between(uids[0], uids[-1])
    connection.execute(
        update(_lies).where(_here(place), within, is_set(_lies.c.aftermath_due)).values(aftermath_due=False)
    )


def unfetched(connection: Connection, place: Place, most: int) -> tuple[tuple[int, int], ...]:
    """Return (UID, id of the held mail that stands for it) of mails the server has not given us yet."""
    rows = connection.execute(
        select(_lies.c.uid, _lies.c.mail_id)
        .join(_mail, _mail.c.id == _lies.c.mail_id)
        .where(_here(place), _lies.c.gone_at.is_(None), _mail.c.state == "held", _mail.c.reason == UNFETCHED)
        .order_by(_lies.c.uid)
        .limit(most)
    )
    return tuple((row.uid, row.mail_id) for row in rows)


def folders_with(connection: Connection, account: str, uidvalidity: int) -> tuple[str, ...]:
    """Return the folders of an account that were read under this UIDVALIDITY: one of them may have a new name now."""
    rows = connection.execute(
        select(_cursor.c.folder).where(_cursor.c.account == account, _cursor.c.uidvalidity == uidvalidity)
    )
    return tuple(rows.scalars())


def rename(connection: Connection, account: str, old: str, new: str) -> None:
    """Carry everything known of a folder over to its new name."""
    for table in (_cursor, _lies):
        connection.execute(
            update(table).where(table.c.account == account, table.c.folder == old).values(folder=new)
        )


def _here(place: Place) -> ColumnElement[bool]:
    return and_(
        _lies.c.account == place.account,
        _lies.c.folder == place.folder,
        _lies.c.uidvalidity == place.uidvalidity,
    )
