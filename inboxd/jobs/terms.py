"""The desk's promises were edited: every open ticket is looked at again, so that its due times are those of today."""

import datetime as dt

from sqlalchemy.exc import IntegrityError

from inboxd.core.fingerprint_of_terms import fingerprint
from inboxd.core.schedule import SlaTerms
from inboxd.desk import Desk
from inboxd.errors import TransientError
from inboxd.store import regroup, settings
from inboxd.store.engine import read, write

_KEY = "sla:terms"


def follow_terms(desk: Desk, terms: SlaTerms, now: dt.datetime) -> None:
    """Make the chase look at every open ticket when hours, targets, policies or steps are others than last time.

    Raises ``TransientError`` when another desk does it at the same moment.
    """
    current = {"fingerprint": fingerprint(terms)}
    with read(desk.engine) as connection:
        known = settings.load(connection, _KEY)
    if known == current:
        return
    try:
        with write(desk.engine) as connection:
            regroup.look_again(connection, now)
            settings.save(connection, _KEY, current, now)
    except IntegrityError as error:
        raise TransientError(f"another desk notes the same promises: {error.orig}") from error
