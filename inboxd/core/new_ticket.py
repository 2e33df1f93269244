"""The ticket a new question becomes, before any rule has its say."""

from typing import Any

from inboxd.core.evidence import conversation_root
from inboxd.core.facts import Facts
from inboxd.core.outcome import Outcome
from inboxd.core.reply_headers import base_subject, outlook_thread
from inboxd.core.states import TicketStatus
from inboxd.core.ticket import Ticket


def new_ticket(facts: Facts, number: int) -> Ticket:
    """Return the ticket of a mail under the number reserved for it, with category and priority as assessed."""
    mail = facts.mail
    return Ticket(
        number=number,
        # A reply to a closed ticket still carries its tag, by which the next reply would find the wrong one.
        subject=base_subject(base_subject(mail.subject, facts.threading.linked or 0), number),
        customer_id=facts.customer.customer_id or 0,
        created_at=facts.accepted_at,
        updated_at=facts.now,
        status=TicketStatus.NEW.value,
        **_assessed(facts),
        language=facts.customer.language or facts.language,
        waiting_since=facts.accepted_at,
        linked_to=facts.threading.linked,
        conversation=conversation_root(mail.header("Thread-Index")),
        thread_index=dict(outlook_thread(mail)).get("Thread-Index", ""),
    )


def with_suggestion(outcome: Outcome, facts: Facts) -> Outcome:
    """Return the ticket with the best article found for its mail noted; unchanged when there is none."""
    best = facts.kb[0] if isinstance(facts.kb, tuple) and facts.kb else None
    if best is None:
        return outcome
    return outcome.with_ticket(suggested_article=best.article, suggested_confidence=best.confidence)


def _assessed(facts: Facts) -> dict[str, Any]:
    """Return category and priority of a new ticket; rules come after it and may say otherwise."""
    category = facts.category.name if facts.category else ""
    if facts.assessment is None:
        return {"category": category}
    score = round(facts.assessment.score, 4)
    return {"category": category, "priority": facts.assessment.priority.value, "priority_score": score}
