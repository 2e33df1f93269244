"""Erased mails are recognised when a mailbox brings them again: they end as duplicates of the empty row left of them."""

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update

from inboxd.core.fingerprint import Fingerprint
from inboxd.core.tombstone import tombstone
from inboxd.store import settings
from inboxd.store.core_tables import erased_mail as _erased
from inboxd.store.core_tables import mail as _mail
from inboxd.store.prepared import Prepared

_KEY = "erasure"
# Asked for every mail once something was erased: made once.
_FIND = Prepared(select(_erased.c.mail_id).where(_erased.c.mark == bindparam("wanted")))


@dataclass(frozen=True, slots=True)
class Buried:
    """An erased mail; ``mail_id`` None: it was one of ours, and no row was ever made of a copy that came in."""

    mark: str
    mail_id: int | None


def bury(
    connection: Connection,
    mail: Fingerprint,
    received_at: dt.datetime | None,
    mail_id: int | None,
    now: dt.datetime,
) -> None:
    """Remember that a mail was erased."""
    mark = tombstone(_make_key(connection, now), mail, received_at)
    if mark and _FIND.first(connection, wanted=mark) is None:
        connection.execute(insert(_erased), {"mark": mark, "mail_id": mail_id, "erased_at": now})


def any_buried(connection: Connection) -> bool:
    """Return whether any mail was ever erased here."""
    return settings.load(connection, _KEY) is not None


def find_buried(connection: Connection, mail: Fingerprint, received_at: dt.datetime | None) -> Buried | None:
    """Return what is known of an erased mail, None for a mail that never was erased."""
    kept = settings.load(connection, _KEY)
    if kept is None:
        return None
    mark = tombstone(bytes.fromhex(str(kept["key"])), mail, received_at)
    row = _FIND.first(connection, wanted=mark) if mark else None
    return None if row is None else Buried(mark, row[0])


def is_erased(connection: Connection, mail: Fingerprint, mail_id: int) -> bool:
    """Return whether a mail is the one that was erased and left the empty row ``mail_id``, or another erased one."""
    query = select(_mail.c.received_at).where(_mail.c.id == mail_id)
    received_at = connection.execute(query).scalar_one_or_none()
    return find_buried(connection, mail, received_at) is not None


def note_mail(connection: Connection, buried: Buried, mail_id: int) -> None:
    """Remember which empty row stands for a mail of ours that came in again."""
    connection.execute(update(_erased).where(_erased.c.mark == buried.mark).values(mail_id=mail_id))


def _make_key(connection: Connection, now: dt.datetime) -> bytes:
    kept = settings.load(connection, _KEY)
    if kept is not None:
        return bytes.fromhex(str(kept["key"]))
    key = secrets.token_bytes(32)
    settings.save(connection, _KEY, {"key": key.hex()}, now)
    return key
