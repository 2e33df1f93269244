"""The command line of customers: ``inboxd customers`` and ``inboxd customer ADDRESS``."""

from collections.abc import Iterable
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
    organisation: Annotated[str, typer.Option(help="Only of this organisation or domain.")] = "",
    plan: Annotated[str, typer.Option(help="Only with this plan in customers.csv.")] = "",
    field: Annotated[
        list[str] | None,
        typer.Option("--field", metavar="NAME=VALUE", help="Only with this in customers.csv."),
    ] = None,
    language: Annotated[str, typer.Option(help="Only who write in this language, such as de.")] = "",
    unhappy: Annotated[bool, typer.Option("--unhappy", help="Only who are unhappy by their scores.")] = False,
    below: Annotated[
        float | None,
        typer.Option("--satisfaction-below", min=1, max=5, help="Only whose mean score is lower."),
    ] = None,
    json: Json = False,
) -> None:
    """List customers, the latest contact first; then those of customers.csv who have not written yet."""
    from inboxd.commands.customers import show_customers
    from inboxd.commands.report import read_since
    from inboxd.core.customer_view import CustomerFilter

    config = load()
    start = read_since(since, given.clock(), config.desk.timezone) if since else None
    wanted = CustomerFilter(
        tag, still_open, start, text, organisation, language, _columns(plan, field or ()), below, unhappy
    )
    show_customers(config, given.clock, wanted, as_json=json)


def _columns(plan: str, written: Iterable[str]) -> dict[str, str]:
    """Return which columns of customers.csv must say what."""
    from inboxd.core.customer_listing import PLAN, field_name

    columns = {PLAN: plan} if plan else {}
    for one in written:
        name, equals, value = one.partition("=")
        if not equals or not field_name(name):
            raise typer.BadParameter(f"{one!r} is no NAME=VALUE", param_hint="--field")
        columns[field_name(name)] = value.strip()
    return columns


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
    note: Annotated[
        str | None,
        typer.Option(help="Note this about him, in place of what was noted; nothing to take it away."),
    ] = None,
    json: Json = False,
) -> None:
    """Show one customer with his tickets, tag him, make two one, write out all there is on him, or erase him."""
    from inboxd.commands.customer_export import export_customer
    from inboxd.commands.customers import show_customer

    if sum((export is not None, bool(merge), erase, bool(tag or untag), note is not None)) > 1:
        raise typer.BadParameter(
            "--export, --merge, --erase, --note and tagging are different things: one at a time"
        )
    if merge:
        from inboxd.commands.customer_merge import merge_customer

        merge_customer(load(), given.clock, address, merge, as_json=json)
        return
    if erase:
        from inboxd.commands.customer_erase import erase_customer

        raise typer.Exit(erase_customer(load(), given.clock, address, sure=yes, as_json=json))
    if export is not None:
        raise typer.Exit(export_customer(load(), given.clock, address, export, as_json=json))
    if tag or untag:
        from inboxd.commands.customer_tags import tag_customer

        raise typer.Exit(tag_customer(load(), given.clock, address, tag or (), untag or (), as_json=json))
    if note is not None:
        from inboxd.commands.customer_tags import note_customer

        raise typer.Exit(note_customer(load(), given.clock, address, note, as_json=json))
    raise typer.Exit(show_customer(load(), given.clock, address, as_json=json))
