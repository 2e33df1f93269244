"""Rules on trial (``mode = "shadow"``): what they would have done, beside what really happened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from inboxd.core.actions import ACTION_WORDS, Action, AddNote, Reply, SetCategory, SetPriority, SetStatus, Tag
from inboxd.core.outcome import Outcome
from inboxd.core.rules import Rule
from inboxd.core.ticket import Event, Ticket

SHADOW = "shadow"
COMPARED = "shadow_compared"
# From here on two answers count as the same (0 to 1).
ALIKE = 0.6
# So many comparisons, and so often the same, make a rule worth asking about.
RIPE_AFTER = 5
RIPE_FROM = 0.8


@dataclass(frozen=True, slots=True)
class Trial:
    """The record of one rule: how often it would have acted, how often that could be compared and was the same.

    ``similarity`` is the mean likeness (0 to 1) of its answers to the operator's, None when it answers nothing.
    """

    rule: str
    place: str
    times: int
    compared: int
    agreed: int
    similarity: float | None

    @property
    def is_ripe(self) -> bool:
        """Return whether it has shown that it does what the operator does."""
        return self.compared >= RIPE_AFTER and self.agreed >= RIPE_FROM * self.compared


def with_trial(outcome: Outcome, rule: Rule, article: str) -> Outcome:
    """Return the outcome with the event of a shadow rule: where it stands, and each action it would have done.

    ``article`` is the one that fits best: what ``kb_answer`` would have sent.
    """
    detail = {
        "rule": rule.name,
        "file": rule.file,
        "line": rule.line,
        "article": article,
        "actions": [[ACTION_WORDS[type(action)], _value(action)] for action in rule.actions],
    }
    return replace(outcome, events=(*outcome.events, Event(SHADOW, detail)))


def agrees(detail: Mapping[str, Any], ticket: Ticket, similarity: float | None) -> bool:
    """Return whether the operator did what a shadow rule would have done, as far as the ticket shows it."""
    return (similarity is None or similarity >= ALIKE) and all(
        _is_done(word, value, ticket) for word, value in detail.get("actions", ())
    )


def tally(shadows: Iterable[Mapping[str, Any]], compared: Iterable[Mapping[str, Any]]) -> tuple[Trial, ...]:
    """Return the record of every rule on trial, by name, from the details of its events."""
    times: dict[str, list[Mapping[str, Any]]] = {}
    for detail in shadows:
        times.setdefault(str(detail.get("rule", "")), []).append(detail)
    found: dict[str, list[Mapping[str, Any]]] = {}
    for detail in compared:
        found.setdefault(str(detail.get("rule", "")), []).append(detail)
    return tuple(_trial(name, seen, found.get(name, [])) for name, seen in sorted(times.items()))


def _trial(name: str, seen: list[Mapping[str, Any]], compared: list[Mapping[str, Any]]) -> Trial:
    likenesses = [one["similarity"] for one in compared if one.get("similarity") is not None]
    last = seen[-1]
    return Trial(
        rule=name,
        place=f"{last.get('file', '')}:{last.get('line', '')}",
        times=len(seen),
        compared=len(compared),
        agreed=sum(bool(one.get("agreed")) for one in compared),
        similarity=sum(likenesses) / len(likenesses) if likenesses else None,
    )


def _value(action: Action) -> object:
    match action:
        case Reply(template):
            return template
        case Tag(tags):
            return list(tags)
        case SetPriority(word) | SetStatus(word) | SetCategory(word) | AddNote(word):
            return word
        case _:
            return ""


def _is_done(word: str, value: Any, ticket: Ticket) -> bool:
    """Return whether a ticket shows an action; of what leaves no trace on it nothing can be said against the rule."""
    match word:
        case "tag":
            return set(value) <= set(ticket.tags)
        case "priority":
            return bool(value == ticket.priority)
        case "category":
            return bool(value == ticket.category)
        case "status":
            return bool(value == ticket.status)
        case _:
            return True
