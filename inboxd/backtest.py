"""Backtest: past mails decided again by other rules, each at its own time. Reads the store, writes and sends nothing."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from inboxd.core.conditions import AnyOf, Condition
from inboxd.core.decision import Course
from inboxd.core.differences import changed_words, effects
from inboxd.core.fact_fields import header_values
from inboxd.core.facts import KbMatch, Unknown
from inboxd.core.forwarded import read_forwarded
from inboxd.core.parse import parse
from inboxd.core.pinned import Pinned, replay
from inboxd.core.pinned_json import pinned_from_json
from inboxd.core.rules import Ruleset
from inboxd.desk import Desk
from inboxd.explanation import explain_verdict
from inboxd.store import mail_facts, mails
from inboxd.store.engine import read
from inboxd.store.mail_facts import DecidedMail

Effect = Mapping[str, Any]
Headers = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ReplayedMail:
    """A past mail with what was (or by the other rules would have been) done, and what would be done now.

    ``words`` are those they differ in. ``decided`` False: its facts were not kept, so nothing can be said about it.
    """

    mail_id: int
    sender: str
    subject: str
    before: Effect
    after: Effect
    words: tuple[str, ...]
    decided: bool = True


def replay_mails(
    desk: Desk, since: dt.datetime, against: Ruleset | None = None, *, rematch: bool = False
) -> Iterator[ReplayedMail]:
    """Yield every mail accepted since then, oldest first, under the desk's live rules.

    ``against`` None: compared with what was decided at the time; otherwise with what those rules would have decided.
    ``rematch``: the knowledge base is asked again, instead of taking what it found at the time.
    """
    rulesets = tuple(one for one in (desk.active.ruleset, against) if one is not None)
    with read(desk.engine) as connection:
        read_headers = _header_reader(desk, connection, rulesets)
        for mail in mail_facts.list_decided(connection, since):
            yield _replayed(desk, mail, against, read_headers, rematch=rematch)


def _replayed(
    desk: Desk,
    mail: DecidedMail,
    against: Ruleset | None,
    read_headers: Callable[[DecidedMail, Pinned], Headers],
    *,
    rematch: bool,
) -> ReplayedMail:
    was = effects(mail.decision, _article_of(mail.decision))
    if mail.facts is None:
        return ReplayedMail(mail.mail_id, mail.sender, mail.subject, was, was, (), decided=False)
    pinned = pinned_from_json(mail.facts)
    headers = read_headers(mail, pinned)
    kb = _matched(desk, pinned) if rematch else None
    after = _effects(desk, desk.active.ruleset, pinned, headers, was, kb)
    before = was if against is None else _effects(desk, against, pinned, headers, was, None)
    return ReplayedMail(mail.mail_id, mail.sender, mail.subject, before, after, changed_words(before, after))


def _effects(
    desk: Desk,
    ruleset: Ruleset,
    pinned: Pinned,
    headers: Headers,
    was: Effect,
    kb: tuple[KbMatch, ...] | Unknown | None,
) -> Effect:
    decision = replay(pinned, ruleset, desk.config.limits, headers, kb)
    if decision is None:
        return was  # settled above the rules
    if isinstance(decision, Unknown):
        return {**was, "disposition": "wait", "rules": [], "actions": [], "suppressed": [], "shadow": []}
    return effects(explain_verdict(decision), _best(pinned, kb))


def _best(pinned: Pinned, kb: tuple[KbMatch, ...] | Unknown | None) -> str:
    if kb is not None:
        return kb[0].article if isinstance(kb, tuple) and kb else ""
    found = pinned.fields.get("kb.article")
    return found if isinstance(found, str) and not isinstance(found, Unknown) else ""


def _article_of(decision: Mapping[str, Any]) -> str:
    return str(decision["kb"][0]["article"]) if decision.get("kb") else ""


def _matched(desk: Desk, pinned: Pinned) -> tuple[KbMatch, ...] | Unknown | None:
    """Return the articles that fit a mail now; None for a mail the knowledge base is not asked about."""
    if not pinned.asked:
        return None
    subject, body = pinned.fields.get("mail.subject"), pinned.fields.get("mail.body")
    return desk.knowledge.match(str(subject or ""), str(body or ""), pinned.language)


def _header_reader(
    desk: Desk, connection: Connection, rulesets: tuple[Ruleset, ...]
) -> Callable[[DecidedMail, Pinned], Headers]:
    """Return how header fields are read: from the bytes, and only when a rule asks for one (parsing costs most)."""
    if not any(_asks_for_headers(rule.conditions) for ruleset in rulesets for rule in ruleset.rules):
        return lambda _mail, _pinned: {}

    def read_headers(mail: DecidedMail, pinned: Pinned) -> Headers:
        if pinned.event is None:
            return {}
        raw = mails.find_raw(connection, mail.mail_id)
        if raw is None:
            return {}  # erased
        found = parse(raw)
        if pinned.course is Course.FORWARDED:
            inside = read_forwarded(found, desk.config.own_addresses, desk.operators)
            found = inside.mail if inside is not None else found
        return header_values(found)

    return read_headers


def _asks_for_headers(conditions: tuple[Condition, ...]) -> bool:
    return any(
        any(map(_asks_for_headers, condition.alternatives))
        if isinstance(condition, AnyOf)
        else condition.field == "mail.header"
        for condition in conditions
    )
