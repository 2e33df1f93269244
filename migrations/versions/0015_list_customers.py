"""Keep what customers.csv says of people, and which of its rows are not taken over because the person was erased."""

import sqlalchemy as sa
from alembic import op

import inboxd.store.types

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "listed_customer",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("tags", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("fields", sa.JSON(), server_default=sa.text("'{}'"), nullable=False),
        sa.PrimaryKeyConstraint("address", name="pk_listed_customer"),
    )
    op.create_index("ix_listed_customer_person", "listed_customer", ["person"])
    op.create_table(
        "erased_listing",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("erased_at", inboxd.store.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_erased_listing"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("erased_listing")
    op.drop_index("ix_listed_customer_person", table_name="listed_customer")
    op.drop_table("listed_customer")
