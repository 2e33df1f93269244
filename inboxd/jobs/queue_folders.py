"""Queue folders, the desk's side: a mail that was moved is a command; a ticket that changed wants its mails elsewhere.

The login to the desk's own mailbox is the proof: whoever moves mails there is an operator (the actor ``mailbox``).
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Connection

from inboxd.configintake import ImapAccount
from inboxd.core.facts import EventKind
from inboxd.core.obey import Obeyed, obey_all
from inboxd.core.order_scene import Scene
from inboxd.core.orders import Orders, TicketCase
from inboxd.core.outcome import Outcome, require_ticket
from inboxd.core.queue_folders import Queue, commands_for, out_of_sight, place_for, queue_in, snooze_end
from inboxd.core.queue_moves import MOST_ORDERS, ORDERS_WINDOW, Whereabouts, latest_order, settled
from inboxd.core.ticket import Ticket
from inboxd.desk import Desk
from inboxd.jobs.occasions import CalendarCase, apply_case, each, open_case, surroundings
from inboxd.known_facts import customer_facts
from inboxd.store import queue_mails, settings, tickets
from inboxd.store.engine import read, write

MAILBOX = "mailbox"
MOVED = "queue.moved"
REFUSED = "queue.refused"


@dataclass(frozen=True, slots=True)
class _Moved:
    """A ticket whose mails were moved or want to be: its mails, and the move that is an order, if any."""

    account: ImapAccount
    case: CalendarCase
    mails: tuple[Whereabouts, ...]
    order: Whereabouts | None


def follow_queue_folders(desk: Desk, now: dt.datetime) -> int:
    """Obey what was moved by hand, and say where the mails of changed tickets belong; return for how many tickets."""
    accounts = {one.mailbox: one for one in reversed(desk.config.intake.imap) if one.folders is not None}
    return sum(_follow(desk, account, now) for account in accounts.values())


def _follow(desk: Desk, account: ImapAccount, now: dt.datetime) -> int:
    key = f"queue_folders:{account.mailbox}"
    with read(desk.engine) as connection:
        newest = queue_mails.last_event(connection)
        done_until = (settings.load(connection, key) or {}).get("event")
        # Every change of a ticket leaves an event: as long as there is none, nothing is to be done.
        if done_until == newest and not queue_mails.has_news(connection, account.mailbox):
            return 0
        numbers = queue_mails.unsettled(connection, account.mailbox)
    done = each(numbers, lambda number: _settle(desk, account, number, now))
    if done == len(numbers):
        with write(desk.engine) as connection:
            settings.save(connection, key, {"event": newest}, now)
    return done


def _settle(desk: Desk, account: ImapAccount, number: int, now: dt.datetime) -> None:
    with read(desk.engine) as connection:
        mails = queue_mails.of_tickets(connection, account.mailbox, (number,)).get(number, ())
        case = open_case(desk, connection, number, now)
    if case is None:
        return
    order = latest_order(mails, _place(account, case.ticket, mails))
    moved = _Moved(account, case, mails, order)
    if not any(one.is_moved for one in mails):
        with write(desk.engine) as connection:
            _keep(connection, moved, None, case.ticket)
        return
    outcome, obeyed = _follow_order(desk, moved, now)
    # The moves stand in the same transaction as what they led to: a crash leaves both or neither.
    apply_case(desk, case, outcome, now, partial(_keep_applied, moved, obeyed))


def _place(
    account: ImapAccount, ticket: Ticket, mails: Iterable[Whereabouts], obeyed: Whereabouts | None = None
) -> str:
    places = (*(account.folders.names if account.folders else ()), Queue.INBOX)
    chosen = [(one.wanted, one.asleep_until) for one in mails]
    if obeyed is not None:
        chosen.insert(0, (obeyed.lies_in, ticket.snoozed_until))
    return place_for(ticket, places, chosen)


def _keep_applied(
    moved: _Moved, obeyed: Whereabouts | None, connection: Connection, ticket: Ticket | None
) -> None:
    if ticket is not None:
        _keep(connection, moved, obeyed, ticket)


def _keep(connection: Connection, moved: _Moved, obeyed: Whereabouts | None, ticket: Ticket) -> None:
    wanted = _place(moved.account, ticket, moved.mails, obeyed)
    for one in moved.mails:
        after = settled(one, wanted, ticket.version, ticket.snoozed_until)
        # What was moved on meanwhile is looked at again; this answer is about where it lay.
        queue_mails.settle(connection, moved.account.mailbox, one, after)


def _follow_order(desk: Desk, moved: _Moved, now: dt.datetime) -> tuple[Outcome, Whereabouts | None]:
    """Return the outcome with what the moves led to, and the move that was obeyed, if any was."""
    case, order = moved.case, moved.order
    outcome, refusal = Outcome(ticket=case.ticket), ""
    if order is not None:
        refusal = _overruled(desk, moved, order, now)
        if not refusal:
            outcome, refusal = _obey(desk, moved, order, now)
    for one in moved.mails:
        if one.is_moved:
            detail = {"from": one.agreed, "to": one.lies_in, "mail": one.mail_id}
            outcome = outcome.with_event(MOVED, MAILBOX, **detail)
    if order is not None and refusal:
        outcome = outcome.with_event(REFUSED, MAILBOX, to=order.lies_in, mail=order.mail_id, why=refusal)
    return outcome, None if refusal else order


def _overruled(desk: Desk, moved: _Moved, order: Whereabouts, now: dt.datetime) -> str:
    """Return why a move is not obeyed; the mail then goes back to where its ticket wants it."""
    number = moved.case.ticket.number
    with read(desk.engine) as connection:
        events = tickets.list_events(
            connection, ticket_number=number, kinds=(MOVED,), since=now - ORDERS_WINDOW
        )
    if sum(one.actor == MAILBOX for one in events) >= MOST_ORDERS:
        return "its mails were moved too often within an hour: a filter of a mail client looks like this"
    if not out_of_sight(order.lies_in) or order.moved_after is None:
        return ""
    put_away = {one.mail_id for one in moved.mails if one.is_moved}
    wrote = [
        one
        for one in moved.case.dossier.messages
        if one.direction == "in" and one.at > order.moved_after and (one.mail_id or 0) > order.mail_id
    ]
    # He moved it in ignorance of these: nothing a customer wrote may vanish unread.
    return "the customer wrote meanwhile" if any(one.mail_id not in put_away for one in wrote) else ""


def _obey(desk: Desk, moved: _Moved, order: Whereabouts, now: dt.datetime) -> tuple[Outcome, str]:
    """Return the outcome of the command a move is, and why it could not be obeyed (then the outcome changes nothing)."""
    case, ticket = moved.case, moved.case.ticket
    unchanged = Outcome(ticket=ticket)
    until = None
    if queue_in(order.lies_in) is Queue.SNOOZE and moved.account.folders is not None:
        words = moved.account.folders.snoozes.get(order.lies_in, "")
        try:
            until = snooze_end(words, order.seen_at or now, desk.sla_terms.hours)
        except ValueError as error:
            return unchanged, str(error)
    key = f"queue:{ticket.number}:{order.mail_id}:{order.seen_at}"
    around = replace(surroundings(case, EventKind.OPERATOR_REPLIED, key, now), actor=MAILBOX)
    customer = customer_facts(desk, case.dossier, now, case.address)
    orders = Orders(operator=MAILBOX, cases={ticket.number: TicketCase(ticket, customer, case.address)})
    scene = Scene(MAILBOX, desk.config.desk.timezone, ticket.number, around, orders)
    obeyed = obey_all(Obeyed({ticket.number: unchanged}), commands_for(order.lies_in, ticket, until), scene)
    failed = "; ".join(sentence for _, done, sentence in obeyed.results if not done)
    outcome = obeyed.outcomes[ticket.number]
    return (unchanged, failed) if failed else (_awake(outcome, order), "")


def _awake(outcome: Outcome, order: Whereabouts) -> Outcome:
    """Return the outcome without the snooze of a ticket that was taken out of it; its clocks must hear of that."""
    ticket = require_ticket(outcome)
    if queue_in(order.lies_in) is Queue.SNOOZE or ticket.snoozed_until is None:
        return outcome
    woken = outcome.with_ticket(snoozed_until=None)
    return woken.with_event(
        "status", MAILBOX, **{"from": ticket.status, "to": ticket.status, "by": "snooze ended"}
    )
