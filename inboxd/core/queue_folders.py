"""Queue folders: into which a ticket's mails belong, and which command it is to move a mail into one. Pure.

A place is the name of a queue, ``snooze/`` and a folder's own name below it, or ``inbox`` for the folders mail comes in.
"""

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from zoneinfo import ZoneInfo

from inboxd.core.commands import Command, CommandName
from inboxd.core.moments import parse_moment
from inboxd.core.states import TicketStatus
from inboxd.core.ticket import Ticket
from inboxd.core.working_time import WorkingHours, next_working_moment

SPAM_TAG = "spam"
_NEXT_WEEK = "next week"
_WEEK = dt.timedelta(days=7)
_DATE = re.compile(r"[0-9]{4}-")


class Queue(StrEnum):
    """Where a ticket's mails may lie."""

    INBOX = "inbox"
    OPEN = "open"
    WAITING = "waiting"
    LATE = "late"
    DONE = "done"
    SPAM = "spam"
    SNOOZE = "snooze"


# Into these a mail is put when it needs nobody now: a customer who wrote meanwhile must not vanish in one.
_OUT_OF_SIGHT = frozenset({Queue.WAITING, Queue.DONE, Queue.SPAM, Queue.SNOOZE})
# From these nothing automatic goes out about a mail the desk sees there first: a person has dealt with it.
_DEALT_WITH = frozenset({Queue.WAITING, Queue.DONE, Queue.SPAM})
# Where there is no folder for a queue its mails lie in this one.
_INSTEAD = {Queue.LATE: Queue.OPEN, Queue.OPEN: Queue.INBOX}
_COMMANDS: Mapping[Queue, CommandName] = {
    Queue.INBOX: CommandName.OPEN,
    Queue.OPEN: CommandName.OPEN,
    Queue.LATE: CommandName.OPEN,
    Queue.WAITING: CommandName.PENDING,
    Queue.DONE: CommandName.SOLVED,
    Queue.SPAM: CommandName.SPAM,
    Queue.SNOOZE: CommandName.SNOOZE,
}


def queue_in(place: str) -> Queue:
    """Return the queue a place belongs to."""
    return Queue(place.partition("/")[0])


def out_of_sight(place: str) -> bool:
    """Return whether mails in that place wait for nobody at the desk."""
    return queue_in(place) in _OUT_OF_SIGHT


def dealt_with(place: str) -> bool:
    """Return whether a mail the desk sees there first is only filed: whoever put it there has dealt with it."""
    return queue_in(place) in _DEALT_WITH


def place_for(
    ticket: Ticket, places: Collection[str], chosen: Iterable[tuple[str, dt.datetime | None]] = ()
) -> str:
    """Return where a ticket's mails belong among the ``places`` there are; empty for a merged ticket.

    ``chosen``: the places its mails were last wanted in, each with the end of the ticket's snooze at that time; as
    long as it sleeps until then they stay in the snooze folder somebody chose.
    """
    queue = _queue_of(ticket)
    if queue is Queue.SNOOZE:
        same = (one for one, until in chosen if one in places and until == ticket.snoozed_until)
        return next((one for one in same if queue_in(one) is Queue.SNOOZE), str(Queue.SNOOZE))
    while queue is not None and queue in _INSTEAD and queue not in places:
        queue = _INSTEAD[queue]
    return str(queue or "")


def commands_for(place: str, ticket: Ticket, until: dt.datetime | None) -> tuple[Command, ...]:
    """Return what a person orders who moves a mail of the ticket to a place; ``until`` is when a snooze there ends."""
    queue, commands = queue_in(place), []
    opens = _COMMANDS[queue] is CommandName.OPEN
    # A closed ticket knows no other change, and what is solved does not sleep: first it is opened.
    asleep = queue is Queue.SNOOZE and ticket.status == TicketStatus.SOLVED
    if opens or asleep or ticket.status == TicketStatus.CLOSED:
        commands.append(Command(CommandName.OPEN))
    if queue is not Queue.SPAM and SPAM_TAG in ticket.tags:
        commands.append(Command(CommandName.UNTAG, SPAM_TAG))
    if queue is Queue.SNOOZE:
        commands.append(Command(CommandName.SNOOZE, until.isoformat() if until else ""))
    elif not opens:
        commands.append(Command(_COMMANDS[queue]))
    return tuple(commands)


def snooze_end(words: str, now: dt.datetime, hours: WorkingHours) -> dt.datetime:
    """Return when a mail put aside with these words comes back: the first working moment of that day, in UTC.

    ``words`` are those of ``#snooze``, or ``next week``: seven days on. Raises ``ValueError`` for anything else, and
    for a date, which comes only once.
    """
    zone = ZoneInfo(hours.zone)
    said = " ".join(words.lower().split())
    if _DATE.match(said):
        raise ValueError(f"{words[:40]!r} comes only once; write tomorrow, monday, next week or 3d")
    if said == _NEXT_WEEK:
        day = now.astimezone(zone).date() + _WEEK
        moment = dt.datetime.combine(day, dt.time.min, zone).astimezone(dt.UTC)
    else:
        moment = parse_moment(said, now, zone, dt.time.min)
    return next_working_moment(hours, moment)


def is_late(ticket: Ticket) -> bool:
    """Return whether a time promised on the ticket is over, its operators were told so, and it is still owed."""
    told = ticket.breached_due
    first = ticket.first_response_due if ticket.first_response_at is None else None
    owed = (first, ticket.next_response_due, ticket.resolution_due)
    return told is not None and any(due is not None and due <= told for due in owed)


def _queue_of(ticket: Ticket) -> Queue | None:
    match TicketStatus(ticket.status):
        case TicketStatus.MERGED:
            return None
        case TicketStatus.CLOSED:
            return Queue.SPAM if SPAM_TAG in ticket.tags else Queue.DONE
        case TicketStatus.SOLVED:
            return Queue.DONE
    if ticket.snoozed_until is not None:
        return Queue.SNOOZE
    if ticket.status == TicketStatus.PENDING:
        return Queue.WAITING
    return Queue.LATE if is_late(ticket) else Queue.OPEN
