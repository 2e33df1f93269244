"""Keep the open alarms about the desk itself."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import inboxd.store.types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "alarm",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("occasion", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("raised_at", inboxd.store.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("wanted", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", inboxd.store.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("told_at", inboxd.store.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("recovered_at", inboxd.store.types.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_alarm")),
    )
