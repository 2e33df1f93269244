"""Commands obeyed one by one; one that fails changes nothing and says why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from inboxd.core import order_answers, order_changes, order_people, order_regroup
from inboxd.core.absence import Absence, away_until, come_back, leave
from inboxd.core.commands import Command, CommandName
from inboxd.core.instructions import CommandProblem, Instruction, interpret
from inboxd.core.order_changes import Order
from inboxd.core.order_regroup import Outcomes
from inboxd.core.order_scene import Place, Scene, place_of
from inboxd.core.orders import NOTHING_WAITS, CommandResult, RefusedError
from inboxd.core.outcome import Outcome
from inboxd.core.states import IllegalTransition
from inboxd.core.undo import undo

_ON_ONE_TICKET: Mapping[CommandName, Order] = {
    CommandName.OPEN: order_changes.set_status,
    CommandName.PENDING: order_changes.set_status,
    CommandName.SOLVED: order_changes.set_status,
    CommandName.SPAM: order_changes.set_status,
    CommandName.NOTE: order_changes.note,
    CommandName.SNOOZE: order_changes.snooze,
    CommandName.PRIORITY: order_changes.set_priority,
    CommandName.CATEGORY: order_changes.set_category,
    CommandName.TAG: order_changes.tag,
    CommandName.UNTAG: order_changes.untag,
    CommandName.ASSIGN: order_changes.assign,
    CommandName.KB: order_answers.right_article,
    CommandName.SEND: order_answers.send,
    CommandName.WRONG: order_answers.wrong,
    CommandName.IMPROVED: order_changes.improved,
    CommandName.FORWARD: order_answers.forward,
    CommandName.WHO: order_answers.who,
    CommandName.SAME: order_people.same_person,
}
_ON_SEVERAL: Mapping[CommandName, Callable[[Outcomes, Instruction, Place], tuple[Outcomes, str, bool]]] = {
    CommandName.MERGE: order_regroup.merge,
    CommandName.SPLIT: order_regroup.split,
}
_NOTHING_NAMED = "the article to send was not understood, so nothing was sent"


@dataclass(frozen=True, slots=True)
class Obeyed:
    """The outcomes after some commands, by ticket number (0: of no ticket), and what to tell about each command."""

    outcomes: Outcomes
    results: tuple[CommandResult, ...] = ()


def obey_all(before: Obeyed, commands: tuple[Command, ...], scene: Scene) -> Obeyed:
    """Return what the commands lead to; ``before`` holds the outcome of the ticket the mail answers."""
    obeyed = before
    unnamed: set[int | None] = set()
    for command in commands:
        if command.name is CommandName.SEND and command.ticket in unnamed:
            # What is suggested otherwise is not what he wanted to send.
            obeyed = _with_result(obeyed, (str(command), False, _NOTHING_NAMED))
            continue
        obeyed = _obey_one(obeyed, command, scene)
        if command.name is CommandName.KB and not obeyed.results[-1][1]:
            unnamed.add(command.ticket)
        elif command.name is CommandName.KB:
            unnamed.discard(command.ticket)
    return obeyed


def _obey_one(obeyed: Obeyed, command: Command, scene: Scene) -> Obeyed:
    instruction = interpret(command, scene.around.now, ZoneInfo(scene.zone))
    if isinstance(instruction, CommandProblem):
        # The command stands before it in the result mail.
        sentence = instruction.sentence.removeprefix(f"{command}: ")
        return _with_result(obeyed, (str(command), False, sentence))
    try:
        outcomes, sentence, complete = _obey(obeyed.outcomes, instruction, scene)
    except (RefusedError, IllegalTransition) as error:
        return _with_result(obeyed, (str(command), False, str(error)))
    return _with_result(Obeyed(outcomes, obeyed.results), (str(command), complete, sentence))


def _with_result(obeyed: Obeyed, result: CommandResult) -> Obeyed:
    return replace(obeyed, results=(*obeyed.results, result))


def _obey(outcomes: Outcomes, order: Instruction, scene: Scene) -> tuple[Outcomes, str, bool]:
    """Return the outcomes after one command, a sentence, and whether all of it was done."""
    if order.name is CommandName.HELP:
        return outcomes, "see below", True
    if order.name is CommandName.YES:
        raise RefusedError(NOTHING_WAITS)
    if order.name is CommandName.AWAY:
        return _away(outcomes, order, scene)
    place = _place(order, scene)
    number = place.case.ticket.number
    outcomes = {**outcomes, number: outcomes.get(number, Outcome(ticket=place.case.ticket))}
    if order.name in _ON_SEVERAL:
        return _ON_SEVERAL[order.name](outcomes, order, place)
    if order.name is CommandName.UNDO:
        changed, sentence, complete = undo(outcomes[number], place.case, place.operator)
        return {**outcomes, number: changed}, sentence, complete
    changed, sentence = _ON_ONE_TICKET[order.name](outcomes[number], order, place)
    return {**outcomes, number: changed}, sentence, True


def _place(order: Instruction, scene: Scene) -> Place:
    number = scene.here if order.ticket is None else order.ticket
    if not number:
        raise RefusedError("this mail is about no ticket; begin the line with its number")
    case = scene.orders.cases.get(number)
    if case is None:
        raise RefusedError(f"there is no ticket #{number}")
    return place_of(scene, case)


def _away(outcomes: Outcomes, order: Instruction, scene: Scene) -> tuple[Outcomes, str, bool]:
    """Obey ``#away``: from now until then nothing is due to this operator."""
    now, spans = scene.around.now, scene.orders.away
    if order.until is not None:
        changed, said = (
            leave(spans, now, order.until),
            f"{order.until.astimezone(ZoneInfo(scene.zone)):%Y-%m-%d %H:%M}",
        )
        said = f"you are away until {said}"
    elif away_until(spans, now) is None:
        raise RefusedError("you are not away")
    else:
        changed, said = come_back(spans, now), "welcome back"
    outcome = replace(outcomes[scene.here], absence=Absence(scene.operator, changed))
    until = order.until.isoformat() if order.until else None
    return {**outcomes, scene.here: outcome.with_event("away", scene.operator, until=until)}, said, True
