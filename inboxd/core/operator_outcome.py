"""The operator's mail: commands obeyed or asked back, his words relayed, a result mail only when he must know."""

from dataclasses import dataclass, replace

from inboxd.core.commands import Command, CommandBlock, CommandName
from inboxd.core.confirmation import asks_back, with_tickets
from inboxd.core.decision import Decision
from inboxd.core.evidence import message_id_key
from inboxd.core.facts import Facts
from inboxd.core.mail_kind import Kind
from inboxd.core.obey import Obeyed, obey_all
from inboxd.core.order_answers import answered
from inboxd.core.order_regroup import Outcomes, parted_case
from inboxd.core.order_scene import Place, Scene, place_of
from inboxd.core.orders import CommandResult, Orders, TicketCase
from inboxd.core.outcome import Letter, Outcome, Pending, require_ticket
from inboxd.core.relay import Relayed
from inboxd.core.rule_actions import Surroundings, act_all
from inboxd.core.ticket import Message, Reference, Ticket
from inboxd.core.undo import remember

# What decides the status by itself; without one of these a reply waits for the customer.
_DECIDES_STATUS = frozenset(
    {
        CommandName.OPEN,
        CommandName.PENDING,
        CommandName.SOLVED,
        CommandName.SPAM,
        CommandName.SNOOZE,
        CommandName.UNDO,
    }
)
# These ask for a result mail. After #split it is the mail by which he can answer on the new ticket.
_SENDS_RESULT = frozenset({CommandName.WHO, CommandName.HELP, CommandName.SPLIT})
_NO_TICKET = ("your words", False, "this mail is about no ticket, so they went nowhere")
_FORWARDED = (
    "your words",
    False,
    "you forwarded a mail of the desk's: they are kept as a note and went to nobody",
)
_NO_ADDRESS = ("your words", False, "whoever asked left no address, so they went nowhere")


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of the commands: done, or (``waiting``) to be done after a ``#yes``."""

    obeyed: Obeyed
    waiting: tuple[Command, ...] = ()
    settles: int | None = None


def work_out_operator(
    facts: Facts,
    decision: Decision,
    ticket: Ticket | None,
    around: Surroundings,
    zone: str,
    orders: Orders | None = None,
) -> Outcome:
    """Return what follows from a proven operator's mail; what it does on other tickets stands in ``others``."""
    block = facts.commands or CommandBlock((), (), facts.written.new_text)
    aside, block = (block.rest, replace(block, rest="")) if facts.forwards_own else ("", block)
    here = ticket.number if ticket else 0
    orders = _with_here(orders or Orders(fresh=block.commands), ticket, facts, around)
    scene = Scene(facts.mail.from_.key, zone, here, around, orders)
    done = _follow(Obeyed({here: Outcome(ticket=ticket)}), block, scene)
    outcomes, results = done.obeyed.outcomes, done.obeyed.results
    answering = _answering(outcomes, scene)
    shown_on = answering.case.ticket.number if answering else 0
    obeyed = (*orders.confirmed, *(() if done.waiting else orders.fresh))
    if answering is not None and _goes_on(block, facts) and answering.around.customer:
        outcomes = {**outcomes, shown_on: _relay(outcomes[shown_on], block.rest, facts, answering, obeyed)}
    elif block.rest and not block.dry_run and (answering is None or not answering.around.customer):
        results = (*results, _NO_ADDRESS if answering else _NO_TICKET)
    if aside and answering is not None and not block.dry_run:
        outcomes = {**outcomes, shown_on: _noted(outcomes[shown_on], aside, scene)}
        results = (*results, _FORWARDED)
    if ticket is not None and not block.dry_run:
        outcomes = {**outcomes, here: act_all(_with_mail(outcomes[here], facts), decision.actions, around)}
    if not block.dry_run:
        outcomes = _remembered(outcomes, obeyed, scene)
    result = _result(block, (*results, *_unread(block)), done, answering, scene)
    return _as_one(outcomes, done, result, shown_on, scene)


def _with_here(orders: Orders, ticket: Ticket | None, facts: Facts, around: Surroundings) -> Orders:
    """Return the orders with the ticket the mail answers among the cases: the mail joined it, so it is covered."""
    if ticket is None or ticket.number in orders.cases:
        return orders
    case = TicketCase(ticket, facts.customer, around.customer, around.question, around.copied)
    return replace(orders, cases={**orders.cases, ticket.number: case})


def _follow(before: Obeyed, block: CommandBlock, scene: Scene) -> _Done:
    """Obey what may be obeyed now; of the rest find out what would work, and keep that waiting."""
    orders = scene.orders
    if orders.refusal:
        before = Obeyed(before.outcomes, ((f"#{CommandName.YES}", False, orders.refusal),))
    if block.dry_run:
        everything = obey_all(before, (*orders.confirmed, *orders.fresh), scene)
        return _Done(Obeyed(before.outcomes, everything.results))
    obeyed = obey_all(before, orders.confirmed, scene)
    if not asks_back(orders.fresh, scene.here, orders.cases):
        return _Done(obey_all(obeyed, orders.fresh, scene), settles=orders.settles)
    tried = obey_all(Obeyed(obeyed.outcomes), orders.fresh, scene).results
    would_do = tuple(one for one, result in zip(orders.fresh, tried, strict=True) if result[1])
    if not would_do:
        return _Done(Obeyed(obeyed.outcomes, (*obeyed.results, *tried)), (), orders.settles)
    # What the lines say is what would be; what is done already must not stand between them.
    failed = tuple(result for result in obeyed.results if not result[1])
    return _Done(
        Obeyed(obeyed.outcomes, (*failed, *tried)), with_tickets(would_do, scene.here), orders.settles
    )


def _answering(outcomes: Outcomes, scene: Scene) -> Place | None:
    """Return the ticket his words belong to: the one he answers, or the one he has just made of that mail."""
    case = scene.orders.cases.get(scene.here)
    if case is None:
        return None
    parted = parted_case(outcomes.get(scene.orders.next_number, Outcome()), case)
    return place_of(scene, parted or case)


def _goes_on(block: CommandBlock, facts: Facts) -> bool:
    """Return True when there is something for the customer: words, or files in a mail that says nothing at all."""
    silent = not (block.commands or block.unknown or block.problems or block.rest or facts.forwards_own)
    return block.may_relay or (silent and facts.relayed is not None and bool(facts.relayed.attachments))


def _relay(outcome: Outcome, words: str, facts: Facts, place: Place, obeyed: tuple[Command, ...]) -> Outcome:
    around = place.around
    has_it = around.customer.lower() in {one.key for one in (*facts.mail.to, *facts.mail.cc)}
    # What he wrote to the customer himself, with a copy to the desk, is the answer and is not sent again.
    passed_on = _sent_himself if has_it else _passed_on
    outcome = passed_on(outcome, words, facts, around)
    here = {None, place.scene.here}
    if any(one.name in _DECIDES_STATUS and one.ticket in here for one in obeyed):
        return outcome
    return answered(outcome, place)


def _sent_himself(outcome: Outcome, words: str, facts: Facts, around: Surroundings) -> Outcome:
    mail, ticket = facts.mail, require_ticket(outcome)
    author = mail.from_.key
    line = Message(
        "out", Kind.RELAY.value, author, "", around.now, words, mail.message_id, mail.text, around.mail_id
    )
    outcome = replace(outcome, messages=(*outcome.messages, line)).with_ticket(
        first_response_at=ticket.first_response_at or around.now, waiting_since=None
    )
    return outcome.with_event(
        "answered", author, automatic=False, by="his own mail", message_id=mail.message_id
    )


def _passed_on(outcome: Outcome, words: str, facts: Facts, around: Surroundings) -> Outcome:
    relayed = facts.relayed or Relayed()
    letter = Letter(
        Kind.RELAY,
        "relay",
        (around.customer,),
        f"relay:{around.key}",
        {"relayed": facts.mail.from_.key},
        text=words,
        html=relayed.html,
        author=facts.mail.from_.key,
        cc=around.copied,
        attachments=relayed.attachments,
    )
    return outcome.with_letter(letter)


def _noted(outcome: Outcome, words: str, scene: Scene) -> Outcome:
    note = Message("note", "note", scene.author, "", scene.around.now, words)
    return replace(outcome, messages=(*outcome.messages, note))


def _with_mail(outcome: Outcome, facts: Facts) -> Outcome:
    """Let the id of his mail lead to the ticket: he, or a colleague, may write again in answer to it."""
    key = message_id_key(facts.mail.message_id)
    return replace(outcome, references=(Reference(key, "seen"),)) if key else outcome


def _remembered(outcomes: Outcomes, obeyed: tuple[Command, ...], scene: Scene) -> Outcomes:
    """Keep what ``#undo`` needs on every ticket that was commanded; an undo itself is not undone."""
    cases = {case.ticket.number: case for case in scene.orders.cases.values()}
    answers_only = all(one.ticket not in {None, scene.here} for one in obeyed)
    return {
        number: outcome
        if number not in cases or outcome.withdrawals or (number == scene.here and answers_only)
        else remember(cases[number].ticket, outcome, scene.operator, scene.author, scene.around.now)
        for number, outcome in outcomes.items()
    }


def _result(
    block: CommandBlock,
    results: tuple[CommandResult, ...],
    done: _Done,
    answering: Place | None,
    scene: Scene,
) -> Letter | None:
    """Return the result mail, or None when there is nothing he does not know."""
    asked = any(one.name in _SENDS_RESULT for one in (*scene.orders.fresh, *scene.orders.confirmed))
    failed = not all(complete for _, complete, _ in results)
    if not (asked or failed or block.dry_run or done.waiting):
        return None
    relays = bool(block.rest) and not block.unknown and not block.problems
    return Letter(
        Kind.RESULT,
        "result",
        (scene.author,),
        f"result:{scene.around.key}",
        commands=results,
        relayed_to=answering.around.customer if answering is not None and relays else "",
        dry_run=block.dry_run,
        asks_back=bool(done.waiting),
        withheld=bool(block.rest) and not (relays or block.dry_run),
        help=any(command.name is CommandName.HELP for command in block.commands),
    )


def _unread(block: CommandBlock) -> tuple[CommandResult, ...]:
    return tuple((line, False, "") for line in block.problems)


def _as_one(outcomes: Outcomes, done: _Done, result: Letter | None, shown_on: int, scene: Scene) -> Outcome:
    """Return the outcome of the ticket the mail answers, the others beside it, the result mail where it belongs."""
    muted = scene.orders.muted
    if result is not None and muted is not None:
        why = {"template": muted.template, "limit": muted.limit, "why": muted.sentence}
        outcomes = {**outcomes, shown_on: outcomes[shown_on].with_event("suppressed", **why)}
    elif result is not None:
        outcomes = {**outcomes, shown_on: outcomes[shown_on].with_letter(result)}
    pending = Pending(result.once_key, scene.operator, done.waiting) if result and done.waiting else None
    others = tuple(outcome for number, outcome in outcomes.items() if number != scene.here)
    return replace(outcomes[scene.here], others=others, pending=pending, settles=done.settles)
