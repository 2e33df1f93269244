"""The command line of customers: ``inboxd customers`` and ``inboxd customer ADDRESS``."""

from pathlib import Path
from typing import Annotated

import typer

from inboxd.cli_context import Json, given, load


def customers(
    text: Annotated[str, typer.Argument(help="Only with this in address, name, note or tags.")] = "",
    tag: Annotated[str, typer.Option(help="Only with this tag.")] = "",
    still_open: Annotated[bool, typer.Option("--open", help="Only with an open ticket.")] = False,
    since: Annotated[
        str, typer.Option("--since", help="Only who wrote in a span such as 90d, or from a date.")
    ] = "",
    json: Json = False,
) -> None:
    """List customers, the latest contact first."""
    from inboxd.commands.customers import show_customers
    from inboxd.commands.report import read_since
    from inboxd.core.customer_view import CustomerFilter

    config = load()
    start = read_since(since, given.clock(), config.desk.timezone) if since else None
    show_customers(config, CustomerFilter(tag, still_open, start, text), as_json=json)


def customer(
    address: str,
    export: Annotated[
        Path | None, typer.Option("--export", help="Write all he wrote and all that is known into a ZIP.")
    ] = None,
    merge: Annotated[
        str, typer.Option("--merge", help="He writes from this address, too: make both one.")
    ] = "",
    erase: Annotated[bool, typer.Option("--erase", help="Remove him and all he wrote, for good.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Erase without asking.")] = False,
    tag: Annotated[
        list[str] | None,
        typer.Option("--tag", help="Give him this tag: rules and [[sla.policy]] ask for it."),
    ] = None,
    untag: Annotated[list[str] | None, typer.Option("--untag", help="Take this tag off him.")] = None,
    json: Json = False,
) -> None:
    """Show one customer with his tickets, tag him, make two one, write out all there is on him, or erase him."""
    from inboxd.commands.customer_export import export_customer
    from inboxd.commands.customers import show_customer

    if sum((export is not None, bool(merge), erase, bool(tag or untag))) > 1:
        raise typer.BadParameter("--export, --merge, --erase and tagging are different things: one at a time")
    if merge:
        from inboxd.commands.customer_merge import merge_customer

        merge_customer(load(), address, merge, as_json=json)
        return
    if erase:
        from inboxd.commands.customer_erase import erase_customer

        raise typer.Exit(erase_customer(load(), given.clock, address, sure=yes, as_json=json))
    if export is not None:
        raise typer.Exit(export_customer(load(), address, export, as_json=json))
    if tag or untag:
        from inboxd.commands.customer_tags import tag_customer

        raise typer.Exit(tag_customer(load(), given.clock, address, tag or (), untag or (), as_json=json))
    raise typer.Exit(show_customer(load(), given.clock, address, as_json=json))
