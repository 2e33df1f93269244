"""A store that was put back from a backup knows it: what the world saw since the backup must not happen twice.

Three things would go wrong without this mark: mails fetched again would be answered again; what was waiting to be sent
when the backup was made would be sent again; and new tickets would get numbers whose signed addresses customers of lost
tickets still hold (DESIGN 2.5: they would write into a stranger's ticket).
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, ScalarSelect, func, select, update

from inboxd.store import settings
from inboxd.store.core_tables import mail as _mail
from inboxd.store.core_tables import outbox as _outbox
from inboxd.store.core_tables import setting as _setting
from inboxd.store.core_tables import survey as _survey
from inboxd.store.core_tables import ticket as _ticket

_RESTORED = "restored"
_BACKED_UP = "backed_up"
_LOOKED = "restored_from:"
# More than one person's desk makes in a day, so that no number is given a second time.
TICKETS_A_DAY = 1_000
OUTGOING_A_DAY = 10_000
# Of a file that holds no mail and does not say when it was made.
_UNKNOWN_AGE = dt.timedelta(days=30)
# What goes to customers; what operators get may come twice, it must not be missed.
_TO_CUSTOMERS = ("acknowledgement", "answer", "survey", "relay")
_MAY_HAVE_LEFT = (
    "it was waiting when the backup was made and may have left since: look in Sent, or ask, "
    "then send it with: inboxd outbox retry"
)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The highest numbers that were given to a ticket and to an outgoing mail."""

    ticket: int
    outbox: int


def note_backup(connection: Connection, now: dt.datetime) -> None:
    """Write down when a backup is made, before it is made: the copy then knows how old it is."""
    settings.save(connection, _BACKED_UP, {"at": now.isoformat()}, now)


def backed_up_at(connection: Connection) -> dt.datetime | None:
    """Return when the last backup was made; without one, when the newest mail came; None without any mail."""
    kept = settings.load(connection, _BACKED_UP)
    if kept is not None:
        return dt.datetime.fromisoformat(kept["at"])
    newest: dt.datetime | None = connection.execute(select(func.max(_mail.c.accepted_at))).scalar_one()
    return newest


def restored_at(connection: Connection) -> dt.datetime | None:
    """Return when this store was put back from a backup: nothing automatic answers a mail that arrived before then."""
    kept = settings.load(connection, _RESTORED)
    return dt.datetime.fromisoformat(kept["at"]) if kept else None


def lost_since(connection: Connection, folder: str) -> dt.datetime | None:
    """Return since when mails of a folder may have been lost by a restore and not been looked for yet; None: none."""
    kept = settings.load(connection, _RESTORED)
    looked = settings.load(connection, f"{_LOOKED}{folder}")
    if kept is None or (looked is not None and looked["at"] == kept["at"]):
        return None
    return dt.datetime.fromisoformat(kept["backup"])


def note_looked(connection: Connection, folder: str, now: dt.datetime) -> None:
    """Write down that the mails a restore lost were looked for in a folder."""
    kept = settings.load(connection, _RESTORED)
    if kept is not None:
        settings.save(connection, f"{_LOOKED}{folder}", {"at": kept["at"]}, now)


def mark_restored(connection: Connection, lost: Numbers | None, now: dt.datetime) -> int:
    """Settle what must not happen twice; return how many outgoing mails are kept back for a person to look at.

    ``lost`` are the numbers of the store this one replaces, None when it cannot be asked.
    """
    made = backed_up_at(connection) or now - _UNKNOWN_AGE
    days = max(0, (now - made).days) + 1
    here = highest(connection)
    ticket, outbox = here.ticket + days * TICKETS_A_DAY, here.outbox + days * OUTGOING_A_DAY
    if lost is not None:
        ticket, outbox = max(ticket, lost.ticket), max(outbox, lost.outbox)
    mark = {"at": now.isoformat(), "backup": made.isoformat(), "ticket": ticket, "outbox": outbox}
    settings.save(connection, _RESTORED, mark, now)
    connection.execute(
        update(_survey)
        .where(_survey.c.sent_at.is_(None), _survey.c.withdrawn_at.is_(None), _survey.c.due_at <= now)
        .values(withdrawn_at=now, withdrawn_why="it was due before the backup was put back")
    )
    kept_back = connection.execute(
        update(_outbox)
        .where(_outbox.c.state == "queued", _outbox.c.kind.in_(_TO_CUSTOMERS))
        .values(state="failed", last_reply=_MAY_HAVE_LEFT, reported=False)
    )
    return kept_back.rowcount


def highest(connection: Connection) -> Numbers:
    """Return the highest numbers given so far, by this store or by the one it replaced."""
    kept = settings.load(connection, _RESTORED) or {}
    ticket = connection.execute(select(func.coalesce(func.max(_ticket.c.number), 0))).scalar_one()
    outbox = connection.execute(select(func.coalesce(func.max(_outbox.c.id), 0))).scalar_one()
    return Numbers(max(ticket, kept.get("ticket", 0)), max(outbox, kept.get("outbox", 0)))


def mark_query() -> ScalarSelect[dict[str, int]]:
    """Return the mark as a part of a query, for those who give numbers."""
    return select(_setting.c.value).where(_setting.c.key == _RESTORED).scalar_subquery()
