"""The command line: one function per command, no logic. Documents go to stdout, everything else to stderr.

Exit codes: 0 done, 1 the answer is "no" or something failed, 2 usage or configuration, 75 try again later.
"""

from pathlib import Path
from typing import Annotated

import typer

from inboxd import __version__, maillog
from inboxd.cli_context import Json, given, load, moment
from inboxd.cli_customers import customer, customers
from inboxd.cli_history import export, import_app
from inboxd.cli_kb import kb_app
from inboxd.cli_rules import rules_app
from inboxd.cli_store import backup, migrate_store, reconcile, restore
from inboxd.clock import fixed_clock, system_clock
from inboxd.ending import EX_TEMPFAIL, EXIT_CONFIGURATION, complain, told

app = typer.Typer(
    help="A help desk for a one-person company, by mail alone.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command line; every error becomes its exit code and a sentence on stderr."""
    with told():
        app()


def _print_version(wanted: bool) -> None:  # noqa: FBT001  typer's call-back
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _before(
    context: typer.Context,
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
        if context.invoked_subcommand == accept.__name__:
            # A disk that is not mounted yet, a folder that is being exchanged: no reason to bounce a customer's mail.
            complain(f"{config} is no file")
            raise typer.Exit(EX_TEMPFAIL)
        raise typer.BadParameter(f"{config} is no file", param_hint="--config")
    given.config = config or (default if default.is_file() else None)
    given.clock = fixed_clock(moment(now)) if now else system_clock
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
    if until_idle:
        from inboxd.oneshot import run_until_idle

        run_until_idle(load(), given.clock)
        return
    from inboxd.running import run_desk

    raise typer.Exit(run_desk(given.config, given.clock))


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

    raise typer.Exit(log_in(load(), given.clock, user, as_json=json))


@app.command()
def password(
    operator: str,
    generate: Annotated[bool, typer.Option("--generate", help="Make one and print it.")] = False,
) -> None:
    """Set an operator's password for sending mail through the desk (intake.submission)."""
    from inboxd.commands.password import set_password

    set_password(load(), operator, generate=generate)


@app.command()
def doctor(
    wait: Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait for the test mails.")] = 180.0,
    json: Json = False,
) -> None:
    """Look whether mail really comes in and goes out as it should; writes to the desk itself, and one test alarm."""
    from inboxd.commands.doctor import examine

    raise typer.Exit(examine(load(), given.clock, wait, as_json=json))


@app.command()
def check(json: Json = False) -> None:
    """Check config, rules, templates, articles, migrations and the model."""
    from inboxd.commands.check import check_desk, print_problems

    problems = check_desk(given.config)
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
    try:
        from inboxd.commands.accept import accept_mails

        accept_mails(load(), files or ["-"], sender, to or [], given.clock(), as_json=json)
    except (
        Exception
    ) as error:  # whatever it is, it is our fault: any exit code but 75 makes an MTA bounce the mail
        complain(str(error) or type(error).__name__)
        raise typer.Exit(EX_TEMPFAIL) from error


@app.command()
def inspect(files: list[str], json: Json = False) -> None:
    """Show what the core sees in a mail; needs no desk."""
    from inboxd.commands.inspect import inspect_files

    inspect_files(files, as_json=json)


@app.command()
def explain(
    what: Annotated[str, typer.Argument(help="FILE, MAIL_ID, #TICKET or MESSAGE-ID.")], json: Json = False
) -> None:
    """Say what would be or was decided about a mail, and why."""
    from inboxd.commands.explain import explain_what

    explain_what(load(), given.clock, what, as_json=json)


@app.command()
def tickets(
    status: Annotated[list[str] | None, typer.Option(help="Only these states.")] = None,
    customer: Annotated[str, typer.Option(help="Only of this address.")] = "",
    assignee: Annotated[str, typer.Option(help="Only of this operator.")] = "",
    tag: Annotated[str, typer.Option(help="Only with this tag.")] = "",
    breached: Annotated[bool, typer.Option("--breached", help="Only those over a promised time.")] = False,
    was: Annotated[str, typer.Option(help="Only the one that had this number in another desk.")] = "",
    json: Json = False,
) -> None:
    """List tickets."""
    from inboxd.commands.tickets import TicketFilter, list_tickets

    wanted = TicketFilter(tuple(status or ()), customer, assignee, tag, breached, was)
    list_tickets(load(), given.clock, wanted, as_json=json)


@app.command()
def ticket(number: int, json: Json = False) -> None:
    """Show one ticket with all its messages and events."""
    from inboxd.commands.tickets import show_ticket

    raise typer.Exit(show_ticket(load(), given.clock, number, as_json=json))


@app.command()
def outbox(
    action: Annotated[str, typer.Argument(help="Nothing, or: retry.")] = "",
    outbox_id: Annotated[int | None, typer.Argument()] = None,
    json: Json = False,
) -> None:
    """List what waits to be sent or failed; send one again now."""
    from inboxd.commands.queues import list_outbox

    raise typer.Exit(list_outbox(load(), given.clock, action, outbox_id, as_json=json))


@app.command()
def held(
    action: Annotated[str, typer.Argument(help="Nothing, or: release, drop, show.")] = "",
    mail_id: Annotated[int | None, typer.Argument()] = None,
    json: Json = False,
) -> None:
    """List what was held and why; release or drop one."""
    from inboxd.commands.queues import list_held

    raise typer.Exit(list_held(load(), given.clock, action, mail_id, as_json=json))


@app.command()
def digest(
    preview: Annotated[bool, typer.Option("--preview", help="Show the mail as it would go out now.")] = False,
    html: Annotated[Path | None, typer.Option("--html", help="Write the HTML to this file.")] = None,
    week: Annotated[bool, typer.Option("--week", help="With the week, whatever day it is.")] = False,
    json: Json = False,
) -> None:
    """Show the digest; it is sent by the calendar."""
    from inboxd.commands.digest import preview_digest

    if not preview:
        raise typer.BadParameter("the calendar sends it; here there is only --preview")
    preview_digest(load(), given.clock, html, with_week=week, as_json=json)


@app.command()
def report(
    since: Annotated[str, typer.Option("--since", help="A span such as 90d, or a date.")] = "90d",
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV: one line per week, category …")] = False,
    html: Annotated[Path | None, typer.Option("--html", help="Write a page to this file.")] = None,
) -> None:
    """Show the figures of the desk: how fast, how good, how much by itself, and what comes next."""
    from inboxd.commands.report import ReportForm
    from inboxd.commands.report import report as show_report

    show_report(load(), given.clock, since, ReportForm(json, csv, html))


# In the order in which --help lists them.
app.add_typer(kb_app, name="kb")
app.add_typer(rules_app, name="rules")
app.add_typer(import_app, name="import")
app.command()(export)
app.command()(customers)
app.command()(customer)
app.command()(backup)
app.command()(restore)
app.command(name="migrate-store")(migrate_store)
app.command()(reconcile)
