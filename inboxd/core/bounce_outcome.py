"""A bounce: the customer did not get the answer, so the ticket is not answered, and a person must know why."""

from dataclasses import dataclass, replace

from inboxd.core.dsn_status import is_dead_address
from inboxd.core.facts import Facts
from inboxd.core.mail import Dsn
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Letter, Outcome, change_status
from inboxd.core.rule_actions import Surroundings, notify
from inboxd.core.states import TicketEvent
from inboxd.core.ticket import Message, Ticket

# What un-answers a ticket when it does not arrive; an acknowledgement or a survey promised nothing.
_ANSWERS = frozenset({Kind.ANSWER.value, Kind.RELAY.value})


@dataclass(frozen=True, slots=True)
class Returned:
    """The mail of ours that came back."""

    outbox_id: int
    kind: str
    message_id: str
    recipients: tuple[str, ...]


def work_out_bounce(
    facts: Facts, ticket: Ticket | None, returned: Returned | None, around: Surroundings
) -> Outcome:
    """Return what follows from a report on the delivery of another mail (RFC 3464)."""
    failed = tuple(dsn for dsn in facts.bounce.recipients if dsn.permanent or dsn.action == "failed")
    outcome = Outcome(ticket=ticket).with_event(
        "bounce",
        facts.mail.from_.key,
        recipients=[dsn.final_recipient for dsn in facts.bounce.recipients],
        permanent=any(dsn.permanent for dsn in failed),
        outbox_id=returned.outbox_id if returned else None,
    )
    if ticket is not None:
        outcome = _on_ticket(outcome, facts, around)
    if not failed or returned is None:
        return outcome
    outcome = replace(outcome, undeliverable=_dead_addresses(failed, returned))
    if ticket is None or returned.kind not in _ANSWERS:
        return outcome
    outcome = outcome.with_event("undelivered", message_id=returned.message_id)
    outcome = change_status(
        outcome, TicketEvent.ANSWER_BOUNCED, facts.now, actor="bounce", by="answer bounced"
    )
    outcome = outcome.with_ticket(
        first_response_at=None, waiting_since=ticket.created_at, answered_automatically=False
    )
    return _tell(outcome, failed, around)


def _dead_addresses(failed: tuple[Dsn, ...], returned: Returned) -> tuple[tuple[str, str], ...]:
    """Return the addresses to mute. Only those we wrote to can be muted by a bounce, whatever else the report names."""
    ours = tuple(address.lower() for address in returned.recipients)
    found: list[tuple[str, str]] = []
    for dsn in failed:
        # A report that names nobody speaks of the only one the mail went to.
        address = dsn.final_recipient.lower() or (ours[0] if len(ours) == 1 else "")
        if address in ours and is_dead_address(dsn):
            found.append((address, in_plain_words(dsn)))
    return tuple(found)


def in_plain_words(dsn: Dsn) -> str:
    """Return a sentence a person understands about why a mail did not arrive, or not yet."""
    detail = f" ({dsn.diagnostic_code[:200]})" if dsn.diagnostic_code else ""
    if not dsn.permanent:
        return f"{dsn.final_recipient}: not delivered yet, his server is still trying{detail}"
    reasons = {
        "5.1.1": "this address does not exist",
        "5.1.2": "the domain of this address does not exist",
        "5.1.10": "this address does not exist",
        "5.2.1": "this mailbox is switched off",
        "5.4.1": "nobody at this domain takes mail for this address",
        "5.4.4": "the domain of this address takes no mail",
    }
    reason = reasons.get(dsn.status, "the mail was refused for good")
    return f"{dsn.final_recipient}: {reason}{detail}"


def _on_ticket(outcome: Outcome, facts: Facts, around: Surroundings) -> Outcome:
    text = "\n".join(in_plain_words(dsn) for dsn in facts.bounce.recipients) or facts.mail.subject
    message = Message(
        "note",
        "bounce",
        facts.mail.from_.key,
        "",
        facts.accepted_at,
        text,
        facts.mail.message_id,
        "",
        around.mail_id,
    )
    return replace(outcome, messages=(*outcome.messages, message))


def _tell(outcome: Outcome, failed: tuple[Dsn, ...], around: Surroundings) -> Outcome:
    sentence = "; ".join(in_plain_words(dsn) for dsn in failed)
    told = notify(outcome, (), around, {})
    letters = tuple(
        replace(letter, kind=Kind.ALARM, template="alarm", event="not_delivered", text=sentence)
        if isinstance(letter, Letter) and letter.kind is Kind.NOTIFICATION
        else letter
        for letter in told.letters
    )
    return replace(told, letters=letters)
