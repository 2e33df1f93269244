"""Building a desk from its files: every command begins here."""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine

from inboxd.categoryfiles import load_categories
from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.core.rules import Ruleset
from inboxd.core.tokens import Tokens
from inboxd.desk import ActiveFiles, Desk
from inboxd.errors import ConfigError, PermanentError, Problem
from inboxd.knowledge.article_cache import load_known_articles
from inboxd.knowledge.base import KnowledgeBase
from inboxd.knowledge.categorizing import Classifier
from inboxd.rulefiles import check_references, load_rules
from inboxd.rules_in_git import commit_of
from inboxd.templating import Templates

_SECRET_BYTES = 32


def load_files(config: Config) -> ActiveFiles:
    """Return the rules, templates and categories of a desk; raise ``ConfigError`` with every problem of all.

    The revision is the hash of the rules and, where there is one, the git commit they are at.
    """
    problems: list[Problem] = []
    templates = ruleset = None
    try:
        templates = Templates.load(config.rules / "templates", config.desk.language)
    except ConfigError as error:
        problems += error.problems
    try:
        ruleset = load_rules(config.rules)
    except ConfigError as error:
        problems += error.problems
    try:
        categories = load_categories(config.rules)
    except ConfigError as error:
        problems += error.problems
        categories = ()
    if templates is not None and ruleset is not None:
        articles, _ = load_known_articles(config.kb.path)
        problems += check_references(
            ruleset,
            set(templates.reply_names()),
            {article.slug for article in articles},
            {name for one in config.operators for name in (one.name, one.address)},
            {skill for one in config.operators for skill in one.skills},
            # Without the file any name will do, as it did before there were categories.
            {one.name for one in categories} or None,
        )
    if problems or templates is None or ruleset is None:
        raise ConfigError(tuple(problems))
    commit = commit_of(config.rules)
    if commit:
        ruleset = replace(ruleset, revision=f"{ruleset.revision}@{commit}")
    return ActiveFiles(ruleset, templates, categories)


def load_or_nothing(config: Config) -> tuple[ActiveFiles, tuple[Problem, ...]]:
    """Return the desk's files, or no rules and the shipped templates with what is wrong with his.

    With no rules mail is filed and nobody is answered, which is the safe side of a broken edit.
    """
    try:
        return load_files(config), ()
    except ConfigError as error:
        return ActiveFiles(Ruleset(), Templates.load(None, config.desk.language)), error.problems


def build_desk(
    config: Config,
    engine: Engine,
    active: ActiveFiles,
    clock: Clock,
    wake_outgoing: Callable[[], None] | None = None,
    *,
    on_demand: bool = False,
) -> Desk:
    """Return the desk, its knowledge base not loaded yet (``on_demand``: loaded when it is first asked)."""
    knowledge = KnowledgeBase(
        config.kb.path, config.kb.model, config.kb.max_error_rate, engine, clock, on_demand=on_demand
    )
    return Desk(
        config=config,
        engine=engine,
        clock=clock,
        tokens=Tokens(load_secret(config.desk.secret_file)),
        active=active,
        knowledge=knowledge,
        classifier=Classifier(lambda: knowledge.embedder),
        wake_outgoing=wake_outgoing or (lambda: None),
    )


def load_secret(path: Path) -> bytes:
    """Return the key that signs every token; made on the first run, readable by its owner only.

    Raises ``PermanentError`` for a file that is too short to be one: tokens signed with it could be guessed.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _make_secret(path)
    secret = path.read_bytes()
    if len(secret) < _SECRET_BYTES:
        raise PermanentError(f"{path} is no secret of {_SECRET_BYTES} bytes; delete it to make a new one")
    return secret


def _make_secret(path: Path) -> None:
    """Write a new key under a name of its own, then link it: nobody ever reads half a key, and the first one stays."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        # Of two processes that start together one makes the key and the other reads it.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        Path(draft).unlink()
