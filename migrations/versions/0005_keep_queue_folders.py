"""Keep where the customers' mails lie in the queue folders."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import inboxd.store.types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_AutoString = sqlmodel.sql.sqltypes.AutoString
_UtcDateTime = inboxd.store.types.UtcDateTime


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "queue_mail",
        sa.Column("account", _AutoString(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("places", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("lies_in", _AutoString(), nullable=False),
        sa.Column("agreed", _AutoString(), nullable=False),
        sa.Column("wanted", _AutoString(), nullable=False),
        sa.Column("moving", _AutoString(), nullable=False),
        sa.Column("seen_at", _UtcDateTime(), nullable=True),
        sa.Column("moved_after", _UtcDateTime(), nullable=True),
        sa.Column("asleep_until", _UtcDateTime(), nullable=True),
        sa.Column("has_left", sa.Boolean(), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("counted_from", _UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["mail.id"], name=op.f("fk_queue_mail_mail_id_mail"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account", "mail_id", name=op.f("pk_queue_mail")),
    )
    op.create_index(
        "ix_queue_mail_news",
        "queue_mail",
        ["account"],
        sqlite_where=sa.text("lies_in <> agreed or version = -1"),
        postgresql_where=sa.text("lies_in <> agreed or version = -1"),
    )
    op.create_index(
        "ix_queue_mail_due",
        "queue_mail",
        ["account"],
        sqlite_where=sa.text("wanted <> lies_in"),
        postgresql_where=sa.text("wanted <> lies_in"),
    )
    op.create_index(op.f("ix_queue_mail_mail_id"), "queue_mail", ["mail_id"])
