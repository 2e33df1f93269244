"""The model: whether the knowledge base can be asked is written down for the watch, which runs in another process."""

import datetime as dt

from inboxd.desk import Desk
from inboxd.store import vital_signs
from inboxd.store.engine import read, write


def note_model(desk: Desk, now: dt.datetime) -> int:
    """Write down why nothing can be matched, or that it can, when that changed; return 0: nobody is told here."""
    trouble = desk.knowledge.trouble
    if trouble is None:
        return 0
    with read(desk.engine) as connection:
        known = vital_signs.model_trouble(connection)
    if known != trouble:
        with write(desk.engine) as connection:
            vital_signs.note_model(connection, trouble, now)
    return 0
