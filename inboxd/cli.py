"""The command line: one function per command, no logic. Documents go to stdout, everything else to stderr.

Exit codes: 0 done, 1 the answer is "no" or something failed, 2 usage or configuration, 75 try again later.
"""

import datetime as dt
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from inboxd import __version__, maillog
from inboxd.clock import Clock, fixed_clock, require_aware, system_clock
from inboxd.errors import ConfigError, InboxdError, TransientError

if TYPE_CHECKING:
    from inboxd.config import Config

EXIT_NO = 1
EXIT_CONFIGURATION = 2
EX_TEMPFAIL = 75  # sysexits.h: an MTA that pipes to us keeps the mail and tries again

app = typer.Typer(
    help="A help desk for a one-person company, by mail alone.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
kb_app = typer.Typer(help="The knowledge base: search, check, measure.", no_args_is_help=True)
rules_app = typer.Typer(help="The rules: try them before you trust them.", no_args_is_help=True)
app.add_typer(kb_app, name="kb")
app.add_typer(rules_app, name="rules")

Json = Annotated[bool, typer.Option("--json", help="Print exactly one JSON document.")]


@dataclass(slots=True)
class _Globals:
    """What stands before the command."""

    config: Path | None = None
    clock: Clock = system_clock


_globals = _Globals()


def main() -> None:
    """Run the command line; every error becomes its exit code and a sentence on stderr."""
    try:
        app()
    except ConfigError as error:
        _complain(*map(str, error.problems))
        sys.exit(EXIT_CONFIGURATION)
    except (InboxdError, OSError, SQLAlchemyError) as error:
        _complain(str(error))
        sys.exit(EXIT_NO)


def _print_version(wanted: bool) -> None:  # noqa: FBT001  typer's call-back
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _before(
    config: Annotated[Path | None, typer.Option("-c", "--config", help="Default: config.toml.")] = None,
    now: Annotated[str, typer.Option("--now", help="Run as if it were then (ISO 8601 with offset).")] = "",
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log every event to stderr.")] = False,
    _version: Annotated[
        bool,
        # Eager: it is obeyed before typer asks for a command.
        typer.Option("--version", help="Print the version and end.", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    default = Path("config.toml")
    if config is not None and not config.is_file():
        raise typer.BadParameter(f"{config} is no file", param_hint="--config")
    _globals.config = config or (default if default.is_file() else None)
    _globals.clock = fixed_clock(_moment(now)) if now else system_clock
    maillog.configure(verbose=verbose)


@app.command()
def init(folder: Path) -> None:
    """Make a new desk that runs as it is."""
    from inboxd.commands.init import make_desk

    make_desk(folder)
    typer.echo(f"{folder} is a desk. Next: cd {folder} && inboxd run", err=True)


@app.command()
def run(
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help="Do all there is to do now, and end.")
    ] = False,
) -> None:
    """Run the desk until it is told to stop."""
    config = _load()
    if until_idle:
        from inboxd.oneshot import run_until_idle

        run_until_idle(config, _globals.clock)
        return
    from inboxd import daemon

    maillog.configure(verbose=True)
    raise typer.Exit(daemon.run_daemon(config, _globals.config, _globals.clock))


@app.command(hidden=True)
def worker(work_read: int, status_write: int) -> None:
    """Be the worker process of a running front (started by it, never by hand)."""
    from inboxd import daemon

    maillog.configure(verbose=True)
    raise typer.Exit(daemon.run_worker_process(_load(), _globals.clock, work_read, status_write))


@app.command()
def demo(
    keep: Annotated[Path | None, typer.Option("--keep", help="Leave the desk in this folder.")] = None,
    json: Json = False,
) -> None:
    """Play four days of a desk: customers, operator, reminders, a survey, the digest."""
    from inboxd.demo import play

    raise typer.Exit(play(keep, as_json=json))


@app.command()
def login(user: Annotated[str, typer.Argument(help="Only this account.")] = "", json: Json = False) -> None:
    """Sign in to the mail provider where config.toml says oauth2."""
    from inboxd.commands.login import log_in

    raise typer.Exit(log_in(_load(), _globals.clock, user, as_json=json))


@app.command()
def password(
    operator: str,
    generate: Annotated[bool, typer.Option("--generate", help="Make one and print it.")] = False,
) -> None:
    """Set an operator's password for sending mail through the desk ([intake.submission])."""
    from inboxd.commands.password import set_password

    set_password(_load(), operator, generate=generate)


@app.command()
def doctor(
    wait: Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait for the test mails.")] = 180.0,
    json: Json = False,
) -> None:
    """Look whether mail really comes in and goes out as it should; writes to nobody but the desk itself."""
    from inboxd.commands.doctor import examine

    raise typer.Exit(examine(_load(), _globals.clock, wait, as_json=json))


@app.command()
def check(json: Json = False) -> None:
    """Check config, rules, templates, articles, migrations and the model."""
    from inboxd.commands.check import check_desk, print_problems

    problems = check_desk(_globals.config)
    print_problems(problems, as_json=json)
    raise typer.Exit(EXIT_CONFIGURATION if problems else 0)


@app.command()
def accept(
    files: Annotated[list[str] | None, typer.Argument(help="Files, or - for standard input.")] = None,
    sender: Annotated[str | None, typer.Option("--from", help="Reverse-path of the envelope.")] = None,
    to: Annotated[list[str] | None, typer.Option("--to", help="Forward-path of the envelope.")] = None,
    json: Json = False,
) -> None:
    """Take mails from files or a pipe, as durably as over SMTP; exit 75 when the store cannot take them."""
    from inboxd.commands.accept import accept_mails

    try:
        accept_mails(_load(), files or ["-"], sender, to or [], _globals.clock(), as_json=json)
    except (TransientError, SQLAlchemyError, OSError) as error:
        _complain(str(error))
        raise typer.Exit(EX_TEMPFAIL) from error


@app.command()
def inspect(files: list[str], json: Json = False) -> None:
    """Show what the core sees in a mail; needs no desk."""
    from inboxd.commands.inspect import inspect_files

    inspect_files(files, as_json=json)


@app.command()
def explain(
    what: Annotated[str, typer.Argument(help="FILE, MAIL_ID or #TICKET.")], json: Json = False
) -> None:
    """Say what would be or was decided about a mail, and why."""
    from inboxd.commands.explain import explain_what

    explain_what(_load(), _globals.clock, what, as_json=json)


@app.command()
def tickets(
    status: Annotated[list[str] | None, typer.Option(help="Only these states.")] = None,
    customer: Annotated[str, typer.Option(help="Only of this address.")] = "",
    assignee: Annotated[str, typer.Option(help="Only of this operator.")] = "",
    tag: Annotated[str, typer.Option(help="Only with this tag.")] = "",
    breached: Annotated[bool, typer.Option("--breached", help="Only those over a promised time.")] = False,
    json: Json = False,
) -> None:
    """List tickets."""
    from inboxd.commands.tickets import TicketFilter, list_tickets

    wanted = TicketFilter(tuple(status or ()), customer, assignee, tag, breached)
    list_tickets(_load(), _globals.clock, wanted, as_json=json)


@app.command()
def ticket(number: int, json: Json = False) -> None:
    """Show one ticket with all its messages and events."""
    from inboxd.commands.tickets import show_ticket

    raise typer.Exit(show_ticket(_load(), _globals.clock, number, as_json=json))


@app.command()
def outbox(
    action: Annotated[str, typer.Argument(help="Nothing, or: retry.")] = "",
    outbox_id: Annotated[int | None, typer.Argument()] = None,
    json: Json = False,
) -> None:
    """List what waits to be sent or failed; send one again now."""
    from inboxd.commands.queues import list_outbox

    raise typer.Exit(list_outbox(_load(), _globals.clock, action, outbox_id, as_json=json))


@app.command()
def held(
    action: Annotated[str, typer.Argument(help="Nothing, or: release, drop, show.")] = "",
    mail_id: Annotated[int | None, typer.Argument()] = None,
    json: Json = False,
) -> None:
    """List what was held and why; release or drop one."""
    from inboxd.commands.queues import list_held

    raise typer.Exit(list_held(_load(), _globals.clock, action, mail_id, as_json=json))


@app.command()
def digest(
    preview: Annotated[bool, typer.Option("--preview", help="Show the mail as it would go out now.")] = False,
    html: Annotated[Path | None, typer.Option("--html", help="Write the HTML to this file.")] = None,
    json: Json = False,
) -> None:
    """Show the digest; it is sent by the calendar."""
    from inboxd.commands.digest import preview_digest

    if not preview:
        raise typer.BadParameter("the calendar sends it; here there is only --preview")
    preview_digest(_load(), _globals.clock, html, as_json=json)


@kb_app.command("search")
def kb_search(text: str, json: Json = False) -> None:
    """Rank the articles for a question."""
    from inboxd.commands.knowledge import search

    search(_load(), _globals.clock, text, as_json=json)


@kb_app.command("check")
def kb_check(json: Json = False) -> None:
    """Find twin articles, articles without questions, and questions that match another article better."""
    from inboxd.commands.knowledge import check

    raise typer.Exit(check(_load(), _globals.clock, as_json=json))


@kb_app.command("eval")
def kb_eval(
    file: Path,
    each: Annotated[bool, typer.Option("--each", help="One JSON line per question.")] = False,
    json: Json = False,
) -> None:
    """Measure the knowledge base on labelled questions (JSON Lines)."""
    from inboxd.commands.knowledge import evaluate_file

    evaluate_file(_load(), _globals.clock, file, each=each, as_json=json)


@kb_app.command("learn")
def kb_learn(file: Path, json: Json = False) -> None:
    """Take answered mails as evidence (JSON Lines, the form of ``kb eval``)."""
    from inboxd.commands.knowledge import learn_file

    learn_file(_load(), _globals.clock, file, as_json=json)


@rules_app.command("test")
def rules_test(json: Json = False) -> None:
    """Run the example mails of the rules."""
    from inboxd.commands.rules import run_examples

    raise typer.Exit(run_examples(_load(), _globals.clock, as_json=json))


@rules_app.command("schema")
def rules_schema() -> None:
    """Print the JSON Schema of rule files, for editors."""
    from inboxd.commands.rules import print_schema

    print_schema()


@rules_app.command("webhook-key")
def rules_webhook_key() -> None:
    """Print the key that the receiver of a webhook checks its signature with."""
    from inboxd.commands.rules import print_webhook_key

    print_webhook_key(_load())


def _load() -> "Config":
    from inboxd.config import load_config

    return load_config(_globals.config)


def _moment(text: str) -> dt.datetime:
    try:
        return require_aware(dt.datetime.fromisoformat(text))
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is no ISO 8601 time with an offset", param_hint="--now"
        ) from error


def _complain(*sentences: str) -> None:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for sentence in sentences:
        console.print(sentence, style="red", markup=False)
