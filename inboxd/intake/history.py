"""History in: mails of the past are accepted in batches, once, with the dates they had; nothing follows from them.

What is filed as an operator's answer, and that nothing is sent because of any of them, is the pipeline's matter: they
are marked as imported, exactly like the archive that is found at the first contact with an IMAP folder.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import Engine

from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.core.past import Wrote, read_past
from inboxd.intake.accept import Also, Arrival, accept
from inboxd.intake.mbox import PastMail
from inboxd.store.mails import NOTE, SENT

# So many at once keep the store for a moment only.
MOST_MAILS = 200
MOST_BYTES = 8_000_000
SOURCE = "import"


@dataclass(frozen=True, slots=True)
class Taken:
    """How many mails are new, and how many were there before."""

    imported: int = 0
    duplicates: int = 0

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(self.imported + other.imported, self.duplicates + other.duplicates)


def take_in(
    config: Config,
    engine: Engine,
    clock: Clock,
    past: Iterable[PastMail],
    tell: Callable[[PastMail], None] = lambda _: None,
) -> Taken:
    """Accept every mail of the past that is not there yet; broken off, it is taken up by doing it again.

    ``tell`` hears of the last mail of every batch. Raises ``TransientError`` when the store cannot take them.
    """
    taken = Taken()
    for batch in _batches(past):
        taken += accept_past(config, engine, clock, batch)
        tell(batch[-1])
    return taken


def accept_past(
    config: Config, engine: Engine, clock: Clock, batch: Sequence[PastMail], also: Also | None = None
) -> Taken:
    """Accept mails of the past in one commit, with what ``also`` writes: how far the place they come from was read.

    Raises ``TransientError`` when the store cannot take them.
    """
    now = clock()
    operators = frozenset(address for one in config.operators for address in one.addresses)
    receipts = accept(engine, [_arrival(config, operators, mail, now) for mail in batch], now, also)
    known = sum(one.duplicate for one in receipts)
    return Taken(len(receipts) - known, known)


def _batches(past: Iterable[PastMail]) -> Iterator[list[PastMail]]:
    batch: list[PastMail] = []
    size = 0
    for mail in chain(past, (None,)):
        if batch and (mail is None or len(batch) == MOST_MAILS or size + len(mail.raw) > MOST_BYTES):
            yield batch
            batch, size = [], 0
        if mail is not None:
            batch.append(mail)
            size += len(mail.raw)


def _arrival(config: Config, operators: frozenset[str], mail: PastMail, now: dt.datetime) -> Arrival:
    seen = read_past(mail.raw, mail.noted, config.own_addresses, operators, now)
    by_desk = mail.wrote is Wrote.DESK or (mail.wrote is Wrote.UNTOLD and seen.by_desk)
    # Lying in the desk's own archive is the proof that its author is who he says, as it is in the Sent folder.
    source = NOTE if mail.wrote is Wrote.NOTE else SENT if by_desk else SOURCE
    return Arrival(mail.raw, None, (), source, imported=True, received_at=seen.at)
