"""``#merge`` and ``#split``: two tickets become one, or one mail of a ticket becomes a ticket of its own."""

from collections.abc import Mapping
from dataclasses import replace

from inboxd.core.instructions import Instruction
from inboxd.core.order_scene import Place
from inboxd.core.orders import RefusedError, TicketCase
from inboxd.core.outcome import Moved, Outcome, change_status, require_ticket
from inboxd.core.reply_headers import base_subject
from inboxd.core.states import TicketEvent, TicketStatus, ticket_after
from inboxd.core.text_cut import cut
from inboxd.core.ticket import Participant, Ticket

# The outcomes of one mail so far, by ticket number.
Outcomes = Mapping[int, Outcome]

_WAITS = frozenset({TicketStatus.NEW.value, TicketStatus.OPEN.value})


def merge(outcomes: Outcomes, order: Instruction, place: Place) -> tuple[Outcomes, str, bool]:
    """Obey ``#merge``: this ticket becomes part of the one named. What still waits for an answer opens that one."""
    source = require_ticket(outcomes[place.case.ticket.number])
    case = place.scene.orders.cases.get(order.number or 0)
    if case is None:
        raise RefusedError(f"there is no ticket #{order.number}")
    if case.ticket.number == source.number:
        raise RefusedError(f"#{order.number} is this ticket")
    ticket_after(TicketStatus(source.status), TicketEvent.MERGED)
    target = outcomes.get(case.ticket.number, Outcome(ticket=case.ticket))
    target = replace(target, merges=(*target.merges, source.number))
    if source.status in _WAITS:
        target = _waiting(target, source, place)
    said = f"#{source.number} {_short(source)} is part of #{case.ticket.number} {_short(case.ticket)}"
    if case.ticket.customer_id != source.customer_id:
        target, also = _with_stranger(target, place.case)
        said += also
    return {**outcomes, case.ticket.number: target}, said, True


def split(outcomes: Outcomes, order: Instruction, place: Place) -> tuple[Outcomes, str, bool]:
    """Obey ``#split``: the customer's mail this one answers, or his last, becomes a ticket; the text is its subject."""
    number = place.scene.orders.next_number
    mail, old = place.case.separable, require_ticket(outcomes[place.case.ticket.number])
    if mail is None:
        raise RefusedError(f"#{old.number} has no second mail of a customer that could be parted from it")
    if number in outcomes:
        raise RefusedError("one mail can be parted at a time")
    ticket = Ticket(
        number=number,
        subject=base_subject(order.text or mail.subject or old.subject, old.number),
        customer_id=mail.customer_id or 0,
        created_at=mail.message.at,
        updated_at=place.around.now,
        assignee=old.assignee,
        language=old.language,
        waiting_since=mail.message.at,
        linked_to=old.number,
    )
    parted = Outcome(
        ticket=ticket,
        is_new=True,
        moved=(Moved(mail.mail_id, old.number),),
        participants=(Participant(mail.message.author, mail.message.author_name, "customer"),),
    ).with_event("split", place.operator, out_of=old.number)
    rest = outcomes[old.number].with_event("split", place.operator, into=number)
    return {**outcomes, old.number: rest, number: parted}, f"that mail is #{number} now", True


def parted_case(outcome: Outcome, case: TicketCase) -> TicketCase | None:
    """Return the new ticket that ``#split`` made of a mail of this one, as commands need it."""
    if outcome.ticket is None or case.separable is None:
        return None
    message = case.separable.message
    customer = replace(case.customer, address=message.author, name=message.author_name)
    return TicketCase(outcome.ticket, customer, message.answer_to or message.author, message.text)


def _waiting(target: Outcome, source: Ticket, place: Place) -> Outcome:
    ticket = require_ticket(target)
    # A customer's reply to a closed ticket opens a new one; an operator who merges wants it open all the same.
    event = TicketEvent.SET_OPEN if ticket.status == TicketStatus.CLOSED else TicketEvent.CUSTOMER_REPLIED
    target = change_status(target, event, place.around.now, actor=place.operator, by="#merge")
    waits = [one for one in (ticket.waiting_since, source.waiting_since) if one is not None]
    return target.with_ticket(waiting_since=min(waits, default=None))


def _with_stranger(target: Outcome, case: TicketCase) -> tuple[Outcome, str]:
    """Let the other customer follow: without a copy nobody would answer him any more."""
    person = Participant(case.customer.address, case.customer.name, "participant")
    joined = replace(target, participants=(*target.participants, person))
    return joined, f"; {case.customer.address} is somebody else and gets copies of its answers from now on"


def _short(ticket: Ticket) -> str:
    return f"“{cut(ticket.subject, 60)}”"
