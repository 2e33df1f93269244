"""What was written on a ticket before: by it an answer is told from what it quotes."""

from sqlalchemy import Connection

from inboxd.core.mail import Mail
from inboxd.core.parse import parse
from inboxd.desk import Desk
from inboxd.store import outbox
from inboxd.store.dossiers import Dossier

# What operators get from us about a ticket: with tokens, commands and notes in it.
_TO_OPERATORS = frozenset({"notification", "chase", "result", "alarm"})
_LATEST = 3


def sent_texts(dossier: Dossier, *, to_operator: bool) -> tuple[str, ...]:
    """Return what of a ticket its writer had from us as lines of it: he may quote it, and nothing of it is his."""
    lines = tuple(one.full_text for one in dossier.messages if one.direction == "out" and one.full_text)
    notes = tuple(one.text for one in dossier.messages if one.direction == "note")
    return (*lines, *notes) if to_operator else lines


def asked_of_customer(connection: Connection, dossier: Dossier) -> tuple[Mail, ...]:
    """Return the survey he was sent last: its scale of links reads otherwise in each of its two forms."""
    if dossier.ticket is None or not any(one.kind == "survey" for one in dossier.messages):
        return ()
    asked = [one for one in outbox.list_of_ticket(connection, dossier.ticket.number) if one.kind == "survey"]
    return tuple(parse(outbox.load_raw(connection, one.outbox_id)) for one in asked[-1:])


def told_to_operators(
    connection: Connection, dossier: Dossier, references: tuple[str, ...]
) -> tuple[Mail, ...]:
    """Return our mails to operators about a ticket: those a reply refers to (ids in lower case) and the latest."""
    if dossier.ticket is None:
        return ()
    told = [
        one for one in outbox.list_of_ticket(connection, dossier.ticket.number) if one.kind in _TO_OPERATORS
    ]
    named = [one for one in told if one.message_id.lower() in references]
    chosen = dict.fromkeys(one.outbox_id for one in (*named, *told[-_LATEST:]))
    return tuple(parse(outbox.load_raw(connection, outbox_id)) for outbox_id in chosen)


def shown_to_customer(desk: Desk, dossier: Dossier) -> tuple[str, ...]:
    """Return what the customer of a ticket knows: his mails, our answers, and the article that may answer him."""
    ticket = dossier.ticket
    if ticket is None:
        return ()
    slugs = dict.fromkeys(one for one in (ticket.suggested_article, ticket.automatic_article) if one)
    articles = (desk.knowledge.article_view(slug, ticket) for slug in slugs)
    return (
        *(one.full_text for one in dossier.messages if one.direction in {"in", "out"} and one.full_text),
        *(one.body for one in articles if one is not None),
    )
