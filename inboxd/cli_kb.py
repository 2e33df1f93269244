"""The command line of the knowledge base: ``inboxd kb …``."""

from pathlib import Path
from typing import Annotated

import typer

from inboxd.cli_context import Json, given, load

kb_app = typer.Typer(help="The knowledge base: search, check, measure.", no_args_is_help=True)


@kb_app.command("search")
def kb_search(text: str, json: Json = False) -> None:
    """Rank the articles for a question."""
    from inboxd.commands.knowledge import search

    search(load(), given.clock, text, as_json=json)


@kb_app.command("check")
def kb_check(
    since: Annotated[
        str, typer.Option("--since", help="List automatic answers that relied on the text at this commit.")
    ] = "",
    json: Json = False,
) -> None:
    """Find twin articles, articles without questions, and questions that match another article better."""
    if since:
        from inboxd.commands.knowledge_since import check_since

        raise typer.Exit(check_since(load(), given.clock, since, as_json=json))
    from inboxd.commands.knowledge import check

    raise typer.Exit(check(load(), given.clock, as_json=json))


@kb_app.command("eval")
def kb_eval(
    file: Path,
    each: Annotated[bool, typer.Option("--each", help="One JSON line per question.")] = False,
    tuned: Annotated[
        bool,
        typer.Option("--tuned", help="As it will be after the next night: the model tuned first (minutes)."),
    ] = False,
    json: Json = False,
) -> None:
    """Measure the knowledge base on labelled questions (JSON Lines)."""
    from inboxd.commands.knowledge import evaluate_file

    evaluate_file(load(), given.clock, file, each=each, tuned=tuned, as_json=json)


@kb_app.command("learn")
def kb_learn(file: Path, json: Json = False) -> None:
    """Take answered mails as evidence (JSON Lines, the form of ``kb eval``)."""
    from inboxd.commands.knowledge import learn_file

    learn_file(load(), given.clock, file, as_json=json)


@kb_app.command("gaps")
def kb_gaps(
    at_least: Annotated[
        int | None, typer.Option("--at-least", min=2, help="Answers to one question; usually 10.")
    ] = None,
    most: Annotated[int, typer.Option("--most", min=1, help="So many, the most asked first.")] = 20,
    json: Json = False,
) -> None:
    """Draft articles for what operators keep answering by hand; they lie in kb/drafts/ until you move them."""
    from inboxd.commands.knowledge_gaps import find_gaps

    find_gaps(load(), given.clock, at_least, most, as_json=json)


@kb_app.command("promote")
def kb_promote(slug: str) -> None:
    """Let an article that was demoted for complaints be sent by itself again."""
    from inboxd.commands.knowledge_gaps import promote_article

    promote_article(load(), given.clock, slug)


@kb_app.command("tune")
def kb_tune(
    revert: Annotated[bool, typer.Option("--revert", help="Go back to the model as it was shipped.")] = False,
    json: Json = False,
) -> None:
    """Train the sentence model on this desk's own phrasings; adopted only if held-out ones are matched better."""
    from inboxd.commands.knowledge_tune import tune

    raise typer.Exit(tune(load(), given.clock, revert=revert, as_json=json))
