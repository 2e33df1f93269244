"""``inboxd tickets`` and ``inboxd ticket N``."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from inboxd.clock import Clock
from inboxd.commands.printing import print_json, print_table, print_text
from inboxd.config import Config
from inboxd.core.ticket import Ticket
from inboxd.store import customers, past, tickets
from inboxd.store.dossiers import read_dossier
from inboxd.store.engine import open_store, read

_COLUMNS = (
    "number",
    "status",
    "priority",
    "subject",
    "customer",
    "assignee",
    "first_response_due",
    "breached",
)


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets are wanted; what is empty does not matter."""

    statuses: tuple[str, ...] = ()
    customer: str = ""
    assignee: str = ""
    tag: str = ""
    breached: bool = False
    was: str = ""


def list_tickets(config: Config, clock: Clock, wanted: TicketFilter, *, as_json: bool) -> None:
    """Print the tickets that pass every filter."""
    with read(open_store(config.store_url)) as connection:
        ids = _customer_ids(connection, wanted.customer)
        found = tickets.list_tickets(
            connection, statuses=wanted.statuses, customer_ids=ids, assignee=wanted.assignee.lower()
        )
        if wanted.was:
            once = past.tickets_once(connection, wanted.was)
            found = [one for one in found if one.number in once]
        documents = [describe(connection, one, clock) for one in found]
    shown = [
        one
        for one in documents
        if (not wanted.tag or wanted.tag in one["tags"]) and (not wanted.breached or one["breached"])
    ]
    if as_json:
        print_json(shown)
    else:
        print_table(f"{len(shown)} tickets", _COLUMNS, ([one[name] for name in _COLUMNS] for one in shown))


def show_ticket(config: Config, clock: Clock, number: int, *, as_json: bool) -> int:
    """Print one ticket with its messages and events; return 1 when there is none such."""
    with read(open_store(config.store_url)) as connection:
        dossier = read_dossier(connection, number)
        if dossier is None or dossier.ticket is None:
            print_text(f"there is no ticket #{number}")
            return 1
        document = describe(connection, dossier.ticket, clock)
        document |= {
            "linked_to": dossier.ticket.linked_to,
            "merged_into": dossier.ticket.merged_into,
            "participants": [one.address for one in dossier.participants],
            "messages": [
                {
                    "mail_id": one.mail_id,
                    "direction": one.direction,
                    "kind": one.kind,
                    "from": one.author,
                    "at": one.at,
                    "text": one.text,
                    "message_id": one.message_id,
                }
                for one in dossier.messages
            ],
            "events": [
                {
                    "at": one.at,
                    "kind": one.kind,
                    "detail": {**one.detail, **({"by": one.actor} if one.actor else {})},
                }
                for one in tickets.list_events(connection, ticket_number=number)
            ],
        }
    if as_json:
        print_json(document)
    else:
        _print_ticket(document)
    return 0


def describe(connection: Connection, ticket: Ticket, clock: Clock) -> dict[str, Any]:
    """Return a ticket in the shape of DESIGN 4.7."""
    customer = customers.find(connection, ticket.customer_id)
    due = ticket.first_response_due if ticket.first_response_at is None else ticket.next_response_due
    late = due is not None and ticket.status in {"new", "open"} and clock() > due
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "status": ticket.status,
        "priority": ticket.priority,
        "category": ticket.category,
        "tags": list(ticket.tags),
        "customer": next(iter(customer.addresses), "") if customer else "",
        "assignee": ticket.assignee,
        "created_at": ticket.created_at,
        "first_response_due": ticket.first_response_due,
        "resolution_due": ticket.resolution_due,
        "breached": ticket.breached_at is not None or late,
    }


def _customer_ids(connection: Connection, address: str) -> Sequence[int] | None:
    if not address:
        return None
    customer = customers.find_by_address(connection, address)
    return [customer.customer_id] if customer else []


def _print_ticket(document: dict[str, Any]) -> None:
    print_text(
        f"#{document['number']} {document['subject']}",
        f"{document['status']}, {document['priority']}, {document['customer']}",
    )
    for message in document["messages"]:
        print_text(
            "",
            f"— {message['direction']} {message['kind']} {message['from']} {message['at']:%Y-%m-%d %H:%M}",
            message["text"],
        )
    print_table(
        "events",
        ("at", "kind", "detail"),
        ([one["at"], one["kind"], one["detail"]] for one in document["events"]),
    )
