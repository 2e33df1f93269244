"""Keep what is to be done in mailboxes, and the drafts that lie there."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import inboxd.store.types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "mailbox_work",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("account", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("once_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("ticket_number", sa.Integer(), nullable=True),
        sa.Column("outbox_id", sa.Integer(), nullable=True),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.JSON(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", inboxd.store.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", inboxd.store.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("done_at", inboxd.store.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_reply", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state in ('queued', 'done', 'failed', 'cancelled')", name=op.f("ck_mailbox_work_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_work")),
        sa.UniqueConstraint("once_key", name=op.f("uq_mailbox_work_once_key")),
    )
    with op.batch_alter_table("mailbox_work", schema=None) as batch_op:
        batch_op.create_index(
            "ix_mailbox_work_due",
            ["account", "next_attempt_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )
        batch_op.create_index(batch_op.f("ix_mailbox_work_ticket_number"), ["ticket_number"], unique=False)

    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("ticket_number", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("article", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("in_reply_to", sa.Text(), server_default="", nullable=False),
        sa.Column("recipient", sa.Text(), server_default="", nullable=False),
        sa.Column("offered", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("unnoted", sa.Boolean(), nullable=False),
        sa.Column("folder", sa.Text(), server_default="", nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=True),
        sa.Column("uid", sa.BigInteger(), nullable=True),
        sa.Column("created_at", inboxd.store.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("gone_at", inboxd.store.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", inboxd.store.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), server_default="", nullable=False),
        sa.Column("distance", sa.Float(), nullable=True),
        sa.CheckConstraint(
            "state in ('wanted', 'lying', 'gone', 'sent', 'deleted', 'withdrawn')",
            name=op.f("ck_draft_state"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket_number"], ["ticket.number"], name=op.f("fk_draft_ticket_number_ticket")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("message_id", name=op.f("uq_draft_message_id")),
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.create_index(
            "ix_draft_open",
            ["ticket_number"],
            unique=False,
            sqlite_where=sa.text("state in ('wanted', 'lying', 'gone')"),
            postgresql_where=sa.text("state in ('wanted', 'lying', 'gone')"),
        )
        batch_op.create_index(batch_op.f("ix_draft_ticket_number"), ["ticket_number"], unique=False)
        batch_op.create_index(
            "ix_draft_unnoted",
            ["id"],
            unique=False,
            sqlite_where=sa.text("unnoted"),
            postgresql_where=sa.text("unnoted"),
        )

    op.create_table(
        "draft_raw",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("kept", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_draft_raw_draft_id_draft"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_draft_raw")),
    )
