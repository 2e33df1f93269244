"""Hooks: which of what happened is told to a program of the operator's."""

from collections.abc import Container
from dataclasses import replace

from inboxd.core.outcome import Call, Outcome

_PREFIX = "hook:"


def with_hooks(outcome: Outcome, hooked: Container[str]) -> Outcome:
    """Return the outcome with a call for each of its occasions whose event is ``hooked``, once per occasion for ever."""
    if outcome.ticket is None:
        return outcome
    calls = tuple(
        Call(f"{_PREFIX}{event}", event, f"{_PREFIX}{key}:{event}", {"rule": ""})
        for event, key in outcome.occasions
        if event in hooked
    )
    return replace(outcome, calls=(*outcome.calls, *calls)) if calls else outcome


def is_hook(address: str) -> bool:
    """Return whether a call goes to a program, not to a web address."""
    return address.startswith(_PREFIX)
