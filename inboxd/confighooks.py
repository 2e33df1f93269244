"""``[hooks]``: the operator's programs that are told what happened on a ticket, for chat, CRM and issue trackers."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from inboxd.tomlmodel import Outside
from inboxd.tomltypes import PositiveDuration, Text

_Command = Annotated[list[Text], Field(min_length=1)]


class _TicketHooks(Outside):
    created: _Command | None = None
    idle: _Command | None = None


class _RepliedHooks(Outside):
    replied: _Command | None = None


class _SlaHooks(Outside):
    warned: _Command | None = None
    breached: _Command | None = None


class _SurveyHooks(Outside):
    answered: _Command | None = None


class HooksModel(Outside):
    """``[hooks]``: ``ticket.created = ["program", "argument"]``, and so on for every event that rules know."""

    ticket: _TicketHooks = _TicketHooks()
    customer: _RepliedHooks = _RepliedHooks()
    operator: _RepliedHooks = _RepliedHooks()
    sla: _SlaHooks = _SlaHooks()
    survey: _SurveyHooks = _SurveyHooks()
    timeout: PositiveDuration = dt.timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class HookPlan:
    """Which program is told of which event, and how long it may take."""

    commands: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    timeout: dt.timedelta = dt.timedelta(seconds=30)


def read_hooks(model: HooksModel) -> HookPlan:
    """Return the programs by the name of their event."""
    found: dict[str, tuple[str, ...]] = {}
    for group in ("ticket", "customer", "operator", "sla", "survey"):
        found.update(
            {f"{group}.{name}": tuple(command) for name, command in getattr(model, group) if command}
        )
    return HookPlan(MappingProxyType(found), model.timeout)
