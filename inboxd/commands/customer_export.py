"""``inboxd customer ADDR --export FILE.zip``."""

import zipfile
from pathlib import Path

from inboxd.clock import Clock
from inboxd.commands.customers import describe_customer
from inboxd.commands.printing import print_json, print_text
from inboxd.config import Config
from inboxd.core.customer_export import Holdings, export_files
from inboxd.store.customer_holdings import kept_mails, other_documents, ticket_documents
from inboxd.store.customer_lists import view_by_address
from inboxd.store.engine import open_store, read
from inboxd.unfinished import unfinished


def export_customer(config: Config, clock: Clock, address: str, file: Path, *, as_json: bool) -> int:
    """Write all the desk has on a customer into a ZIP file, whole or not at all; return 1 when nobody has the address.

    Nobody but the one who runs the command can read the file. Raises ``OSError`` when it cannot be written.
    """
    held = _read(config, clock, address)
    if held is None:
        print_text(f"nobody writes from {address}")
        return 1
    with unfinished(file) as draft:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in export_files(held):
                archive.writestr(name, content)
            count = len(archive.namelist())
        draft.replace(file)
    document = {"file": str(file), "files": count, "tickets": len(held.tickets), "mails": len(held.mails)}
    if as_json:
        print_json(document)
    else:
        print_text(f"{file}: {len(held.tickets)} tickets, {len(held.mails)} mails, {count} files")
    return 0


def _read(config: Config, clock: Clock, address: str) -> Holdings | None:
    engine = open_store(config.store_url)
    with read(engine) as connection:
        view = view_by_address(connection, address, config.customers.terms, clock())
        if view is None:
            return None
        operators = {one.lower() for each in config.operators for one in (each.address, *each.aliases)}
        held = Holdings(
            record=describe_customer(view),
            tickets=ticket_documents(connection, view),
            others=other_documents(connection, view),
            mails=tuple(kept_mails(connection, view)),
            addresses=frozenset(view.addresses),
            own=operators | config.own_addresses.addresses,
        )
    engine.dispose()
    return held
