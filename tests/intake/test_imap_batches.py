"""Fetching a batch while the one before is committed: quicker, and never another outcome."""

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from inboxd.core.folder_walk import Cursor, Listed
from inboxd.intake import imap_batches
from inboxd.intake.imap_batches import fetched_ahead, take_all
from inboxd.intake.imap_caution import Caution
from inboxd.intake.imap_session import ConnectionLostError

WAIT = 10


class Server:
    """A session that gives every mail, but not before it may; it notes what was asked for and when it is in use."""

    def __init__(self, broken: int = 0) -> None:
        self.asked: list[int] = []
        self.in_use = False
        self.may = threading.Semaphore(100)
        self.begun = threading.Event()
        self._broken = broken

    def fetch(self, uids: Sequence[int], _section: str = "") -> Mapping[int, bytes]:
        """Give the mails, or break off."""
        assert not self.in_use
        self.in_use = True
        self.begun.set()
        assert self.may.acquire(timeout=WAIT)
        self.asked += uids
        self.in_use = False
        if self._broken in uids:
            raise ConnectionLostError("gone")
        return dict.fromkeys(uids, b"raw")


def folder(ended: Any = lambda: False, taking_much: Any = contextlib.nullcontext) -> Any:
    account = SimpleNamespace(max_size=10**9)
    return SimpleNamespace(account=account, caution=Caution(), ended=ended, taking_much=taking_much)


def cut(*sizes: int) -> tuple[tuple[Listed, ...], ...]:
    return tuple((Listed(uid, size, None),) for uid, size in enumerate(sizes, start=1))


def test_the_next_batch_is_fetched_meanwhile() -> None:
    """While the caller has a batch in hand the next one is on its way, and never more than that one; order is kept."""
    server: Any = Server()
    order = []
    with fetched_ahead(folder(), server, cut(*[10] * 5)) as pairs:
        for batch, fetched in pairs:
            order.append(batch[0].uid)
            assert [one.listed for one in fetched] == list(batch)
            _wait_for(lambda: len(server.asked) == min(len(order) + 1, 5))
    assert order == server.asked == [1, 2, 3, 4, 5]


def test_nothing_to_fetch() -> None:
    """No batch is no question."""
    server: Any = Server()
    with fetched_ahead(folder(), server, ()) as pairs:
        assert list(pairs) == []
    assert not server.begun.is_set()


def test_an_error_ahead_costs_the_batch_in_hand_nothing() -> None:
    """What breaks over the second batch is raised when the second one's turn comes, and remembered against its mails."""
    server: Any = Server(broken=2)
    reading = folder()
    kept: list[int] = []
    with pytest.raises(ConnectionLostError):
        _take(reading, server, lambda batch: kept.append(batch[0].uid))
    assert (kept, server.asked) == ([1], [1, 2])
    assert reading.caution.suspects(2)


def test_a_commit_that_fails_frees_the_connection_first() -> None:
    """An error of the caller is seen only when nothing uses the connection any more; what was fetched ahead is gone."""
    server: Any = Server()
    server.may = threading.Semaphore(1)

    def fails(_: object) -> None:
        threading.Timer(0.05, server.may.release).start()
        raise OSError("the disk is full")

    # Whoever holds the error holds its frames.
    with pytest.raises(OSError, match="the disk is full") as raised:
        _take(folder(), server, fails)
    assert raised.tb
    assert not server.in_use
    assert server.asked == [1, 2]


def test_what_was_fetched_is_kept_before_more_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many batches there are, when one is committed only the next one may have been fetched."""
    server: Any = Server()
    kept: list[int] = []

    def keep(_folder: Any, _cursor: Any, fetched: Any) -> int:
        kept.append(fetched[0].listed.uid)
        assert len(server.asked) <= len(kept) + 1
        return len(fetched)

    monkeypatch.setattr(imap_batches, "keep", keep)
    monkeypatch.setattr("inboxd.intake.imap_caution.MOST_MAILS", 1)
    mails = [one for (one,) in cut(*[10] * 6)]
    assert take_all(folder(), server, Cursor(1, 0), mails) == 6
    assert kept == [1, 2, 3, 4, 5, 6]


def test_large_mails_are_never_held_beside_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two batches that are too large together are fetched one after the other, as memory is what bounds them."""
    monkeypatch.setattr(imap_batches, "_MOST_HELD", 100)
    server: Any = Server()
    seen = []
    with fetched_ahead(folder(), server, cut(90, 20, 70, 40)) as pairs:
        for batch, _ in pairs:
            if batch[0].uid == 2:
                _wait_for(lambda: len(server.asked) == 3)
            seen.append(len(server.asked))
    assert seen == [1, 3, 3, 4]


def test_nothing_is_fetched_ahead_of_the_end() -> None:
    """A desk that is being stopped asks for no more mails."""
    server: Any = Server()
    with fetched_ahead(folder(lambda: True), server, cut(10, 10)) as pairs:
        next(pairs)
    assert server.asked == [1]


@pytest.mark.parametrize(("batches", "said"), [(1, []), (2, ["more", "done"])])
def test_others_make_room_for_several_batches(batches: int, said: list[str]) -> None:
    """Who would rather wait is told before the first of several batches and after the last; of one batch nobody hears."""
    heard: list[str] = []

    @contextlib.contextmanager
    def much() -> Iterator[None]:
        heard.append("more")
        yield
        heard.append("done")

    with fetched_ahead(folder(taking_much=much), Server(), cut(*[10] * batches)) as pairs:  # type: ignore[arg-type]
        for number, _ in enumerate(pairs):
            assert (number, heard) == (number, said[:1])
    assert heard == said


def _take(reading: Any, server: Any, keep: Callable[[Any], object]) -> None:
    with fetched_ahead(reading, server, cut(10, 10, 10)) as pairs:
        for batch, _ in pairs:
            keep(batch)


def _wait_for(there: Any) -> None:
    done = threading.Event()
    for _ in range(WAIT * 1000):
        if there():
            return
        done.wait(0.001)
    raise TimeoutError
