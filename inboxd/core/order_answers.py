"""The commands about answers: which article is right, sending it, sending the question on, who asks."""

from dataclasses import replace

from inboxd.core.instructions import Instruction
from inboxd.core.mail_kind import Kind
from inboxd.core.order_scene import Place
from inboxd.core.orders import RefusedError
from inboxd.core.outcome import Learnt, Letter, Outcome, change_status, require_ticket
from inboxd.core.states import TicketEvent


def right_article(outcome: Outcome, order: Instruction, place: Place) -> tuple[Outcome, str]:
    """Obey ``#kb``: this article answers the question; ``#send`` sends it."""
    slug = order.text
    if slug not in place.around.articles:
        raise RefusedError(f"there is no article {slug!r}")
    learnt = Learnt(slug, place.around.question, "#kb")
    outcome = replace(outcome, learnt=(*outcome.learnt, learnt))
    outcome = outcome.with_ticket(suggested_article=slug, suggested_confidence=None)
    return outcome.with_event("kb", place.operator, article=slug), f"{slug} answers this"


def send(outcome: Outcome, _order: Instruction, place: Place) -> tuple[Outcome, str]:
    """Obey ``#send``: the suggested article goes to the customer in the operator's name."""
    slug, around = require_ticket(outcome).suggested_article, place.around
    if not slug:
        raise RefusedError("there is no suggested answer; name one with #kb")
    if not around.customer:
        raise RefusedError("whoever asked left no address to send it to")
    letter = Letter(
        Kind.RELAY,
        "relay",
        (around.customer,),
        f"send:{around.key}",
        {"article": slug},
        article=slug,
        author=place.operator,
    )
    learnt = Learnt(slug, around.question, "#send")
    outcome = replace(outcome.with_letter(letter), learnt=(*outcome.learnt, learnt))
    return answered(outcome, place), f"sent {slug} to {around.customer}"


def wrong(outcome: Outcome, _order: Instruction, place: Place) -> tuple[Outcome, str]:
    """Obey ``#wrong``: the article that was sent or suggested does not answer this; an answered ticket opens again."""
    ticket = require_ticket(outcome)
    slug = ticket.automatic_article or ticket.suggested_article
    if not slug:
        raise RefusedError("no article was sent or suggested here")
    learnt = Learnt(slug, place.around.question, "#wrong", right=False)
    outcome = replace(outcome, learnt=(*outcome.learnt, learnt))
    outcome = outcome.with_event("wrong", place.operator, article=slug)
    if ticket.answered_automatically:
        outcome = change_status(
            outcome, TicketEvent.SET_OPEN, place.around.now, actor=place.operator, by="#wrong"
        )
    changed = outcome.with_ticket(suggested_article="", suggested_confidence=None)
    return changed, f"{slug} does not answer this"


def forward(outcome: Outcome, order: Instruction, place: Place) -> tuple[Outcome, str]:
    """Obey ``#forward``: somebody outside gets the customer's question."""
    address, around = order.text, place.around
    key = f"forward:{around.key}:{address}"
    letter = Letter(Kind.NOTIFICATION, "relay", (address,), key, text=around.question, author=place.operator)
    outcome = outcome.with_letter(letter).with_event("forwarded", place.operator, to=[address])
    return outcome, f"forwarded to {address}"


def who(outcome: Outcome, _order: Instruction, place: Place) -> tuple[Outcome, str]:
    """Obey ``#who``: the sentence says what is known about the customer."""
    customer = place.case.customer
    score = "no survey yet" if customer.satisfaction is None else f"{customer.satisfaction:.1f} of 5"
    tags = ", ".join(customer.tags) or "no tags"
    known = ((name.replace("_", " "), value) for name, value in sorted(customer.fields.items()))
    listed = [customer.organisation, *(f"{name}: {value}" for name, value in known), customer.note]
    tickets = "1 ticket" if customer.tickets == 1 else f"{customer.tickets} tickets"
    others = [one for one in customer.addresses if one != customer.address]
    also = [f"also {' and '.join(others)}"] if others else []
    told = (*also, tickets, score, tags, *filter(None, listed))
    return outcome, f"{customer.name} <{customer.address}>, {', '.join(told)}"


def answered(outcome: Outcome, place: Place) -> Outcome:
    """Return the outcome after the operator wrote to the customer: the ticket waits for him."""
    return change_status(
        outcome,
        TicketEvent.OPERATOR_REPLIED,
        place.around.now,
        actor=place.operator,
        by="operator replied",
    )
