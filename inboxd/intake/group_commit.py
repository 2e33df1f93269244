"""Group commit: all mails waiting at one moment share one transaction, and so one fsync.

With an honest disk (8 ms a fsync) a commit per mail caps the whole desk at 125 mails a second. Where the disk is what takes
the time, whoever was just told yes is waited for a moment: else half of ten sessions wait for the commit of the other half,
for ever, and each of them for two commits a mail.
"""

import queue
import threading
import time
from concurrent.futures import Future

from sqlalchemy import Connection, Engine

from inboxd.clock import Clock
from inboxd.errors import TransientError
from inboxd.intake.accept import Arrival, accept
from inboxd.store.accepting import Accepted

MAX_MAILS = 200
MAX_BYTES = 64 * 1024 * 1024
# A disk that answers sooner is not worth waiting for anybody.
_QUICK_SECONDS = 0.002
# Others are waited for half as long as the disk took the last time, and never longer than nobody notices.
_SHARE = 0.5
_LONGEST_WAIT = 0.02
# After a failure it is tried, this much later, whether others would be kept: with a mail that is not.
_TRY_AGAIN_SECONDS = 30.0
_TRIAL = Arrival(b"", "", (), "smtp")

_Waiting = tuple[Arrival, "Future[Accepted]"]


class _KeptNothingError(Exception):
    """A trial came to its end: the store takes mail."""


class GroupCommit:
    """Accepts what is submitted from any thread; ``step`` runs on one thread of its own.

    ``trouble`` says why mails are refused at this moment by a fault of ours, empty while they are kept.
    """

    def __init__(self, engine: Engine, clock: Clock, accepted: threading.Event | None = None) -> None:
        self.wake = threading.Event()
        self._engine = engine
        self._clock = clock
        self._accepted = accepted
        self._waiting: queue.SimpleQueue[_Waiting] = queue.SimpleQueue()
        self._expected = 0
        self._disk_took = 0.0
        self.trouble = ""
        self._failed_at = 0.0

    def submit(self, arrival: Arrival) -> "Future[Accepted]":
        """Return a future that is done when the mail is committed, or fails with ``TransientError``."""
        future: Future[Accepted] = Future()
        self._waiting.put((arrival, future))
        # Setting an event anew takes a lock for nothing: who is called and has not looked yet will find this one, too.
        if not self.wake.is_set():
            self.wake.set()
        return future

    def step(self) -> bool:
        """Commit what waits now; return False when nothing did."""
        if self._waiting.empty():
            self._try_again()
            return False
        self._wait_for_company()
        batch = self._take()
        began, worked = time.monotonic(), time.thread_time()
        try:
            receipts = accept(self._engine, [arrival for arrival, _ in batch], self._clock())
        except Exception as error:  # noqa: BLE001  a batch must never strand the sessions that wait for it
            self._one_by_one(batch, error)
        else:
            self.trouble = ""
            # What this thread did not work it waited: for the disk, for whoever else writes, for the interpreter.
            self._disk_took = time.monotonic() - began - (time.thread_time() - worked)
            self._expected = len(batch) + self._waiting.qsize()
            for (_, future), receipt in zip(batch, receipts, strict=True):
                _tell(future, receipt)
        if self._accepted is not None:
            self._accepted.set()
        return True

    def _wait_for_company(self) -> None:
        """Wait until as many mails are there as came the last time or waited then, if that is likely to save a commit."""
        if self._disk_took < _QUICK_SECONDS:
            return
        until = time.monotonic() + min(self._disk_took * _SHARE, _LONGEST_WAIT)
        while (left := until - time.monotonic()) > 0:
            # Cleared before looking, as in every loop: what comes while we look sets it again.
            self.wake.clear()
            if self._waiting.qsize() >= min(self._expected, MAX_MAILS):
                return
            self.wake.wait(left)

    def _take(self) -> list[_Waiting]:
        batch: list[_Waiting] = []
        size = 0
        while len(batch) < MAX_MAILS and size < MAX_BYTES:
            try:
                item = self._waiting.get_nowait()
            except queue.Empty:
                break
            batch.append(item)
            size += len(item[0].raw)
        return batch

    def _one_by_one(self, batch: list[_Waiting], error: Exception) -> None:
        """Give every mail its own chance: one that cannot be stored must not refuse the others."""
        alone = len(batch) == 1 or isinstance(error, TransientError)
        self._note(error)
        for arrival, future in batch:
            if alone:
                _tell(future, error)
                continue
            try:
                _tell(future, accept(self._engine, [arrival], self._clock())[0])
                self.trouble = ""
            except Exception as single:  # noqa: BLE001  told to the one session it belongs to
                _tell(future, single)

    def _note(self, error: Exception) -> None:
        # Databases say the statement, too, on lines of their own.
        self.trouble = (str(error) or type(error).__name__).partition("\n")[0]
        self._failed_at = time.monotonic()

    def _try_again(self) -> None:
        """See whether what failed the last time still would; senders come again much later than the fault ends."""
        if not self.trouble or time.monotonic() - self._failed_at < _TRY_AGAIN_SECONDS:
            return
        try:
            accept(self._engine, [_TRIAL], self._clock(), _keep_nothing)
        except _KeptNothingError:
            self.trouble = ""
        except Exception as error:  # noqa: BLE001  whatever it is, mails would fail by it
            self._note(error)


def _keep_nothing(_connection: Connection, _receipts: tuple[Accepted, ...]) -> None:
    raise _KeptNothingError


def _tell(future: "Future[Accepted]", said: Accepted | Exception) -> None:
    """Say what became of a mail; whoever stopped listening meanwhile must not stop the mails of the others."""
    if not future.set_running_or_notify_cancel():
        return
    if isinstance(said, Exception):
        future.set_exception(said)
    else:
        future.set_result(said)
