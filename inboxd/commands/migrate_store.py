"""``inboxd migrate-store``: a desk moves from SQLite to PostgreSQL, and says how that was proven."""

import sys

from sqlalchemy import make_url

from inboxd.commands.printing import print_json, print_table, print_text
from inboxd.store.move import move_store

# Enough to compare by eye; the document has it whole.
_SHOWN = 16


def migrate_store(source: str, target: str, *, as_json: bool) -> None:
    """Move the store, and print every table with its number of rows and the hash that both sides have."""
    moved = move_store(source, target, _say)
    if as_json:
        tables = [{"table": one.table, "rows": one.hash.rows, "sha256": one.hash.digest} for one in moved]
        print_json({"ok": True, "tables": tables})
        return
    rows = [(one.table, one.hash.rows, one.hash.digest[:_SHOWN]) for one in moved]
    print_table("the same on both sides", ("table", "rows", "hash"), rows)
    # As config.toml takes it: without a password, and not with stars in its place.
    shown = make_url(target)._replace(password=None).render_as_string()
    print_text(
        f'Now write  url = "{shown}"  into [store] of config.toml (the password belongs into ~/.pgpass), and start.',
        "The old file is kept and takes no mail any more. What lies beside it, var/secret above all, stays where it is.",
    )


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
