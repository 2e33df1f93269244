"""Remember which mails were erased, so that no mailbox brings them back."""

import sqlalchemy as sa
from alembic import op

import inboxd.store.types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "erased_mail",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("erased_at", inboxd.store.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name="fk_erased_mail_mail_id_mail"),
        sa.PrimaryKeyConstraint("mark", name="pk_erased_mail"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("erased_mail")
