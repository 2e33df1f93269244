"""What came from another desk: its tickets under their numbers there, and the mails that stood on each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, false, insert, select, update

from inboxd.store.core_tables import mail as _mail
from inboxd.store.core_tables import past_mail as _lies
from inboxd.store.core_tables import past_ticket as _past
from inboxd.store.core_tables import ticket as _ticket

# Merges into merges; a ring of them ends, too.
_MOST_MERGES = 20


@dataclass(frozen=True, slots=True)
class PastPlace:
    """Where a mail stood in another desk."""

    desk: str
    number: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a ticket stood in another desk, and the ticket it is here: None as long as nothing of it is filed."""

    place: PastPlace
    status: str
    tags: tuple[str, ...]
    ticket: int | None


def changes(connection: Connection, desk: str, numbers: Collection[str]) -> Mapping[str, str]:
    """Return, of those tickets that were read before, by number, when the desk said they had been changed."""
    query = select(_past.c.number, _past.c.changed_at).where(
        _past.c.desk == desk, _past.c.number.in_(numbers)
    )
    return {row.number: row.changed_at for row in connection.execute(query)}


def note(
    connection: Connection,
    place: PastPlace,
    *,
    changed_at: str,
    status: str,
    tags: Sequence[str],
    mail_ids: Sequence[int],
) -> None:
    """Write down how a ticket stands there, and that these mails are its; belongs into the commit that accepts them."""
    here = (_past.c.desk == place.desk, _past.c.number == place.number)
    ids = list(dict.fromkeys(mail_ids))
    # One without a line, such as what is left of a merged one, is no ticket here.
    values = {"changed_at": changed_at, "status": status, "tags": list(tags), "settled": not ids}
    if connection.execute(update(_past).where(*here).values(values)).rowcount == 0:
        connection.execute(insert(_past).values(desk=place.desk, number=place.number, **values))
    if ids:
        # A mail that was on two tickets there is on the one that was read last.
        connection.execute(delete(_lies).where(_lies.c.mail_id.in_(ids)))
        rows = [{"mail_id": one, "desk": place.desk, "number": place.number} for one in ids]
        connection.execute(insert(_lies), rows)


def place_of(connection: Connection, mail_id: int) -> PastPlace | None:
    """Return where a mail stood in another desk; None for all others."""
    row = connection.execute(select(_lies.c.desk, _lies.c.number).where(_lies.c.mail_id == mail_id)).first()
    return PastPlace(row.desk, row.number) if row else None


def ticket_at(connection: Connection, place: PastPlace) -> int | None:
    """Return which ticket a place in another desk is here, after all merging; None as long as nothing of it is filed."""
    query = (
        select(_mail.c.ticket_number)
        .join(_lies, _lies.c.mail_id == _mail.c.id)
        .where(_lies.c.desk == place.desk, _lies.c.number == place.number, _mail.c.ticket_number.is_not(None))
        .order_by(_mail.c.ticket_number)
        .limit(1)
    )
    number: int | None = connection.execute(query).scalar()
    for _ in range(_MOST_MERGES):
        merged = select(_ticket.c.merged_into).where(_ticket.c.number == number)
        into: int | None = connection.execute(merged).scalar()
        if into is None:
            break
        number = into
    return number


def list_unsettled(connection: Connection, desk: str) -> tuple[Standing, ...]:
    """Return the tickets of a desk whose tags and states do not stand on the tickets here yet, in their order there."""
    query = select(_past).where(_past.c.desk == desk, _past.c.settled == false()).order_by(_past.c.number)
    rows = connection.execute(query).mappings().all()
    places = [PastPlace(row["desk"], row["number"]) for row in rows]
    return tuple(
        Standing(place, row["status"], tuple(row["tags"]), ticket_at(connection, place))
        for place, row in zip(places, rows, strict=True)
    )


def mark_settled(connection: Connection, place: PastPlace) -> None:
    """Write down that tags and state of a ticket stand here."""
    here = (_past.c.desk == place.desk, _past.c.number == place.number)
    connection.execute(update(_past).where(*here).values(settled=True, tags=[]))


def tickets_once(connection: Connection, number: str) -> frozenset[int]:
    """Return which tickets had this number in another desk."""
    desks = connection.execute(select(_past.c.desk).where(_past.c.number == number)).scalars().all()
    found = (ticket_at(connection, PastPlace(desk, number)) for desk in desks)
    return frozenset(one for one in found if one is not None)
