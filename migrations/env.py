"""Run the revisions on the connection the program hands over (``inboxd.store.engine.migrate``)."""

from alembic import context

from inboxd.fault_points import Point, reached
from inboxd.store.all_tables import metadata
from inboxd.store.naming import complete_indexes

complete_indexes(metadata)
connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    compare_type=True,
    # SQLite cannot ALTER most things: batch mode rebuilds the table instead.
    render_as_batch=connection.dialect.name == "sqlite",
    transaction_per_migration=False,
    on_version_apply=lambda **_: reached(Point.MIGRATING),
)
context.run_migrations()
