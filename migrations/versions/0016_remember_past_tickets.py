"""Remember which tickets of another desk came, and which mails stood on each."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "past_ticket",
        sa.Column("desk", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("changed_at", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("tags", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("desk", "number", name="pk_past_ticket"),
    )
    op.create_table(
        "past_mail",
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("desk", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["mail.id"], name="fk_past_mail_mail_id_mail", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mail_id", name="pk_past_mail"),
    )
    op.create_index("ix_past_mail_desk_number", "past_mail", ["desk", "number"])


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_past_mail_desk_number", table_name="past_mail")
    op.drop_table("past_mail")
    op.drop_table("past_ticket")
