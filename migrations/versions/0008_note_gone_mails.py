"""Note of the mails in a folder which were moved away or removed."""

import sqlalchemy as sa
from alembic import op

import inboxd.store.types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    with op.batch_alter_table("folder_mail", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("gone_at", inboxd.store.types.UtcDateTime(timezone=True), nullable=True)
        )


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("folder_mail", schema=None) as batch_op:
        batch_op.drop_column("gone_at")
