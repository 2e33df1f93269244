"""The command line of the rules: ``inboxd rules …``."""

from typing import Annotated

import typer

from inboxd.cli_context import Json, given, load

rules_app = typer.Typer(help="The rules: try them before you trust them.", no_args_is_help=True)


@rules_app.command("test")
def rules_test(json: Json = False) -> None:
    """Run the example mails of the rules."""
    from inboxd.commands.rules import run_examples

    raise typer.Exit(run_examples(load(), given.clock, as_json=json))


@rules_app.command("backtest")
def rules_backtest(
    since: Annotated[str, typer.Option("--since", help="How far back, such as 90d.")] = "90d",
    against: Annotated[
        str, typer.Option("--against", help="Compare with the rules at this commit, branch or tag.")
    ] = "",
    fail_on: Annotated[
        str, typer.Option("--fail-on", help="Exit 1 when one of these changes, such as reply,status.")
    ] = "",
    rematch: Annotated[
        bool, typer.Option("--rematch", help="Ask the knowledge base again, as it is now.")
    ] = False,
    json: Json = False,
) -> None:
    """Show which past mails the rules as they are on disk would treat differently; writes and sends nothing."""
    from inboxd.commands.backtest import BacktestTerms, run_backtest

    terms = BacktestTerms(since, against, fail_on, rematch)
    raise typer.Exit(run_backtest(load(), given.clock, terms, as_json=json))


@rules_app.command("hook")
def rules_hook() -> None:
    """Write hooks/pre-commit: git then runs check, the examples and the backtest before each commit."""
    from inboxd.commands.hook import write_hook

    path = write_hook(load().folder)
    typer.echo(f"{path} is there. Next: git config core.hooksPath hooks", err=True)


@rules_app.command("schema")
def rules_schema(
    categories: Annotated[
        bool, typer.Option("--categories", help="Of rules/categories.toml instead.")
    ] = False,
) -> None:
    """Print the JSON Schema of rule files, for editors."""
    from inboxd.commands.rules import print_schema

    print_schema(categories=categories)


@rules_app.command("webhook-key")
def rules_webhook_key() -> None:
    """Print the key that the receiver of a webhook checks its signature with."""
    from inboxd.commands.rules import print_webhook_key

    print_webhook_key(load())
