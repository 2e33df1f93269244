"""Run the revisions on the connection the program hands over (``inboxd.store.engine.migrate``)."""

from alembic import context

from inboxd.store import tables, tables_alarms, tables_facts, tables_mailbox, tables_queue  # noqa: F401  what is imported is in the metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=tables.metadata,
    compare_type=True,
    # SQLite cannot ALTER most things: batch mode rebuilds the table instead.
    render_as_batch=connection.dialect.name == "sqlite",
    transaction_per_migration=False,
)
context.run_migrations()
