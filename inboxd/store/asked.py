"""What customers asked first, ticket by ticket, and nobody said what answers it."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from inboxd.store.core_tables import learnt as _learnt
from inboxd.store.core_tables import message as _message
from inboxd.store.core_tables import ticket as _ticket

# So many of the latest tickets are looked at …
MOST = 400
# … and looked at anew once so many have come.
EVERY = 50


def list_first_mails(connection: Connection) -> Sequence[tuple[str, str]]:
    """Return subject and text of the first mail of the latest tickets that taught nothing, oldest first.

    The same until ``EVERY`` more tickets came: what is drawn from them is kept as long.
    """
    last = looked_through(connection)
    taught = select(_learnt.c.ticket_number).where(_learnt.c.ticket_number.between(last - MOST + 1, last))
    first = (
        select(func.min(_message.c.id))
        .where(
            _message.c.ticket_number.between(last - MOST + 1, last),
            _message.c.direction == "in",
            _message.c.kind == "mail",
            # Whatever became a phrasing is found too easily.
            _message.c.ticket_number.not_in(taught),
        )
        .group_by(_message.c.ticket_number)
    )
    query = (
        select(_ticket.c.subject, _message.c.text)
        .join(_ticket, _ticket.c.number == _message.c.ticket_number)
        .where(_message.c.id.in_(first))
        .order_by(_message.c.id)
    )
    return [(row.subject, row.text) for row in connection.execute(query)]


def looked_through(connection: Connection) -> int:
    """Return the last ticket that is looked at; it moves on by ``EVERY``."""
    newest: int | None = connection.execute(select(func.max(_ticket.c.number))).scalar_one()
    return (newest or 0) // EVERY * EVERY
