"""What operators answered in their own words."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from inboxd.store.core_tables import customer as _customer
from inboxd.store.core_tables import learnt as _learnt
from inboxd.store.core_tables import message as _message
from inboxd.store.core_tables import ticket as _ticket


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """A customer's first mail and the operator's first answer to it; ``names`` is everybody on the ticket.

    ``settled``: the customer asked nothing more, so the answer was good.
    """

    ticket: int
    subject: str
    question: str
    answer: str
    language: str
    names: tuple[str, ...]
    settled: bool = True


def list_own_answers(connection: Connection) -> Sequence[OwnAnswer]:
    """Return the tickets operators answered themselves for which no article is known to be right, oldest first."""
    known = select(_learnt.c.ticket_number).where(
        _learnt.c.right, _learnt.c.article.is_not(None), _learnt.c.ticket_number.is_not(None)
    )
    query = (
        select(_ticket.c.number, _ticket.c.subject, _ticket.c.language, _customer.c.name, _message)
        .join(_message, _message.c.ticket_number == _ticket.c.number)
        .join(_customer, _customer.c.id == _ticket.c.customer_id)
        .where(
            ~_ticket.c.answered_automatically,
            _ticket.c.number.not_in(known),
            _message.c.direction.in_(("in", "out")),
        )
        .order_by(_ticket.c.number, _message.c.id)
    )
    lines: dict[int, list[dict[str, object]]] = {}
    for row in connection.execute(query).mappings():
        lines.setdefault(row["number"], []).append(dict(row))
    return [answer for own in lines.values() if (answer := _own_answer(own)) is not None]


def _own_answer(lines: list[dict[str, object]]) -> OwnAnswer | None:
    asked = next((one for one in lines if one["direction"] == "in" and one["kind"] == "mail"), None)
    answered = next((one for one in lines if one["direction"] == "out" and one["kind"] == "relay"), None)
    if asked is None or answered is None:
        return None
    after = lines[lines.index(answered) + 1 :]
    names = dict.fromkeys(
        str(one[key]) for one in lines for key in ("author", "author_name", "name") if one[key]
    )
    return OwnAnswer(
        ticket=int(str(asked["ticket_number"])),
        subject=str(asked["subject"]),
        question=str(asked["text"]),
        answer=str(answered["text"]),
        language=str(asked["language"]),
        names=tuple(names),
        settled=not any(one["kind"] == "mail" and one["direction"] == "in" for one in after),
    )
