"""Two decisions about the same mail, compared by what they do, not by which rule or revision did it."""

from collections.abc import Mapping, Sequence
from typing import Any

# What can differ besides the actions, in the words of ``--fail-on``.
DISPOSITION = "disposition"
SUPPRESSED = "suppressed"
SHADOW = "shadow"
KB_ANSWER = "kb_answer"


def effects(document: Mapping[str, Any], article: str = "") -> dict[str, Any]:
    """Return what the decision in an ``explain`` document does: disposition, rules, actions, suppressed, shadow.

    ``article`` is the one that fits best; it is named where it is the answer.
    """
    matched = [rule for rule in document["rules"] if rule["matched"]]
    return {
        "disposition": document["disposition"],
        "rules": [rule["name"] for rule in matched if rule.get("mode") != SHADOW],
        "actions": [_with_article(action, article) for action in document["actions"]],
        "suppressed": [{"template": no["template"], "limit": no["limit"]} for no in document["suppressed"]],
        "shadow": [rule["name"] for rule in matched if rule.get("mode") == SHADOW],
    }


def changed_words(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Return in which words two effects differ: those of actions (``reply``, ``tag`` …), then the others.

    A rule that got another name or stands in another place changes nothing.
    """
    first, second = _by_word(before["actions"]), _by_word(after["actions"])
    words = [word for word in dict.fromkeys((*first, *second)) if first.get(word) != second.get(word)]
    words += [key for key in (DISPOSITION, SUPPRESSED, SHADOW) if before[key] != after[key]]
    return tuple(words)


def in_words(effect: Mapping[str, Any], words: Sequence[str]) -> str:
    """Return one side of a difference for people: only what differs."""
    actions = _by_word(effect["actions"])
    said = []
    for word in words:
        if word == DISPOSITION:
            said.append(effect["disposition"])
        elif word == SUPPRESSED:
            said += [f"{no['template']} stopped by {no['limit']}" for no in effect["suppressed"]]
        elif word == SHADOW:
            said += [f"in shadow: {name}" for name in effect["shadow"]]
        else:
            said += [_said(word, values) for values in actions.get(word, ())]
    return "; ".join(said) or "nothing"


def _with_article(action: Mapping[str, Any], article: str) -> dict[str, Any]:
    is_answer = article and action.get("template") == KB_ANSWER
    return {**action, "article": article} if is_answer else dict(action)


def _by_word(actions: Sequence[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for action in actions:
        values = {key: value for key, value in action.items() if key not in {"do", "rule"}}
        found.setdefault(action["do"], []).append(values)
    return found


def _said(word: str, values: Mapping[str, Any]) -> str:
    shown = (", ".join(map(str, one)) if isinstance(one, list) else str(one) for one in values.values())
    return " ".join((word, *(one for one in shown if one)))
