"""The fields a rule may ask about and what each holds: the vocabulary of ``when``, as a table."""

from dataclasses import dataclass
from enum import StrEnum

from inboxd.core.states import Priority, TicketStatus

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TICKET_STATUSES = tuple(status.value for status in TicketStatus)
PRIORITIES = tuple(priority.value for priority in Priority)


class FieldType(StrEnum):
    """What a field holds; decides which operators and operands make sense."""

    TEXT = "text"
    TEXTS = "texts"
    HEADERS = "headers"
    COLUMNS = "columns"
    FLAG = "flag"
    NUMBER = "number"
    SIZE = "size"
    DURATION = "duration"


class Operator(StrEnum):
    """How a field is compared. ``EQUALS`` is the bare value or list; a list means any of its entries."""

    EQUALS = "equals"
    CONTAINS = "contains"
    MATCHES = "matches"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EXISTS = "exists"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its type, what it means, and the only values it can have (empty: any)."""

    type: FieldType
    meaning: str
    choices: tuple[str, ...] = ()


FIELDS: dict[str, Field] = {
    "mail.from": Field(FieldType.TEXT, "address in From, lower case"),
    "mail.to": Field(FieldType.TEXTS, "addresses in To, lower case"),
    "mail.cc": Field(FieldType.TEXTS, "addresses in Cc, lower case"),
    "mail.subject": Field(FieldType.TEXT, "the subject as written"),
    "mail.body": Field(FieldType.TEXT, "what this person wrote now, without quote and signature"),
    "mail.subject_or_body": Field(FieldType.TEXT, "subject and new text, one below the other"),
    "mail.language": Field(FieldType.TEXT, "ISO 639-1 code; absent when the text is too short to tell"),
    "mail.size": Field(FieldType.SIZE, "bytes of the whole mail"),
    "mail.attachments": Field(FieldType.NUMBER, "how many attachments"),
    "mail.header": Field(FieldType.HEADERS, "any header field, by its name"),
    "sender.authenticated": Field(FieldType.FLAG, "DMARC, DKIM or SPF proves the From address"),
    "sender.known": Field(FieldType.FLAG, "this address wrote to the desk before"),
    "sender.is_operator": Field(FieldType.FLAG, "one of the configured operators"),
    "ticket.status": Field(FieldType.TEXT, "before the event", TICKET_STATUSES),
    "ticket.priority": Field(
        FieldType.TEXT, "before the event; of a new ticket, as it is assessed", PRIORITIES
    ),
    "ticket.tags": Field(FieldType.TEXTS, "tags of the ticket"),
    "ticket.category": Field(
        FieldType.TEXT, "its category, of a new ticket the one its words are nearest to; absent without one"
    ),
    "ticket.age": Field(FieldType.DURATION, "time since the ticket was made"),
    "ticket.idle_days": Field(
        FieldType.NUMBER,
        "whole working days since customer or desk last wrote, or its status changed; absent when a mail has just come",
    ),
    "ticket.messages": Field(FieldType.NUMBER, "how many messages the ticket has"),
    "customer.address": Field(FieldType.TEXT, "the address the customer wrote from"),
    "customer.name": Field(FieldType.TEXT, "the customer's name"),
    "customer.language": Field(FieldType.TEXT, "ISO 639-1 code of the language he writes in"),
    "customer.tags": Field(
        FieldType.TEXTS,
        "tags of the customer: given by hand, by `customers.csv`, or by what he did (`new`, `frequent`, `unhappy`, `left`)",
    ),
    "customer.tickets": Field(FieldType.NUMBER, "how many tickets he had before"),
    "customer.satisfaction": Field(FieldType.NUMBER, "mean survey score, 1 to 5; absent without any"),
    "customer.organisation": Field(
        FieldType.TEXT,
        "as `customers.csv` has it, else the domain he writes from; absent at a mail provider's",
    ),
    "customer.plan": Field(FieldType.TEXT, "column `plan` of `customers.csv`; absent for who is not in it"),
    "customer.fields": Field(
        FieldType.COLUMNS, "any other column of `customers.csv`, by its name; absent where it is empty"
    ),
    "kb.article": Field(FieldType.TEXT, "slug of the article that fits best; absent when none does"),
    "kb.confidence": Field(FieldType.NUMBER, "probability (0 to 1) that it answers the mail"),
    "kb.sure": Field(FieldType.FLAG, "sure enough to be sent by itself (kb.max_error_rate)"),
    "kb.symptoms": Field(
        FieldType.TEXT,
        "how many of that article's symptoms the mail names; absent when it lists none",
        ("all", "some", "none"),
    ),
    "survey.score": Field(
        FieldType.NUMBER, "the score this mail answers a survey with, 1 to 5; absent in any other"
    ),
    "survey.comment": Field(
        FieldType.TEXT, "what the customer wrote beside the score; absent without a word"
    ),
    "survey.sentiment": Field(
        FieldType.TEXT,
        "how that comment sounds (`inboxd/core/sentiment.py`); absent without one",
        ("positive", "neutral", "negative"),
    ),
    "time.working_hours": Field(FieldType.FLAG, "the desk is at work now"),
    "time.weekday": Field(FieldType.TEXT, "in the desk's time zone", WEEKDAYS),
}

# Of these there are many, each with a name of its own behind the field's.
NAMED = frozenset({FieldType.HEADERS, FieldType.COLUMNS})

OPERATORS: dict[FieldType, tuple[Operator, ...]] = {
    FieldType.TEXT: (Operator.EQUALS, Operator.CONTAINS, Operator.MATCHES, Operator.EXISTS),
    FieldType.TEXTS: (Operator.EQUALS, Operator.CONTAINS, Operator.MATCHES, Operator.EXISTS),
    FieldType.HEADERS: (Operator.EQUALS, Operator.CONTAINS, Operator.MATCHES, Operator.EXISTS),
    FieldType.COLUMNS: (
        Operator.EQUALS,
        Operator.CONTAINS,
        Operator.MATCHES,
        Operator.AT_LEAST,
        Operator.AT_MOST,
        Operator.EXISTS,
    ),
    FieldType.FLAG: (Operator.EQUALS, Operator.EXISTS),
    FieldType.NUMBER: (Operator.EQUALS, Operator.AT_LEAST, Operator.AT_MOST, Operator.EXISTS),
    FieldType.SIZE: (Operator.EQUALS, Operator.AT_LEAST, Operator.AT_MOST, Operator.EXISTS),
    FieldType.DURATION: (Operator.EQUALS, Operator.AT_LEAST, Operator.AT_MOST, Operator.EXISTS),
}
