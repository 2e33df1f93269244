"""Keep what a customer was promised, whom a late ticket was passed on to, and since when nobody writes."""

import sqlalchemy as sa
from alembic import op

import inboxd.store.types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(
            sa.Column("promised_at", inboxd.store.types.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("silent_since", inboxd.store.types.UtcDateTime(timezone=True), nullable=True)
        )


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_column("silent_since")
        batch_op.drop_column("promised_at")
        batch_op.drop_column("told")
