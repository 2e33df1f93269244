"""Facts as rules see them: every field of a condition with its value, None or unknown."""

from inboxd.core.customer_listing import PLAN
from inboxd.core.facts import (
    UNKNOWN,
    CustomerFacts,
    Facts,
    FieldValue,
    KbMatch,
    TicketFacts,
    TimeFacts,
    Unknown,
)
from inboxd.core.mail import Mail
from inboxd.core.survey import survey_fields


def field_values(facts: Facts) -> dict[str, FieldValue]:
    """Return every rule field of DESIGN 4.3 by its dotted name; None where there is no such thing, UNKNOWN where not yet."""
    return {
        **_mail_fields(facts),
        **_sender_fields(facts),
        **(_ticket_fields(facts.ticket) if facts.ticket else _new_ticket_fields(facts)),
        **_customer_fields(facts.customer),
        **kb_fields(facts.kb),
        **survey_fields(facts.survey_answer),
        "time.working_hours": facts.time.working_hours,
        "time.weekday": facts.time.weekday,
    }


def field_values_without_mail(
    ticket: TicketFacts, customer: CustomerFacts, time: TimeFacts
) -> dict[str, FieldValue]:
    """Return the rule fields for an event that no mail caused (SLA, idle): everything about a mail is absent."""
    absent = dict.fromkeys(
        f"mail.{name}"
        for name in (
            "from",
            "to",
            "cc",
            "subject",
            "body",
            "subject_or_body",
            "language",
            "size",
            "attachments",
            "header",
        )
    )
    return {
        **absent,
        "sender.authenticated": None,
        "sender.known": True,
        "sender.is_operator": False,
        **_ticket_fields(ticket),
        **_customer_fields(customer),
        **kb_fields(()),
        **survey_fields(None),
        "time.working_hours": time.working_hours,
        "time.weekday": time.weekday,
    }


def _mail_fields(facts: Facts) -> dict[str, FieldValue]:
    mail = facts.mail
    return {
        "mail.from": mail.from_.key,
        "mail.to": tuple(address.key for address in mail.to),
        "mail.cc": tuple(address.key for address in mail.cc),
        "mail.subject": mail.subject,
        "mail.body": facts.written.new_text,
        "mail.subject_or_body": f"{mail.subject}\n{facts.written.new_text}",
        "mail.language": facts.language,
        "mail.size": mail.size,
        "mail.attachments": len(mail.attachments),
        "mail.header": header_values(mail),
    }


def _sender_fields(facts: Facts) -> dict[str, FieldValue]:
    return {
        "sender.authenticated": facts.sender_auth.authenticated,
        "sender.known": facts.customer.customer_id is not None,
        "sender.is_operator": facts.is_operator,
    }


def _new_ticket_fields(facts: Facts) -> dict[str, FieldValue]:
    """Return what is known of a ticket that is about to be made: how soon it wants an answer and what it is about."""
    names = ("status", "priority", "tags", "category", "age", "idle_days", "messages")
    return {
        **dict.fromkeys(f"ticket.{name}" for name in names),
        "ticket.priority": facts.assessment.priority.value if facts.assessment else None,
        "ticket.category": facts.category.name if facts.category else None,
    }


def _ticket_fields(ticket: TicketFacts) -> dict[str, FieldValue]:
    return {
        "ticket.status": ticket.status,
        "ticket.priority": ticket.priority,
        "ticket.tags": ticket.tags,
        "ticket.category": ticket.category or None,
        "ticket.age": ticket.age,
        "ticket.idle_days": ticket.idle_days,
        "ticket.messages": ticket.messages,
    }


def _customer_fields(customer: CustomerFacts) -> dict[str, FieldValue]:
    return {
        "customer.address": customer.address,
        "customer.name": customer.name,
        "customer.language": customer.language,
        "customer.tags": customer.tags,
        "customer.tickets": customer.tickets,
        "customer.satisfaction": customer.satisfaction,
        "customer.organisation": customer.organisation or None,
        "customer.plan": customer.fields.get(PLAN),
        "customer.fields": {name: (value,) for name, value in customer.fields.items()},
    }


def header_values(mail: Mail) -> dict[str, tuple[str, ...]]:
    """Return ``mail.header``: the values of every header field, by its name in lower case."""
    headers: dict[str, list[str]] = {}
    for name, value in mail.header_fields:
        headers.setdefault(name.lower(), []).append(value)
    return {name: tuple(values) for name, values in headers.items()}


def kb_fields(kb: tuple[KbMatch, ...] | Unknown) -> dict[str, FieldValue]:
    """Return the ``kb.`` fields of what was found, best first."""
    if isinstance(kb, Unknown):
        return dict.fromkeys(("kb.article", "kb.confidence", "kb.sure", "kb.symptoms"), UNKNOWN)
    if not kb:
        return {"kb.article": None, "kb.confidence": 0.0, "kb.sure": False, "kb.symptoms": None}
    best = kb[0]
    return {
        "kb.article": best.article,
        "kb.confidence": best.confidence,
        "kb.sure": best.sure,
        "kb.symptoms": best.symptoms or None,
    }
