"""What operators made of drafts: a deleted one is feedback, and what he had written in one we took away is kept."""

import datetime as dt

from sqlalchemy import Connection

from inboxd.core.drafts import DELETED, GRACE, DraftState
from inboxd.core.edit_distance import edit_distance
from inboxd.core.parse import parse
from inboxd.core.quoting import separate
from inboxd.core.ticket import Event, Message
from inboxd.desk import Desk
from inboxd.jobs.occasions import each
from inboxd.store import drafts, mailbox_work, tickets
from inboxd.store.drafts import Draft, Kept
from inboxd.store.engine import read, write

# Long enough to see what was done in a mailbox and when.
_REMEMBERED = dt.timedelta(days=30)


def settle_drafts(desk: Desk, now: dt.datetime) -> int:
    """Write down which drafts were deleted, and note on tickets what stood in those taken away; return how many."""
    with read(desk.engine) as connection:
        kept = drafts.list_unnoted(connection)
        gone = drafts.gone_before(connection, now - GRACE)
    with write(desk.engine) as connection:
        mailbox_work.forget_done(connection, now - _REMEMBERED)
    noted = each(kept, lambda one: _note(desk, one, now))
    return noted + each(gone, lambda one: _end_deleted(desk, one, now))


def _end_deleted(desk: Desk, draft: Draft, now: dt.datetime) -> None:
    """Note that a draft is gone and nothing was sent: the operator did not want it."""
    with write(desk.engine) as connection:
        if drafts.end(connection, draft.id, DraftState.DELETED, "deleted", now):
            event = Event(DELETED, {"draft": draft.id, "article": draft.article}, "mailbox")
            tickets.add_event(connection, event, now, ticket_number=draft.ticket_number)


def _note(desk: Desk, kept: Kept, now: dt.datetime) -> None:
    """Keep what the operator had written as a note, unless it is what we had laid there (only saved anew)."""
    mail = parse(kept.raw)
    text = separate(mail).new_text
    edited = edit_distance(kept.draft.offered, text) > 0
    with write(desk.engine) as connection:
        if edited:
            _write_note(connection, kept, text, now)
        drafts.finish_note(connection, kept.draft.id)


def _write_note(connection: Connection, kept: Kept, text: str, now: dt.datetime) -> None:
    draft = kept.draft
    said = f"Taken out of Drafts because {kept.ended_by}; what stood there was:\n\n{text}"
    tickets.add_message(connection, draft.ticket_number, Message("note", "draft", "mailbox", "", now, said))
    event = Event("draft.kept", {"draft": draft.id, "article": draft.article}, "mailbox")
    tickets.add_event(connection, event, now, ticket_number=draft.ticket_number)
