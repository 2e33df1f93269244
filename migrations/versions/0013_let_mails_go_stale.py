"""Note with every mail that waits to leave until when it is worth sending."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

import inboxd.store.types

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_WAITING = "state = 'queued' and stale_at is not null"
# As it was decided when this was written; what waits on the day of the update is held to it, too.
_WORTH = {
    "chase": dt.timedelta(hours=12),
    "digest": dt.timedelta(hours=20),
    "survey": dt.timedelta(days=7),
    "acknowledgement": dt.timedelta(days=2),
    "answer": dt.timedelta(days=2),
}


def upgrade() -> None:
    """Bring the schema forward."""
    when = inboxd.store.types.UtcDateTime(timezone=True)
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stale_at", when, nullable=True))
        batch_op.create_index(
            "ix_outbox_stale",
            ["stale_at"],
            sqlite_where=sa.text(_WAITING),
            postgresql_where=sa.text(_WAITING),
        )
    _fill(op.get_bind(), when)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_stale",
            sqlite_where=sa.text(_WAITING),
            postgresql_where=sa.text(_WAITING),
        )
        batch_op.drop_column("stale_at")


def _fill(connection: sa.Connection, when: inboxd.store.types.UtcDateTime) -> None:
    outbox = sa.table(
        "outbox",
        sa.column("id", sa.Integer),
        sa.column("kind", sa.String),
        sa.column("state", sa.String),
        sa.column("created_at", when),
        sa.column("stale_at", when),
    )
    waiting = sa.select(outbox.c.id, outbox.c.kind, outbox.c.created_at).where(
        outbox.c.state == "queued", outbox.c.kind.in_(sorted(_WORTH))
    )
    for outbox_id, kind, created_at in connection.execute(waiting).all():
        stale_at = created_at + _WORTH[kind]
        connection.execute(sa.update(outbox).where(outbox.c.id == outbox_id).values(stale_at=stale_at))
