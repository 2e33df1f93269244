"""``inboxd backup``, ``restore``, ``migrate-store`` and ``reconcile``: the store as a whole."""

from pathlib import Path
from typing import Annotated

import typer

from inboxd.cli_context import Json, given, load


def backup(file: Path) -> None:
    """Copy the store into a file, also while the desk runs; the key of the tokens is not in it."""
    from inboxd.commands.backup import back_up

    back_up(load(), given.clock, file)


def restore(
    file: Path,
    force: Annotated[
        bool, typer.Option("--force", help="Even when the store holds mail; it is kept.")
    ] = False,
) -> None:
    """Put a backup in the place of the store. Nothing that came before now is answered by itself again."""
    from inboxd.commands.backup import restore as put_back

    put_back(load(), given.clock, file, force=force)


def migrate_store(source: str, target: str, json: Json = False) -> None:
    """Move the desk from SQLite to an empty PostgreSQL, compared row by row; broken off, it is finished the next time."""
    from inboxd.commands.migrate_store import migrate_store as move

    move(source, target, as_json=json)


def reconcile(json: Json = False) -> None:
    """Show that every mail is somewhere: mailbox, store, tickets and outbox; exit 1 when something is not."""
    from inboxd.commands.reconcile import reconcile as balance

    raise typer.Exit(balance(load(), given.clock, as_json=json))
