"""When the desk's own mails show too many wrong answers, none is sent by itself: the digest says so until it is over."""

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from inboxd.desk import Desk
from inboxd.store import settings
from inboxd.store.engine import read, write

if TYPE_CHECKING:
    from inboxd.knowledge.index_form import Index

_KEY = "kb.silent"


def note_silence(desk: Desk, index: "Index", now: dt.datetime) -> None:
    """Remember since when no confidence is enough for an answer, in any of the scripts the articles are written in."""
    from inboxd.knowledge.threshold import NEVER, desk_threshold  # noqa: PLC0415  numpy: 14 MB, there with an index

    allowed = desk.config.kb.max_error_rate
    thresholds = [desk_threshold(shelf.calibrator, shelf.own, allowed) for shelf in index.shelves]
    is_silent = any(one >= NEVER for one in thresholds)
    with read(desk.engine) as connection:
        if is_silent == (silent_since(connection) is not None):
            return
    with write(desk.engine) as connection:
        if is_silent:
            settings.save(connection, _KEY, {"since": now.isoformat()}, now)
        else:
            settings.forget(connection, _KEY)


def silent_since(connection: Connection) -> dt.datetime | None:
    """Return since when nothing is answered by itself, None while something may be."""
    kept = settings.load(connection, _KEY)
    return dt.datetime.fromisoformat(kept["since"]) if kept else None
