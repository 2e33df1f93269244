"""Weigh feedback, note what of it was adopted, and take the customer's data out of it."""

import sqlalchemy as sa
from alembic import op

import inboxd.store.types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    with op.batch_alter_table("learnt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("weight", sa.Float(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("masked", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(
            sa.Column("adopted_at", inboxd.store.types.UtcDateTime(timezone=True), nullable=True)
        )
