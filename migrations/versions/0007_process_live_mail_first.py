"""Process live mail before mail from an archive: the index of what is due begins with which it is."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_DUE = sa.text("state = 'accepted'")


def upgrade() -> None:
    """Bring the schema forward."""
    _index_due("imported", "next_attempt_at", "id")


def downgrade() -> None:
    """Take it back."""
    _index_due("next_attempt_at", "id")


def _index_due(*columns: str) -> None:
    op.drop_index("ix_mail_due", table_name="mail")
    op.create_index("ix_mail_due", "mail", columns, unique=False, sqlite_where=_DUE, postgresql_where=_DUE)
