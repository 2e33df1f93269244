"""The commands that change a ticket and send nobody outside anything."""

from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

from inboxd.core.assign import choose_operator
from inboxd.core.commands import CommandName
from inboxd.core.instructions import Instruction
from inboxd.core.order_scene import Place
from inboxd.core.orders import RefusedError
from inboxd.core.outcome import Outcome, change_status, require_ticket
from inboxd.core.report_facts import IMPROVED_TAG
from inboxd.core.rule_actions import notify
from inboxd.core.spelling import did_you_mean
from inboxd.core.states import TicketEvent
from inboxd.core.ticket import Message

# Returns the outcome and a sentence; raises ``RefusedError`` or ``IllegalTransition``.
Order = Callable[[Outcome, Instruction, Place], tuple[Outcome, str]]

HANDED_OVER = "handed_over"

_STATUS = {
    CommandName.OPEN: TicketEvent.SET_OPEN,
    CommandName.PENDING: TicketEvent.SET_PENDING,
    CommandName.SOLVED: TicketEvent.SET_SOLVED,
    CommandName.SPAM: TicketEvent.MARKED_SPAM,
}


def set_status(outcome: Outcome, order: Instruction, place: Place) -> tuple[Outcome, str]:
    """Obey ``#open``, ``#pending``, ``#solved`` and ``#spam``."""
    changed = change_status(
        outcome, _STATUS[order.name], place.around.now, actor=place.operator, by=f"#{order.name}"
    )
    if order.name is CommandName.SPAM:
        changed = changed.with_ticket(tags=_added(require_ticket(changed).tags, ("spam",)))
    ticket = require_ticket(changed)
    return changed, f"#{ticket.number} is {ticket.status}"


def note(outcome: Outcome, order: Instruction, place: Place) -> tuple[Outcome, str]:
    """Obey ``#note``."""
    line = Message("note", "note", place.scene.author, "", place.around.now, order.text)
    return replace(outcome, messages=(*outcome.messages, line)), "noted"


def snooze(outcome: Outcome, order: Instruction, place: Place) -> tuple[Outcome, str]:
    """Obey ``#snooze``."""
    if order.until is None:
        raise RefusedError("write until when")
    changed = outcome.with_ticket(snoozed_until=order.until)
    changed = changed.with_event("snoozed", place.operator, until=order.until.isoformat())
    return changed, f"asleep until {order.until.astimezone(ZoneInfo(place.scene.zone)):%Y-%m-%d %H:%M}"


def set_priority(outcome: Outcome, order: Instruction, place: Place) -> tuple[Outcome, str]:
    """Obey ``#priority``."""
    changed = outcome.with_ticket(priority=order.text).with_event("priority", place.operator, to=order.text)
    return changed, f"#{require_ticket(outcome).number} is {order.text} now"


def set_category(outcome: Outcome, order: Instruction, place: Place) -> tuple[Outcome, str]:
    """Obey ``#category``: the event is what the desk learns the category from."""
    known = {name.casefold(): name for name in place.around.categories}
    name = known.get(order.text.casefold(), "" if known else order.text)
    if not name:
        listed = ", ".join(place.around.categories)
        raise RefusedError(
            f"there is no category {order.text!r}{did_you_mean(order.text, known)}; there is {listed}"
        )
    changed = outcome.with_ticket(category=name).with_event("category", place.operator, to=name)
    return changed, f"#{require_ticket(outcome).number} is about {name}"


def tag(outcome: Outcome, order: Instruction, _place: Place) -> tuple[Outcome, str]:
    """Obey ``#tag``."""
    tags = _added(require_ticket(outcome).tags, order.tags)
    return outcome.with_ticket(tags=tags), f"tagged {', '.join(order.tags)}"


def untag(outcome: Outcome, order: Instruction, _place: Place) -> tuple[Outcome, str]:
    """Obey ``#untag``."""
    kept = tuple(one for one in require_ticket(outcome).tags if one not in order.tags)
    return outcome.with_ticket(tags=kept), f"no longer tagged {', '.join(order.tags)}"


def improved(outcome: Outcome, _order: Instruction, place: Place) -> tuple[Outcome, str]:
    """Obey ``#improved``: what this customer said led to a change (the figure FIR, ``core/figures.py``)."""
    tags = _added(require_ticket(outcome).tags, (IMPROVED_TAG,))
    changed = outcome.with_ticket(tags=tags).with_event("improved", place.operator)
    return changed, f"#{require_ticket(outcome).number} led to an improvement"


def assign(outcome: Outcome, order: Instruction, place: Place) -> tuple[Outcome, str]:
    """Obey ``#assign``; the new owner is told, unless he took it himself."""
    colleagues = place.around.colleagues
    chosen = choose_operator(colleagues, name=order.text)
    if chosen is None:
        raise RefusedError(
            f"nobody is called {order.text!r}; there is {', '.join(one.name for one in colleagues)}"
        )
    outcome = outcome.with_ticket(assignee=chosen.address)
    outcome = outcome.with_event("assigned", place.operator, to=chosen.address)
    around = replace(place.around, event=HANDED_OVER)
    return notify(outcome, (chosen.address,), around, {"rule": "(handed over)"}), f"{chosen.name} has it now"


def _added(tags: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*tags, *more)))
