"""The command line of moving in and out: ``inboxd import …`` and ``inboxd export``."""

from pathlib import Path
from typing import Annotated

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


@import_app.command("imap")
def import_imap(
    account: Annotated[str, typer.Argument(help="One of config.toml, or imaps://user@host.")] = "",
    folder: Annotated[
        list[str] | None, typer.Option("--folder", help="Only these; default: all but drafts, trash, junk.")
    ] = None,
    password_command: Annotated[str, typer.Option(help="Prints the password of a URL.")] = "",
    password_file: Annotated[Path | None, typer.Option(help="Holds the password of a URL.")] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Without TLS: on this machine only.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="From the beginning, not from where it ended.")
    ] = False,
    json: Json = False,
) -> None:
    """File the mails of an IMAP account, which stays as it is; broken off, it goes on where it was."""
    from inboxd.commands.import_imap import ImapSource, password_source
    from inboxd.commands.import_imap import import_imap as take_in

    password = password_source(password_command, password_file)
    source = ImapSource(account, tuple(folder or ()), password, plain=plain, again=again)
    take_in(load(), given.clock, source, as_json=json)


@import_app.command("zammad")
def import_zammad(
    url: Annotated[str, typer.Argument(help="https://help.example.org")],
    token_command: Annotated[str, typer.Option(help="Prints the access token.")] = "",
    token_file: Annotated[Path | None, typer.Option(help="Holds the access token.")] = None,
    json: Json = False,
) -> None:
    """File the tickets of a Zammad desk by its REST interface; run again, it brings what is new."""
    from inboxd.commands.import_desk import import_zammad as take_in
    from inboxd.commands.import_imap import password_source

    take_in(load(), given.clock, url, password_source(token_command, token_file), as_json=json)


@import_app.command("freescout")
def import_freescout(
    source: Annotated[str, typer.Argument(help="https://desk.example.org, or a dump (mysqldump --xml).")],
    token_command: Annotated[str, typer.Option(help="Prints the API key.")] = "",
    token_file: Annotated[Path | None, typer.Option(help="Holds the API key.")] = None,
    files: Annotated[Path | None, typer.Option(help="Beside a dump: storage/app/attachment.")] = None,
    json: Json = False,
) -> None:
    """File the conversations of a FreeScout desk, by its API module or from a dump of its database."""
    from inboxd.commands.import_desk import import_freescout as take_in
    from inboxd.commands.import_imap import password_source

    take_in(load(), given.clock, source, password_source(token_command, token_file), files, as_json=json)


@import_app.command("export")
def import_export(folder: Path, json: Json = False) -> None:
    """Load what `inboxd export` wrote into an empty desk: the same tickets under the same numbers."""
    from inboxd.commands.export import import_export as load_all

    load_all(load(), folder, as_json=json)


def export(folder: Path, json: Json = False) -> None:
    """Write every mail (Maildir) and every row (JSON Lines) into a new folder, also while the desk runs."""
    from inboxd.commands.export import export_desk

    export_desk(load(), folder, as_json=json)
