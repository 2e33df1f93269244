"""What a customer went through, counted from his tickets."""

import datetime as dt

from sqlalchemy import Connection, bindparam, case, func, select

from inboxd.core.priority import CustomerRecord
from inboxd.store.core_tables import ticket as _ticket
from inboxd.store.prepared import Prepared

_OPEN = ("new", "open", "pending")
_RECENT = _ticket.c.created_at >= bindparam("since")
# Asked for every question: made once.
_RECORD = Prepared(
    select(
        func.sum(case((_ticket.c.status.in_(_OPEN), 1), else_=0)),
        func.sum(case((_RECENT & (_ticket.c.reopened > 0), 1), else_=0)),
        func.sum(case((_RECENT & _ticket.c.breached_at.is_not(None), 1), else_=0)),
    ).where(_ticket.c.customer_id == bindparam("customer"))
)


def customer_record(connection: Connection, customer_id: int, since: dt.datetime) -> CustomerRecord:
    """Return how many tickets of a customer are open now, and how many since then were reopened or late."""
    waiting, reopened, late = _RECORD.first(connection, customer=customer_id, since=since) or (0, 0, 0)
    return CustomerRecord(waiting or 0, reopened or 0, late or 0)
