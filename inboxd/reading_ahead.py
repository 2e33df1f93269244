"""Reading ahead: the words of several waiting mails go through the model together, which costs half of one by one.

Only a head start: vectors and parsed mail lie ready when the mail's turn comes, and whatever goes wrong here goes right
there.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from inboxd.core.classify import shown_by_header
from inboxd.core.mail import Bounce
from inboxd.core.parse import parse
from inboxd.core.quoting import separate
from inboxd.desk import Desk
from inboxd.knowledge.question import read_question
from inboxd.store import mails
from inboxd.store.engine import read

if TYPE_CHECKING:
    from inboxd.knowledge.embed import Embedder

# Mails embedded together, and how many of those waiting are looked at.
BATCH = 32
WINDOW = 2 * BATCH
# Two mails by themselves are as fast when it is their turn.
FEWEST = 3
# A report of megabytes is no question; it is read once, when it is its turn.
MAX_BYTES = 100_000
# More at once would not be remembered (``knowledge/remembered.py``).
_MAX_UNITS = 500
# So many of them go through the model at once, as fast as all would: the first can be decided, and others come in between.
_TOGETHER = 8
# How many mails may pass before the store is asked again what waits.
_EVERY = 8

_log = logging.getLogger(__name__)


class ReadingAhead:
    """Hands what the next waiting mails ask to the model, a batch at a time, while those before are decided.

    The mails are read on the caller's thread, each between ``begin`` and ``end``: who watches over the time a mail may
    take watches over this, too.
    """

    def __init__(self, desk: Desk, begin: Callable[[int], None], end: Callable[[], None]) -> None:
        self._desk = desk
        self._begin = begin
        self._end = end
        self._read: frozenset[int] = frozenset()
        self._passed = 0
        self._model = ThreadPoolExecutor(1, thread_name_prefix="ahead")

    def look(self) -> None:
        """Read a batch of waiting mails, where there is one; at every call a mail has passed."""
        embedder = self._desk.knowledge.embedder
        self._passed += 1
        if embedder is None or self._passed % _EVERY != 1:
            return
        with read(self._desk.engine) as connection:
            waiting = mails.list_untried(connection, self._desk.now, WINDOW, MAX_BYTES)
        for gone in self._desk.ahead.keys() - waiting:
            del self._desk.ahead[gone]
        fresh = [mail_id for mail_id in waiting if mail_id not in self._read]
        # While one batch is being decided the next is embedded; half a batch is worth the call.
        if len(fresh) < (FEWEST if len(fresh) == len(waiting) else BATCH // 2):
            return
        batch = fresh[:BATCH]
        self._read = frozenset(waiting) - frozenset(fresh[BATCH:])
        for start in range(0, len(batch), _TOGETHER):
            units = [unit for mail_id in batch[start : start + _TOGETHER] for unit in self._units(mail_id)]
            self._model.submit(_embed, embedder, units[:_MAX_UNITS])

    def close(self) -> None:
        """Let nothing be embedded any more."""
        self._model.shutdown(wait=False, cancel_futures=True)

    def _units(self, mail_id: int) -> tuple[str, ...]:
        """Return what a mail asks; nothing of one that cannot be read, answers another mail, or comes from a machine."""
        from inboxd.knowledge.composed import simple_units  # noqa: PLC0415  only where there is a model

        self._begin(mail_id)
        try:
            with read(self._desk.engine) as connection:
                raw = mails.load_raw(connection, mail_id)
            mail = self._desk.ahead[mail_id] = parse(raw)
            shown = shown_by_header(mail, None, Bounce(is_bounce=False))
            if mail.in_reply_to or (shown is not None and shown.is_automatic):
                return ()
            return simple_units(read_question(mail.subject, separate(mail).new_text))
        except Exception:  # noqa: BLE001  a mail that cannot be read is held when it is its turn, not here
            return ()
        finally:
            self._end()


def _embed(embedder: "Embedder", units: list[str]) -> None:
    try:
        embedder.embed(units)
    except Exception:  # noqa: BLE001  the mails themselves will show what is wrong with the model
        _log.exception("reading ahead failed", extra={"action": "reading_ahead_failed"})
