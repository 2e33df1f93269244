"""The command line of moving in and out: ``inboxd import …`` and ``inboxd export``."""

from pathlib import Path

import typer

from inboxd.cli_context import Json, given, load

import_app = typer.Typer(
    help="History in: file years of mail; nothing is sent because of it.", no_args_is_help=True
)


@import_app.command("mbox")
def import_mbox(file: Path, json: Json = False) -> None:
    """File the mails of an mbox (or .mbox.gz); broken off, it is taken up by running it again."""
    from inboxd.commands.import_mail import import_mbox as take_in

    take_in(load(), given.clock, file, as_json=json)


@import_app.command("maildir")
def import_maildir(folder: Path, json: Json = False) -> None:
    """File the mails of a Maildir and its subfolders; drafts, trash and junk are left out."""
    from inboxd.commands.import_mail import import_maildir as take_in

    take_in(load(), given.clock, folder, as_json=json)


@import_app.command("csv")
def import_csv(file: Path, json: Json = False) -> None:
    """File the rows of a CSV: from, date, subject, text; to, message-id and in-reply-to where they are there."""
    from inboxd.commands.import_mail import import_csv as take_in

    take_in(load(), given.clock, file, as_json=json)


@import_app.command("export")
def import_export(folder: Path, json: Json = False) -> None:
    """Load what `inboxd export` wrote into an empty desk: the same tickets under the same numbers."""
    from inboxd.commands.export import import_export as load_all

    load_all(load(), folder, as_json=json)


def export(folder: Path, json: Json = False) -> None:
    """Write every mail (Maildir) and every row (JSON Lines) into a new folder, also while the desk runs."""
    from inboxd.commands.export import export_desk

    export_desk(load(), folder, as_json=json)
