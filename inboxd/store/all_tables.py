"""The metadata with every table there is: a table is in it once its module was imported, so a new module is named here."""

from inboxd.store import (  # noqa: F401  what is imported is in the metadata
    tables_alarms,
    tables_customers,
    tables_erased,
    tables_facts,
    tables_leader,
    tables_mailbox,
    tables_past,
    tables_queue,
)
from inboxd.store.tables import metadata

__all__ = ["metadata"]
