"""``inboxd check``: every mistake in the files of a desk at once, each with file and line."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from inboxd.building import load_files
from inboxd.commands.printing import print_json, print_text
from inboxd.config import Config, load_config
from inboxd.core.customer_columns import unknown_columns
from inboxd.customersfile import load_customer_file
from inboxd.errors import ConfigError, InboxdError, Problem
from inboxd.knowledge.articles import load_articles
from inboxd.knowledge.model_check import model_problem
from inboxd.outgoing.alarm_channel import command_problem
from inboxd.rulefiles_examples import load_examples
from inboxd.store.engine import open_engine, pending_migrations
from inboxd.tomlfile import read_toml


def check_desk(path: Path | None) -> tuple[Problem, ...]:
    """Return everything that is wrong with config, rules, templates, articles, store and model."""
    try:
        config = load_config(path)
    except ConfigError as error:
        return error.problems
    return tuple(dict.fromkeys(problem.seen_from(config.folder) for problem in _problems(config, path)))


def print_problems(problems: tuple[Problem, ...], *, as_json: bool) -> None:
    """Print ``file:line: message`` each, or the document of DESIGN 4.7."""
    if as_json:
        rows = [{"file": one.file, "line": one.line, "message": one.message} for one in problems]
        print_json({"ok": not problems, "problems": rows})
    elif problems:
        print_text(*map(str, problems))
    else:
        print_text("everything is in order")


def _problems(config: Config, path: Path | None) -> Iterator[Problem]:
    listed = load_customer_file(config)
    yield from listed.said.problems
    try:
        active = load_files(config)
    except ConfigError as error:
        yield from error.problems
    else:
        if listed.sha256 and not listed.said.problems:
            yield from unknown_columns(active.ruleset, listed.said.fields)
    articles, wrong = load_articles(config.kb.path)
    yield from wrong
    try:
        load_examples(config.rules)
    except ConfigError as error:
        yield from error.problems
    yield from _store_problems(config)
    yield from _alarm_problems(config, path)
    yield from _hook_problems(config, path)
    if articles and (trouble := model_problem(config.kb.model)):
        yield Problem(config.kb.model, 1, trouble)


def _alarm_problems(config: Config, path: Path | None) -> Iterator[Problem]:
    """Return why the second channel cannot work, as far as that shows without using it (the doctor does)."""
    plan = config.alarm
    if plan is None or path is None:
        return
    toml = read_toml(path, str(path))
    if trouble := command_problem(plan):
        yield toml.problem(("alarm", "command"), f"'alarm.command': {trouble}")
    if plan.address.lower() in config.own_addresses:
        yield toml.problem(
            ("alarm", "address"), "'alarm.address' is the desk's own: it would be mail to itself"
        )
    if plan.password.file is not None and not plan.password.file.is_file():
        yield toml.problem(("alarm", "password_file"), "'alarm.password_file': there is no such file")


def _hook_problems(config: Config, path: Path | None) -> Iterator[Problem]:
    if path is None:
        return
    toml = read_toml(path, str(path))
    for event, command in config.hooks.commands.items():
        if not shutil.which(command[0]):
            yield toml.problem(
                ("hooks", *event.split(".")), f"'hooks.{event}': there is no program {command[0]!r}"
            )


def _store_problems(config: Config) -> Iterator[Problem]:
    engine = open_engine(config.store_url)
    try:
        pending_migrations(engine)
    except (InboxdError, OSError) as error:
        yield Problem(engine.url.render_as_string(hide_password=True), 1, str(error))
