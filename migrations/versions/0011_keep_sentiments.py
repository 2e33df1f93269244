"""Keep how the comment of a survey sounds."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sentiment", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.drop_column("sentiment")
