"""``inboxd rules backtest``: which past mails would be treated differently, and how."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from inboxd.backtest import ReplayedMail, replay_mails
from inboxd.building import build_desk, load_files
from inboxd.clock import Clock
from inboxd.commands.printing import print_json, print_table, print_text
from inboxd.config import Config
from inboxd.core.actions import ACTION_WORDS
from inboxd.core.differences import DISPOSITION, SHADOW, SUPPRESSED, in_words
from inboxd.core.spelling import did_you_mean
from inboxd.core.units import parse_duration
from inboxd.errors import ConfigError, PermanentError, Problem
from inboxd.rules_in_git import rules_at
from inboxd.store.engine import open_engine, pending_migrations

_WORDS = (*ACTION_WORDS.values(), DISPOSITION, SUPPRESSED, SHADOW)
_SHOWN = 200


class BacktestTerms(NamedTuple):
    """What is asked for, as typed: ``against`` a git reference (empty: what was decided), ``fail_on`` with commas."""

    since: str = "90d"
    against: str = ""
    fail_on: str = ""
    rematch: bool = False


@dataclass(slots=True)
class _Count:
    mails: int = 0
    left_out: int = 0


def run_backtest(config: Config, clock: Clock, terms: BacktestTerms, *, as_json: bool) -> int:
    """Replay the past mails and print what changes; return 1 when something of ``fail_on`` does.

    Raises ``ConfigError`` for broken rules and for terms that mean nothing, ``PermanentError`` for an unknown commit.
    """
    words = _words(terms.fail_on)
    since = clock() - _span(terms.since)
    active = load_files(config)
    against = rules_at(config.rules, terms.against) if terms.against else None
    count = _Count()
    if _has_store(config.store_url):
        engine = open_engine(config.store_url)  # never migrated from here: nothing is written
        if pending_migrations(engine):
            raise PermanentError("the store has an older schema; `inboxd run` brings it forward")
        desk = build_desk(config, engine, active, clock, on_demand=True)
        changed = _changed(replay_mails(desk, since, against, rematch=terms.rematch), count)
    else:
        # The rules are edited on another machine than the one the desk runs on.
        changed = []
        _whisper("there is no store here, so there is no past mail to replay")
    if as_json:
        rows = [{"mail_id": one.mail_id, "before": one.before, "after": one.after} for one in changed]
        print_json({"mails": count.mails, "changed": rows})
    else:
        _print(changed, count, terms)
    if count.left_out:
        _whisper(f"{count.left_out} older mails are left out: the facts of their decisions were not kept")
    return int(any(word in words for one in changed for word in one.words))


def _has_store(url: str) -> bool:
    path = url.removeprefix("sqlite:///")
    return path == url or Path(path).is_file()


def _changed(replayed: Iterable[ReplayedMail], count: _Count) -> list[ReplayedMail]:
    """Return those that differ; what stays the same is only counted, however many they are."""
    found = []
    for one in replayed:
        count.mails += one.decided
        count.left_out += not one.decided
        if one.words:
            found.append(one)
    return found


def _span(text: str) -> dt.timedelta:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise ConfigError((Problem("--since", 1, str(error)),)) from error


def _words(text: str) -> frozenset[str]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    problems = tuple(
        Problem("--fail-on", 1, f"there is no {word!r}{did_you_mean(word, _WORDS)}")
        for word in words
        if word not in _WORDS
    )
    if problems:
        raise ConfigError(problems)
    return frozenset(words)


def _print(changed: list[ReplayedMail], count: _Count, terms: BacktestTerms) -> None:
    other = f"the rules at {terms.against}" if terms.against else "what was decided"
    title = f"{len(changed)} of {count.mails} mails since {terms.since} ago differ from {other}"
    if not changed:
        print_text(title)
        return
    rows = (
        (
            one.mail_id,
            one.sender,
            one.subject,
            in_words(one.before, one.words),
            in_words(one.after, one.words),
        )
        for one in changed[:_SHOWN]
    )
    print_table(title, ("mail", "from", "subject", "before", "now"), rows)
    if len(changed) > _SHOWN:
        print_text(f"… and {len(changed) - _SHOWN} more; --json lists them all")
    counts: dict[str, int] = {}
    for one in changed:
        for word in one.words:
            counts[word] = counts.get(word, 0) + 1
    print_text("changed: " + ", ".join(f"{word} {number}×" for word, number in counts.items()))


def _whisper(sentence: str) -> None:
    Console(stderr=True, markup=False, highlight=False, soft_wrap=True).print(sentence)
