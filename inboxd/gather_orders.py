"""Gather what an operator's commands need: every ticket they name, what can be taken back, what waits for a yes."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import Connection

from inboxd.core.commands import Command, CommandName
from inboxd.core.decision import Course, Decision, Suppression
from inboxd.core.evidence import referenced_ids
from inboxd.core.facts import Facts
from inboxd.core.instructions import Instruction, interpret
from inboxd.core.limits import History, Occasion, may_send
from inboxd.core.mail_kind import Kind
from inboxd.core.orders import NOTHING_WAITS, REMEMBERED, Commanded, Orders, Separable, TicketCase
from inboxd.core.participants import outgoing_cc
from inboxd.core.sla import SlaEvent, SlaEventKind
from inboxd.core.ticket import Message
from inboxd.core.undo import COMMANDED, UNDONE, read_commanded
from inboxd.desk import Desk
from inboxd.gather import Gathered
from inboxd.known_facts import customer_facts
from inboxd.store import absences, confirmations, customers, mails, outbox, sent_history, tickets
from inboxd.store.dossiers import Dossier, read_dossier
from inboxd.store.engine import read

_MAX_MERGES = 20

Dossiers = Mapping[int, Dossier]


def read_orders(desk: Desk, gathered: Gathered, decision: Decision) -> tuple[Orders, Dossiers]:
    """Return the orders of an operator's mail, and the dossiers of all tickets they touch, by ticket number.

    For every other mail both are empty; so for one from an archive, whose commands were meant for another day.
    """
    facts, block = gathered.facts, gathered.facts.commands
    if decision.course is Course.FORWARDED and facts.forwarded is not None:
        return Orders(operator=desk.operator_main_address(facts.forwarded.by)), {}
    if decision.course is not Course.OPERATOR or block is None or facts.imported:
        return Orders(), {}
    operator = desk.operator_main_address(facts.mail.from_.key)
    fresh = tuple(one for one in block.commands if one.name is not CommandName.YES)
    asked = len(fresh) < len(block.commands)
    with read(desk.engine) as connection:
        answered = _answered(desk, facts)
        confirmed = _confirmed(connection, answered, operator, facts.accepted_at) if asked else ()
        own = [gathered.dossier] if gathered.dossier.ticket else []
        dossiers = _dossiers(connection, _named((*fresh, *confirmed), facts.now), own)
        cases = {
            number: _case(desk, connection, dossier, facts, operator) for number, dossier in dossiers.items()
        }
        parted = _separable(connection, gathered, answered)
        away = absences.load(connection, operator)
        muted = _muted(desk, connection, gathered)
        dossiers |= _parted_dossier(connection, parted, gathered.next_number)
    cases = {
        number: replace(case, separable=parted) if gathered.dossier.ticket == case.ticket else case
        for number, case in cases.items()
    }
    orders = Orders(
        operator=operator,
        fresh=fresh,
        confirmed=confirmed,
        settles=answered if confirmed else None,
        refusal=NOTHING_WAITS if asked and not confirmed else "",
        cases=cases,
        away=away,
        next_number=gathered.next_number,
        muted=muted,
    )
    return orders, dossiers


def _muted(desk: Desk, connection: Connection, gathered: Gathered) -> Suppression | None:
    """Return why this mail gets no result mail: it is old or imported, or too many went to this address already."""
    facts = gathered.facts
    since = facts.now - max(window.span for window in desk.config.limits.per_recipient)
    times = sent_history.kind_times(connection, facts.mail.from_.key, Kind.RESULT.value, since)
    occasion = Occasion(
        Kind.RESULT,
        automatic=facts.automatic,
        answered_at=gathered.stored.arrived_at,
        imported=facts.imported,
    )
    no = may_send(desk.config.limits, occasion, History(to_recipient=times), facts.now)
    return Suppression("result", no.reason.value, no.sentence) if no else None


def _answered(desk: Desk, facts: Facts) -> int | None:
    """Return which of our mails, sent to him alone, this one answers: its signed id is the nearest reference."""
    for message_id in referenced_ids(facts.mail):
        token = desk.tokens.read_message_id(message_id, desk.operators)
        if token is not None and token.outbox:
            return token.outbox if token.operator == facts.mail.from_.key else None
    return None


def _confirmed(
    connection: Connection, answered: int | None, operator: str, now: dt.datetime
) -> tuple[Command, ...]:
    return confirmations.waiting(connection, answered, operator, now) if answered is not None else ()


def _named(commands: Iterable[Command], now: dt.datetime) -> tuple[int, ...]:
    """Return the numbers of the tickets that commands name, as their place or as where to merge."""
    found: dict[int, None] = {}
    for command in commands:
        if command.ticket is not None:
            found[command.ticket] = None
        order = interpret(command, now, dt.UTC) if command.name is CommandName.MERGE else None
        if isinstance(order, Instruction) and order.number is not None:
            found[order.number] = None
    return tuple(found)


def _dossiers(connection: Connection, numbers: Iterable[int], own: list[Dossier]) -> dict[int, Dossier]:
    """Return the dossiers by every number that leads to them: its own, and those of tickets merged into it."""
    known = {one.ticket.number: one for one in own if one.ticket is not None}
    for number in numbers:
        target = number
        for _ in range(_MAX_MERGES):
            dossier = known.get(target) or read_dossier(connection, target)
            if dossier is None or dossier.ticket is None:
                break
            known[target] = dossier
            if dossier.ticket.merged_into is None:
                known[number] = dossier
                break
            target = dossier.ticket.merged_into
    return known


def _case(desk: Desk, connection: Connection, dossier: Dossier, facts: Facts, operator: str) -> TicketCase:
    ticket = dossier.ticket
    if ticket is None:
        raise ValueError("this dossier has no ticket")
    joined = facts.threading.ticket == ticket.number
    first = next((one.text for one in dossier.messages if one.direction == "in"), "")
    return TicketCase(
        ticket=ticket,
        customer=customer_facts(desk, dossier, facts.now, dossier.customer_address),
        answer_to=dossier.answer_address,
        question=first,
        copied=outgoing_cc(
            dossier.copied, dossier.customer_address, desk.config.own_addresses, desk.operators
        ),
        others=_others(desk, dossier),
        covered=joined or (facts.proof is not None and facts.proof.covers(ticket.number)),
        commanded=_commanded(connection, ticket.number, operator, facts.accepted_at),
    )


def _others(desk: Desk, dossier: Dossier) -> tuple[str, ...]:
    known = {*desk.operators, *(dossier.customer.addresses if dossier.customer else ())}
    own = desk.config.own_addresses
    found = (one.address for one in dossier.participants)
    return tuple(one for one in found if one not in known and one not in own)


def _commanded(connection: Connection, number: int, operator: str, now: dt.datetime) -> Commanded | None:
    """Return the last command mail of this operator on the ticket that is neither too old nor taken back."""
    events = tickets.list_events(
        connection, ticket_number=number, kinds=(COMMANDED, UNDONE), since=now - REMEMBERED
    )
    mine = [one for one in events if one.actor == operator]
    undone = {one.detail.get("mail") for one in mine if one.kind == UNDONE}
    last = [one for one in mine if one.kind == COMMANDED and one.mail_id not in undone]
    return read_commanded(last[-1].mail_id or 0, last[-1].detail) if last else None


def _separable(connection: Connection, gathered: Gathered, answered: int | None) -> Separable | None:
    """Return the customer's mail that our mail to the operator told of, else the last one; None if it is the only one."""
    incoming = [one for one in gathered.dossier.messages if one.direction == "in" and one.mail_id is not None]
    if len(incoming) < 2:  # noqa: PLR2004  the one that goes and the one that stays
        return None
    sent = outbox.find(connection, answered) if answered is not None else None
    told = [one for one in incoming if sent is not None and one.mail_id == sent.mail_id]
    message = (told or incoming)[-1]
    if message.mail_id is None:
        return None
    stored = mails.find(connection, message.mail_id)
    customer = customers.find_by_address(connection, message.author)
    return Separable(
        message,
        message.mail_id,
        stored.subject if stored else "",
        customer.customer_id if customer else None,
    )


def _parted_dossier(connection: Connection, parted: Separable | None, number: int) -> dict[int, Dossier]:
    """Return what the ticket would begin with that the mail is parted into."""
    if parted is None:
        return {}
    message: Message = parted.message
    customer = customers.find_by_address(connection, message.author)
    asked = SlaEvent(message.at, SlaEventKind.ASKED)
    return {number: Dossier(None, customer, (message,), (), (asked,))}
