"""The metadata with every table that is declared: it is in it once its module was imported, so a new module is named here.

Whoever makes or compares tables imports this; whoever asks and writes them ``core_tables``, which is made from it.
"""

from inboxd.store import (  # noqa: F401  what is imported is in the metadata
    tables_alarms,
    tables_customers,
    tables_desk,
    tables_erased,
    tables_facts,
    tables_imap,
    tables_leader,
    tables_mail,
    tables_mailbox,
    tables_outbox,
    tables_past,
    tables_people,
    tables_queue,
    tables_ticket,
)
from inboxd.store.columns import metadata

__all__ = ["metadata"]
