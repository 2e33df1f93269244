"""What an operator wrote above a mail he forwards to the desk: commands on its ticket, and a note."""

from dataclasses import replace

from inboxd.core.commands import CommandBlock
from inboxd.core.confirmation import asks_back
from inboxd.core.evidence import message_id_key
from inboxd.core.facts import Facts
from inboxd.core.mail_kind import Kind
from inboxd.core.obey import Obeyed, obey_all
from inboxd.core.order_scene import Scene
from inboxd.core.orders import CommandResult, Orders, TicketCase
from inboxd.core.outcome import Letter, Outcome, require_ticket
from inboxd.core.rule_actions import Surroundings
from inboxd.core.ticket import Message, Reference

_LATER = "answer on the ticket to do that; a forwarded mail only takes commands about itself"


def with_forwarder(
    outcome: Outcome, facts: Facts, around: Surroundings, zone: str, orders: Orders
) -> Outcome:
    """Return the outcome of a forwarded mail with what its operator wrote above it done and noted."""
    forwarded = facts.forwarded
    if forwarded is None:
        return outcome
    block = facts.commands or CommandBlock((), (), forwarded.own_text)
    outcome, results = _obeyed(outcome, block, facts, around, zone, orders)
    if block.rest:
        note = Message("note", "note", forwarded.by, "", around.now, block.rest)
        outcome = replace(outcome, messages=(*outcome.messages, note))
    key = message_id_key(forwarded.carrier_id)
    if key:
        # His own copy, in his Sent folder: whoever answers that means this ticket.
        outcome = replace(outcome, references=(*outcome.references, Reference(key, "seen")))
    if not block.dry_run and all(done for _, done, _ in results):
        return outcome
    return outcome.with_letter(_result(results, block, forwarded.by, around))


def _obeyed(
    outcome: Outcome,
    block: CommandBlock,
    facts: Facts,
    around: Surroundings,
    zone: str,
    orders: Orders,
) -> tuple[Outcome, tuple[CommandResult, ...]]:
    """Obey what stands above the mail, as far as the operator is proven and it is about this ticket alone."""
    problems = tuple((line, False, "") for line in block.problems)
    if facts.imported or not (facts.operator_proven and facts.forwarded and block.commands):
        return outcome, problems
    ticket = require_ticket(outcome)
    case = TicketCase(ticket, facts.customer, around.customer, around.question)
    cases = {**orders.cases, ticket.number: case}
    if asks_back(block.commands, ticket.number, cases):
        return outcome, (*problems, *((str(one), False, _LATER) for one in block.commands))
    scene = Scene(
        facts.forwarded.by, zone, ticket.number, around, replace(orders, cases=cases, next_number=0)
    )
    obeyed = obey_all(Obeyed({ticket.number: outcome}), block.commands, scene)
    done = outcome if block.dry_run else obeyed.outcomes[ticket.number]
    return done, (*obeyed.results, *problems)


def _result(
    results: tuple[CommandResult, ...], block: CommandBlock, operator: str, around: Surroundings
) -> Letter:
    return Letter(
        Kind.RESULT,
        "result",
        (operator,),
        f"result:{around.key}",
        commands=results,
        dry_run=block.dry_run,
    )
