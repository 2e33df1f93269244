"""Find the latest answered tickets without passing those that nobody answered."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_index(
        "ix_ticket_answered",
        "ticket",
        ["number"],
        sqlite_where=sa.text("first_response_at is not null"),
        postgresql_where=sa.text("first_response_at is not null"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_ticket_answered", table_name="ticket")
