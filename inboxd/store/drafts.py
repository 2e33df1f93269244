"""The drafts in the operator's Drafts folder: what was offered, where it lies, what he made of it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from inboxd.core.drafts import DraftState
from inboxd.store.core_tables import draft as _draft
from inboxd.store.core_tables import draft_raw as _raw
from inboxd.store.flags import is_set
from inboxd.store.prepared import Prepared

OPEN = (DraftState.WANTED, DraftState.LYING, DraftState.GONE)
# Whoever let so many drafts pile up has no use for more; and a poll looks at all of them.
_MOST = 500


@dataclass(frozen=True, slots=True)
class NewDraft:
    """A composed draft about to be kept under an id that was reserved for it (the id is part of its Message-ID).

    ``offered`` is its text, ``in_reply_to`` the customer's mail it answers, ``recipient`` its To.
    """

    draft_id: int
    account: str
    ticket_number: int
    mail_id: int | None
    article: str
    message_id: str
    in_reply_to: str
    recipient: str
    offered: str
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it stands. ``uid`` says where it lies in ``folder``; ``edited``: the operator saved it anew."""

    id: int
    account: str
    ticket_number: int
    article: str
    message_id: str
    in_reply_to: str
    recipient: str
    offered: str
    state: str
    edited: bool
    folder: str
    uidvalidity: int | None
    uid: int | None
    created_at: dt.datetime
    gone_at: dt.datetime | None


_DRAFT = tuple(_draft.c[one.name] for one in fields(Draft))
# Asked for every mail: made once.
# Asked by every look of a job: made once, as what is asked for every mail.
_GONE_BEFORE = Prepared(
    select(_draft)
    .where(_draft.c.state == DraftState.GONE.value, _draft.c.gone_at < bindparam("moment"))
    .order_by(_draft.c.id)
    .limit(_MOST)
)
_UNNOTED = Prepared(
    select(_draft, _raw.c.kept)
    .join(_raw, _raw.c.draft_id == _draft.c.id)
    .where(is_set(_draft.c.unnoted), _raw.c.kept.is_not(None))
    .order_by(_draft.c.id)
    .limit(_MOST)
)
_OPEN_OF_TICKET = Prepared(
    select(*_DRAFT)
    .where(_draft.c.ticket_number == bindparam("ticket"), _draft.c.state.in_(OPEN))
    .order_by(_draft.c.id)
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the operator had made of a draft when the desk took it away, not yet a note on its ticket."""

    draft: Draft
    raw: bytes = field(repr=False)
    ended_by: str = ""


def next_id(connection: Connection) -> int:
    """Return the id the next draft will have; the insert fails, and is redone, if somebody else took it."""
    highest: int = connection.execute(select(func.coalesce(func.max(_draft.c.id), 0))).scalar_one()
    return highest + 1


def insert_draft(connection: Connection, draft: NewDraft, now: dt.datetime) -> None:
    """Keep a draft that is to be put into the mailbox."""
    names = [one.name for one in fields(draft) if one.name not in {"draft_id", "raw"}]
    values = {name: getattr(draft, name) for name in names}
    connection.execute(
        insert(_draft).values(
            id=draft.draft_id,
            state=DraftState.WANTED.value,
            edited=False,
            unnoted=False,
            created_at=now,
            **values,
        )
    )
    connection.execute(insert(_raw).values(draft_id=draft.draft_id, raw=draft.raw))


def find(connection: Connection, draft_id: int) -> Draft | None:
    """Return one draft."""
    row = connection.execute(select(_draft).where(_draft.c.id == draft_id)).mappings().first()
    return _to_draft(row) if row else None


def open_of_ticket(connection: Connection, ticket_number: int) -> Sequence[Draft]:
    """Return the drafts of a ticket that still may be sent, oldest first."""
    return [Draft(*row) for row in _OPEN_OF_TICKET.rows(connection, ticket=ticket_number)]


def last_of_ticket(connection: Connection, ticket_number: int) -> Draft | None:
    """Return the newest draft of a ticket, whatever became of it."""
    query = select(_draft).where(_draft.c.ticket_number == ticket_number).order_by(_draft.c.id.desc())
    row = connection.execute(query.limit(1)).mappings().first()
    return _to_draft(row) if row else None


def lying(connection: Connection, account: str) -> Sequence[Draft]:
    """Return the drafts that lie in a mailbox as far as is known, oldest first."""
    query = select(_draft).where(_draft.c.account == account, _draft.c.state == DraftState.LYING)
    return [_to_draft(row) for row in connection.execute(query.order_by(_draft.c.id).limit(_MOST)).mappings()]


def gone_before(connection: Connection, moment: dt.datetime) -> Sequence[Draft]:
    """Return the drafts that were gone by then and of which nothing was sent since."""
    return [_to_draft(row) for row in _GONE_BEFORE.mappings(connection, moment=moment)]


def load_raw(connection: Connection, draft_id: int) -> bytes:
    """Return the bytes of a draft as we wrote it."""
    raw: bytes = connection.execute(select(_raw.c.raw).where(_raw.c.draft_id == draft_id)).scalar_one()
    return bytes(raw)


def note_laid(connection: Connection, draft_id: int, folder: str, uidvalidity: int, uid: int) -> None:
    """Write down where a draft was put; one that was withdrawn meanwhile stays withdrawn."""
    place = {"folder": folder, "uidvalidity": uidvalidity, "uid": uid}
    connection.execute(update(_draft).where(_draft.c.id == draft_id).values(place))
    connection.execute(
        update(_draft)
        .where(_draft.c.id == draft_id, _draft.c.state == DraftState.WANTED)
        .values(state=DraftState.LYING.value)
    )


def note_moved(connection: Connection, draft_id: int, uidvalidity: int, uid: int, *, edited: bool) -> None:
    """Write down under which UID a draft lies now."""
    connection.execute(
        update(_draft)
        .where(_draft.c.id == draft_id, _draft.c.state.in_(OPEN))
        .values(uidvalidity=uidvalidity, uid=uid, edited=edited, state=DraftState.LYING.value, gone_at=None)
    )


def note_gone(connection: Connection, draft_id: int, now: dt.datetime) -> None:
    """Write down that a draft lies nowhere any more: it was sent, or deleted."""
    connection.execute(
        update(_draft)
        .where(_draft.c.id == draft_id, _draft.c.state == DraftState.LYING)
        .values(state=DraftState.GONE.value, gone_at=now)
    )


def end(
    connection: Connection,
    draft_id: int,
    state: DraftState,
    by: str,
    now: dt.datetime,
    distance: float | None = None,
) -> bool:
    """Write down what became of an open draft; return False when that was settled before."""
    result = connection.execute(
        update(_draft)
        .where(_draft.c.id == draft_id, _draft.c.state.in_(OPEN))
        .values(state=state.value, ended_by=by, ended_at=now, distance=distance)
    )
    return result.rowcount == 1


def keep(connection: Connection, draft_id: int, raw: bytes) -> None:
    """Keep what the operator had made of a draft, before it is taken out of his mailbox."""
    connection.execute(update(_raw).where(_raw.c.draft_id == draft_id).values(kept=raw))
    connection.execute(update(_draft).where(_draft.c.id == draft_id).values(unnoted=True, edited=True))


def list_unnoted(connection: Connection) -> Sequence[Kept]:
    """Return what was kept and is not yet a note on its ticket, oldest first."""
    rows = _UNNOTED.mappings(connection)
    return [Kept(_to_draft(row), bytes(row["kept"]), row["ended_by"]) for row in rows]


def finish_note(connection: Connection, draft_id: int) -> None:
    """Write down that the ticket has its note."""
    connection.execute(update(_draft).where(_draft.c.id == draft_id).values(unnoted=False))


def _to_draft(row: Mapping[Any, Any]) -> Draft:
    return Draft(**{one.name: row[one.name] for one in fields(Draft)})
