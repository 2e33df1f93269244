"""The operator's reply: commands obeyed one by one, his words relayed, and a result mail only when he must know."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from inboxd.core.assign import choose_operator
from inboxd.core.commands import Command, CommandBlock, CommandName
from inboxd.core.compose import Kind
from inboxd.core.decision import Decision
from inboxd.core.facts import Facts
from inboxd.core.instructions import CommandProblem, Instruction, interpret
from inboxd.core.outcome import Learnt, Letter, Outcome, change_status, require_ticket
from inboxd.core.rule_actions import Surroundings, act_all, notify
from inboxd.core.states import IllegalTransition, TicketEvent
from inboxd.core.ticket import Message, Ticket
from inboxd.errors import InboxdError

_STATUS = {
    CommandName.OPEN: TicketEvent.SET_OPEN,
    CommandName.PENDING: TicketEvent.SET_PENDING,
    CommandName.SOLVED: TicketEvent.SET_SOLVED,
    CommandName.SPAM: TicketEvent.MARKED_SPAM,
}
# What decides the status by itself; without one of these a reply waits for the customer.
_DECIDES_STATUS = frozenset({*_STATUS, CommandName.SNOOZE})
_SENDS_RESULT = frozenset({CommandName.WHO, CommandName.HELP})

CommandResult = tuple[str, bool, str]


class RefusedError(InboxdError):
    """A command that cannot be obeyed; the message is the sentence for the result mail."""


@dataclass(frozen=True, slots=True)
class Obeyed:
    """The outcome after some commands, and what to tell the operator about each: (line, done, sentence)."""

    outcome: Outcome
    results: tuple[CommandResult, ...] = ()


def work_out_operator(
    facts: Facts,
    decision: Decision,
    ticket: Ticket | None,
    around: Surroundings,
    zone: str,
    elsewhere: tuple[CommandResult, ...] = (),
) -> Outcome:
    """Return what follows from a proven operator's mail; ``elsewhere`` is what became of commands on other tickets."""
    block = facts.commands or CommandBlock((), (), facts.written.new_text)
    operator = facts.mail.from_.key
    before = Outcome(ticket=ticket)
    obeyed = Obeyed(before, elsewhere)
    mine = tuple(
        one for one in block.commands if one.ticket is None or (ticket and one.ticket == ticket.number)
    )
    if ticket is None:
        obeyed = replace(obeyed, results=(*elsewhere, *(_nowhere(one) for one in mine)))
    else:
        obeyed = obey_all(before, mine, operator, facts, around, zone, elsewhere)
    outcome = before if block.dry_run else obeyed.outcome
    if ticket is not None and block.may_relay:
        outcome = _relay(outcome, block, facts, around)
    if ticket is not None and not block.dry_run:
        outcome = act_all(outcome, decision.actions, around)
    return _with_result(outcome, block, obeyed.results, operator, around)


def obey_all(
    outcome: Outcome,
    commands: tuple[Command, ...],
    operator: str,
    facts: Facts,
    around: Surroundings,
    zone: str,
    results: tuple[CommandResult, ...] = (),
) -> Obeyed:
    """Return the outcome after the commands on one ticket; one that fails changes nothing and says why."""
    for command in commands:
        instruction = interpret(command, around.now, ZoneInfo(zone))
        if isinstance(instruction, CommandProblem):
            results = (*results, (str(command), False, instruction.sentence))
            continue
        try:
            outcome, sentence = _obey(outcome, instruction, operator, facts, around, zone)
        except (RefusedError, IllegalTransition) as error:
            results = (*results, (str(command), False, str(error)))
        else:
            results = (*results, (str(command), True, sentence))
    return Obeyed(outcome, results)


def _obey(  # noqa: C901, PLR0911, PLR0912  one case per command
    outcome: Outcome, order: Instruction, operator: str, facts: Facts, around: Surroundings, zone: str
) -> tuple[Outcome, str]:
    ticket = require_ticket(outcome)
    match order.name:
        case CommandName.OPEN | CommandName.PENDING | CommandName.SOLVED | CommandName.SPAM:
            changed = change_status(
                outcome, _STATUS[order.name], around.now, actor=operator, by=f"#{order.name}"
            )
            if order.name is CommandName.SPAM:
                changed = changed.with_ticket(tags=_added(ticket.tags, ("spam",)))
            return changed, f"#{ticket.number} is {require_ticket(changed).status}"
        case CommandName.NOTE:
            note = Message("note", "note", operator, "", around.now, order.text)
            return replace(outcome, messages=(*outcome.messages, note)), "noted"
        case CommandName.SNOOZE:
            return _snooze(outcome, order, operator, zone)
        case CommandName.PRIORITY:
            changed = outcome.with_ticket(priority=order.text).with_event("priority", operator, to=order.text)
            return changed, f"#{ticket.number} is {order.text} now"
        case CommandName.TAG:
            return outcome.with_ticket(
                tags=_added(ticket.tags, order.tags)
            ), f"tagged {', '.join(order.tags)}"
        case CommandName.UNTAG:
            kept = tuple(tag for tag in ticket.tags if tag not in order.tags)
            return outcome.with_ticket(tags=kept), f"no longer tagged {', '.join(order.tags)}"
        case CommandName.ASSIGN:
            return _assign(outcome, order.text, operator, around)
        case CommandName.KB:
            return _right_article(outcome, order.text, around)
        case CommandName.SEND:
            return _send(outcome, operator, around)
        case CommandName.WRONG:
            return _wrong(outcome, operator, around)
        case CommandName.FORWARD:
            return _forward(outcome, order.text, operator, around)
        case CommandName.WHO:
            return outcome, _who(facts)
        case CommandName.HELP:
            return outcome, "see below"
        case CommandName.MERGE | CommandName.SPLIT | CommandName.UNDO | CommandName.AWAY:
            raise RefusedError("this version of inboxd cannot do that yet")


def _snooze(outcome: Outcome, order: Instruction, operator: str, zone: str) -> tuple[Outcome, str]:
    if order.until is None:
        raise RefusedError("write until when")
    changed = outcome.with_ticket(snoozed_until=order.until)
    changed = changed.with_event("snoozed", operator, until=order.until.isoformat())
    return changed, f"asleep until {order.until.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def _assign(outcome: Outcome, name: str, operator: str, around: Surroundings) -> tuple[Outcome, str]:
    chosen = choose_operator(around.colleagues, name=name)
    if chosen is None:
        names = ", ".join(one.name for one in around.colleagues)
        raise RefusedError(f"nobody is called {name!r}; there is {names}")
    outcome = outcome.with_ticket(assignee=chosen.address).with_event("assigned", operator, to=chosen.address)
    if chosen.address != operator:
        outcome = notify(outcome, (chosen.name,), around, {"rule": "(handed over)"})
    return outcome, f"{chosen.name} has it now"


def _right_article(outcome: Outcome, slug: str, around: Surroundings) -> tuple[Outcome, str]:
    if slug not in around.articles:
        raise RefusedError(f"there is no article {slug!r}")
    learnt = Learnt(slug, around.question, "#kb")
    outcome = replace(outcome, learnt=(*outcome.learnt, learnt))
    return outcome.with_ticket(suggested_article=slug).with_event("kb", article=slug), f"{slug} answers this"


def _send(outcome: Outcome, operator: str, around: Surroundings) -> tuple[Outcome, str]:
    ticket = require_ticket(outcome)
    slug = ticket.suggested_article
    if not slug:
        raise RefusedError("there is no suggested answer; name one with #kb")
    letter = Letter(
        Kind.RELAY,
        "relay",
        (around.customer,),
        f"send:{around.key}",
        {"article": slug},
        article=slug,
        author=operator,
    )
    outcome = replace(
        outcome.with_letter(letter), learnt=(*outcome.learnt, Learnt(slug, around.question, "#send"))
    )
    return _answered(outcome, operator, around), f"sent {slug} to {around.customer}"


def _wrong(outcome: Outcome, operator: str, around: Surroundings) -> tuple[Outcome, str]:
    ticket = require_ticket(outcome)
    slug = ticket.automatic_article or ticket.suggested_article
    if not slug:
        raise RefusedError("no article was sent or suggested here")
    learnt = Learnt(slug, around.question, "#wrong", right=False)
    outcome = replace(outcome, learnt=(*outcome.learnt, learnt)).with_event("wrong", operator, article=slug)
    if ticket.answered_automatically:
        outcome = change_status(outcome, TicketEvent.SET_OPEN, around.now, actor=operator, by="#wrong")
    return outcome.with_ticket(
        suggested_article="", suggested_confidence=None
    ), f"{slug} does not answer this"


def _forward(outcome: Outcome, address: str, operator: str, around: Surroundings) -> tuple[Outcome, str]:
    key = f"forward:{around.key}:{address}"
    letter = Letter(Kind.NOTIFICATION, "relay", (address,), key, text=around.question, author=operator)
    return outcome.with_letter(letter).with_event(
        "forwarded", operator, to=[address]
    ), f"forwarded to {address}"


def _who(facts: Facts) -> str:
    customer = facts.customer
    score = "no survey yet" if customer.satisfaction is None else f"{customer.satisfaction:.1f} of 5"
    tags = ", ".join(customer.tags) or "no tags"
    return f"{customer.name} <{customer.address}>, {customer.tickets} tickets, {score}, {tags}"


def _relay(outcome: Outcome, block: CommandBlock, facts: Facts, around: Surroundings) -> Outcome:
    operator = facts.mail.from_.key
    letter = Letter(
        Kind.RELAY,
        "relay",
        (around.customer,),
        f"relay:{around.key}",
        {"relayed": operator},
        text=block.rest,
        author=operator,
        cc=around.copied,
        attachments=around.attachments,
    )
    outcome = outcome.with_letter(letter)
    if any(command.name in _DECIDES_STATUS for command in block.commands):
        return outcome
    return _answered(outcome, operator, around)


def _answered(outcome: Outcome, operator: str, around: Surroundings) -> Outcome:
    return change_status(
        outcome, TicketEvent.OPERATOR_REPLIED, around.now, actor=operator, by="operator replied"
    )


def _with_result(
    outcome: Outcome,
    block: CommandBlock,
    results: tuple[CommandResult, ...],
    operator: str,
    around: Surroundings,
) -> Outcome:
    asked = any(command.name in _SENDS_RESULT for command in block.commands)
    failed = any(not done for _, done, _ in results) or block.unknown or block.problems
    if not (asked or failed or block.dry_run):
        return outcome
    problems = tuple((line, False, "") for line in block.problems)
    letter = Letter(
        Kind.RESULT,
        "result",
        (operator,),
        f"result:{around.key}",
        commands=(*results, *problems),
        relayed_to=around.customer if block.may_relay else "",
        dry_run=block.dry_run,
        help=any(command.name is CommandName.HELP for command in block.commands),
    )
    return outcome.with_letter(letter)


def _nowhere(command: Command) -> CommandResult:
    return (str(command), False, "this mail is about no ticket; begin the line with its number")


def _added(tags: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*tags, *more)))
