"""Inserting an accepted mail once, however often and by whatever way it is delivered (DESIGN 2.2)."""

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from inboxd.core.fingerprint import Fingerprint
from inboxd.store.core_tables import mail as _mail
from inboxd.store.mails import SENT
from inboxd.store.prepared import Prepared
from inboxd.store.raw_mails import insert_each_raw
from inboxd.store.tombstones import any_buried, find_buried, note_mail

# RFC 1047: a client that missed our 250 sends the same bytes again. A monitor that sends no Message-ID may mean it.
REPEAT_WINDOW = dt.timedelta(days=1)

# Asked for every mail: made once, which is most of what they cost.
_INSERT = Prepared(insert(_mail))
_SAME = (
    select(_mail.c.id)
    .where(_mail.c.message_id == bindparam("same_id"), _mail.c.content_sha256 == bindparam("same_content"))
    .order_by(_mail.c.id)
    .limit(1)
)
# What is left of a mail that was erased: a row that says nothing, for which nothing is to be done.
ERASED_MAIL: Mapping[str, Any] = {
    "state": "dropped",
    "disposition": "discard",
    "reason": "erased",
    "detail": "",
    "reverse_path": "",
    "forward_paths": [],
    "peer": "",
    "helo": "",
    "submitter": "",
    "message_id": "",
    "content_sha256": "",
    "sender": "",
    "sender_domain": "",
    "subject": "",
    "body_simhash": None,
    "decision": {},
}
# What he sent to a customer with a copy to the desk is two things: his answer, and a mail that came.
_OF_SENT, _OF_RECEIVED = _mail.c.source == SENT, _mail.c.source != SENT
_LATELY = _mail.c.accepted_at > bindparam("since")
# The same octets with the same INTERNALDATE are the same mail, however long ago it was fetched first.
_FETCHED_BEFORE = or_(_LATELY, _mail.c.received_at == bindparam("internal_date"))
_FIND_SAME = {
    in_sent: (Prepared(named), Prepared(named.where(_LATELY)), Prepared(named.where(_FETCHED_BEFORE)))
    for in_sent, named in ((True, _SAME.where(_OF_SENT)), (False, _SAME.where(_OF_RECEIVED)))
}


@dataclass(frozen=True, slots=True)
class NewMail:
    """A mail about to be accepted. ``reverse_path`` is None when nobody knows it (a bare file), empty for ``<>``."""

    raw: bytes = field(repr=False)
    reverse_path: str | None
    forward_paths: tuple[str, ...]
    source: str
    message_id: str
    content_sha256: str
    peer: str = ""
    helo: str = ""
    submitter: str = ""
    imported: bool = False
    received_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The receipt: under which id the mail is kept, and whether it was there before."""

    mail_id: int
    duplicate: bool


def insert_all(connection: Connection, mails: Sequence[NewMail], now: dt.datetime) -> tuple[Accepted, ...]:
    """Insert mails as ``insert_once`` does, in order, and return a receipt for each; those that are plainly new together."""
    buried = any_buried(connection)
    known = _known(connection, mails)
    met: set[tuple[bool, str, str]] = set()
    plain = []
    for mail, found in zip(mails, known, strict=True):
        identity = (mail.source == SENT, mail.message_id, mail.content_sha256)
        # One without a Message-ID may be a copy of one in the same batch, by its time alone.
        plain.append(not buried and found is None and bool(mail.message_id) and identity not in met)
        met.add(identity)
    receipts: list[Accepted] = []
    for together, run in itertools.groupby(zip(plain, mails, strict=True), key=lambda one: one[0]):
        some = [mail for _, mail in run]
        if together:
            receipts += [
                Accepted(mail_id, duplicate=False) for mail_id in _insert_each(connection, some, now)
            ]
        else:
            receipts += [insert_once(connection, mail, now) for mail in some]
    return tuple(receipts)


def insert_once(connection: Connection, mail: NewMail, now: dt.datetime) -> Accepted:
    """Insert the mail, or count a copy of the one it repeats (same Message-ID and content; DESIGN 2.2).

    One that was erased is a copy of the empty row left of it: its bytes are not kept.
    """
    known = _find_same(connection, mail, now)
    if known is not None:
        connection.execute(update(_mail).where(_mail.c.id == known).values(copies=_mail.c.copies + 1))
        return Accepted(known, duplicate=True)
    identity = Fingerprint(mail.message_id, mail.content_sha256)
    buried = find_buried(connection, identity, mail.received_at)
    if buried is None:
        return Accepted(_insert(connection, mail, now), duplicate=False)
    if buried.mail_id is not None:
        return Accepted(buried.mail_id, duplicate=True)
    mail_id = _insert(connection, _empty(mail), now)
    connection.execute(update(_mail).where(_mail.c.id == mail_id).values(ERASED_MAIL))
    note_mail(connection, buried, mail_id)
    return Accepted(mail_id, duplicate=True)


def _empty(mail: NewMail) -> NewMail:
    return NewMail(b"", None, (), mail.source, "", "", imported=mail.imported, received_at=mail.received_at)


def _insert(connection: Connection, mail: NewMail, now: dt.datetime) -> int:
    return _insert_each(connection, [mail], now)[0]


def _insert_each(connection: Connection, mails: Sequence[NewMail], now: dt.datetime) -> list[int]:
    ids = _INSERT.insert_each(connection, [_row(mail, now) for mail in mails])
    insert_each_raw(connection, [(mail_id, mail.raw) for mail_id, mail in zip(ids, mails, strict=True)])
    return ids


def _row(mail: NewMail, now: dt.datetime) -> dict[str, Any]:
    return {
        "accepted_at": now,
        "received_at": mail.received_at,
        "source": mail.source,
        "reverse_path": mail.reverse_path,
        "forward_paths": mail.forward_paths,
        "peer": mail.peer,
        "helo": mail.helo,
        "submitter": mail.submitter,
        "size": len(mail.raw),
        "message_id": mail.message_id,
        "content_sha256": mail.content_sha256,
        "copies": 0,
        "imported": mail.imported,
        "state": "accepted",
        "attempts": 0,
        # History is filed in the order in which it happened, whatever order a file has it in.
        "next_attempt_at": min(mail.received_at or now, now) if mail.imported else now,
        "disposition": "",
    }


def _known(connection: Connection, mails: Sequence[NewMail]) -> list[int | None]:
    """Return for each mail the one it repeats, where a Message-ID says so; None for one that names none."""
    found: list[int | None] = [None] * len(mails)
    for in_sent, (named, _, _) in _FIND_SAME.items():
        places = [at for at, mail in enumerate(mails) if mail.message_id and (mail.source == SENT) == in_sent]
        asked = [{"same_id": mails[at].message_id, "same_content": mails[at].content_sha256} for at in places]
        for at, mail_id in zip(places, named.value_each(connection, asked), strict=True):
            found[at] = mail_id
    return found


def _find_same(connection: Connection, mail: NewMail, now: dt.datetime) -> int | None:
    named, lately, fetched_before = _FIND_SAME[mail.source == SENT]
    wanted: dict[str, Any] = {"same_id": mail.message_id, "same_content": mail.content_sha256}
    if mail.message_id:
        found: int | None = named.value(connection, **wanted)
        return found
    wanted["since"] = now - REPEAT_WINDOW
    if mail.received_at is None:
        found = lately.value(connection, **wanted)
    else:
        found = fetched_before.value(connection, **wanted, internal_date=mail.received_at)
    return found
