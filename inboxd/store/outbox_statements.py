"""The statements of the outbox that every mail needs, made once; a word and no parameter where a partial index is chosen by it."""

from sqlalchemy import bindparam, func, insert, literal, or_, select, update

from inboxd.store.core_tables import attempt as _attempt
from inboxd.store.core_tables import outbox as _outbox
from inboxd.store.core_tables import outbox_raw as _raw
from inboxd.store.flags import is_set
from inboxd.store.prepared import Prepared
from inboxd.store.restored import mark_query

QUEUED = _outbox.c.state == literal("queued", literal_execute=True)
NEXT_ID = Prepared(select(func.coalesce(func.max(_outbox.c.id), 0), mark_query()))
ENQUEUE = Prepared(insert(_outbox))
ENQUEUE_RAW = Prepared(insert(_raw))
FIND_ONCE_KEY = Prepared(select(_outbox.c.id).where(_outbox.c.once_key == bindparam("key")))
DUE = (
    select(_outbox.c.id, _outbox.c.attempts)
    .where(
        QUEUED,
        _outbox.c.next_attempt_at <= bindparam("now"),
        or_(_outbox.c.stale_at.is_(None), _outbox.c.stale_at > bindparam("now")),
    )
    .order_by(_outbox.c.next_attempt_at, _outbox.c.id)
    .limit(1)
)
FIND_DUE = Prepared(DUE)
BOOK = Prepared(
    update(_outbox).where(
        _outbox.c.id == bindparam("outgoing"), QUEUED, _outbox.c.attempts == bindparam("tried")
    )
)
# Asked by every look of a job.
UNREPORTED = Prepared(
    select(_outbox)
    .where(_outbox.c.state == literal("failed", literal_execute=True), ~is_set(_outbox.c.reported))
    .order_by(_outbox.c.id)
    .limit(500)
)
BEGIN_ATTEMPT = Prepared(insert(_attempt))
LOAD_CLAIMED = Prepared(
    select(
        *(_outbox.c[one] for one in ("created_at", "kind", "ticket_number", "reverse_path", "recipients")),
        _outbox.c.message_id,
        _raw.c.raw,
        _outbox.c.mail_id,
    )
    .join(_raw, _raw.c.outbox_id == _outbox.c.id)
    .where(_outbox.c.id == bindparam("outgoing"))
)
END_ATTEMPT = Prepared(update(_attempt).where(_attempt.c.id == bindparam("attempt")))
RECORD = Prepared(update(_outbox).where(_outbox.c.id == bindparam("outgoing"), QUEUED))
