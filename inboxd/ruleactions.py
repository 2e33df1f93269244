"""``then`` as it was checked (pydantic) becomes the core's actions, in the order they are written."""

from collections.abc import Callable, Iterable
from typing import Any

from inboxd.core import actions
from inboxd.core.actions import Action
from inboxd.rulemodel import ActionsModel

_ACTIONS: dict[str, Callable[[Any], Action]] = {
    "reply": actions.Reply,
    "draft": actions.Draft,
    "tag": lambda tags: actions.Tag(tuple(tags)),
    "untag": lambda tags: actions.Untag(tuple(tags)),
    "priority": actions.SetPriority,
    "category": actions.SetCategory,
    "status": actions.SetStatus,
    "assign": lambda to: actions.Assign(to.operator or "", to.skill or ""),
    "notify": lambda operators: actions.Notify(tuple(operators)),
    "forward": lambda addresses: actions.Forward(tuple(addresses)),
    "snooze": actions.Snooze,
    "note": actions.AddNote,
    "survey": actions.Survey,
    "hold": actions.Hold,
    "webhook": actions.Webhook,
}


def read_actions(model: ActionsModel, written: Iterable[str]) -> tuple[Action, ...]:
    """Return the actions named by ``written``, the keys of a ``then`` table in their order."""
    return tuple(_ACTIONS[word](getattr(model, word)) for word in written)
