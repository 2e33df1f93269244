import datetime as dt
import threading

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from inboxd.clock import fixed_clock
from inboxd.errors import TransientError
from inboxd.intake import group_commit
from inboxd.intake.accept import Arrival, accept
from inboxd.intake.group_commit import GroupCommit
from inboxd.store import mails
from inboxd.store.engine import read

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)


def arrival(number: int, size: int = 0) -> Arrival:
    raw = f"Message-ID: <{number}@customer.test>\r\n\r\nHello\r\n".encode() + b"x" * size
    return Arrival(raw, "carla@customer.test", ("support@acme.test",), "smtp")


def group(engine: Engine, accepted: threading.Event | None = None) -> GroupCommit:
    return GroupCommit(engine, fixed_clock(NOW), accepted)


def count_commits(engine: Engine) -> list[object]:
    commits: list[object] = []
    sa.event.listen(engine, "commit", commits.append)
    return commits


def test_what_waits_shares_one_commit(engine: Engine) -> None:
    """All mails that wait at one moment are committed together, and each sender gets his own receipt."""
    commits, commit = count_commits(engine), group(engine)
    futures = [commit.submit(arrival(number)) for number in range(50)]
    assert commit.wake.is_set()
    assert not any(future.done() for future in futures)
    assert commit.step()
    assert [future.result(0).mail_id for future in futures] == list(range(1, 51))
    assert len(commits) == 1
    assert not commit.step()


def test_nobody_is_told_before_the_commit(lite_engine: Engine) -> None:
    """While the transaction is open no sender has his yes: it comes only after the commit."""
    commit = group(lite_engine)
    future = commit.submit(arrival(1))
    seen: list[bool] = []
    sa.event.listen(lite_engine, "commit", lambda _: seen.append(future.done()))
    commit.step()
    assert seen == [False]
    assert future.done()


def test_a_batch_has_a_limit(lite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """No transaction grows without end, neither by number nor by bytes; the rest comes in the next turn."""
    monkeypatch.setattr(group_commit, "MAX_MAILS", 3)
    monkeypatch.setattr(group_commit, "MAX_BYTES", 2000)
    commit = group(lite_engine)
    small = [commit.submit(arrival(number)) for number in range(4)]
    commit.step()
    assert [future.done() for future in small] == [True, True, True, False]
    commit.step()
    large = [commit.submit(arrival(number, 1500)) for number in range(10, 13)]
    commit.step()
    assert [future.done() for future in large] == [True, True, False]


def test_one_bad_mail_refuses_nobody_else(lite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail that cannot be stored costs only its own sender: the others in the batch are accepted."""

    def choosy(engine: Engine, arrivals: list[Arrival], now: dt.datetime) -> object:
        if any(b"<2@" in one.raw for one in arrivals):
            raise ValueError("cannot be stored")
        return accept(engine, arrivals, now)

    monkeypatch.setattr(group_commit, "accept", choosy)
    commit = group(lite_engine)
    futures = [commit.submit(arrival(number)) for number in (1, 2, 3)]
    commit.step()
    assert [future.exception(0) is None for future in futures] == [True, False, True]
    with read(lite_engine) as connection:
        assert mails.count_by_state(connection)["accepted"] == 2


def test_a_store_that_is_away_is_told_to_all(lite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the store is away every waiting sender hears "later", after one try and not one try each."""
    tries: list[int] = []

    def away(_engine: Engine, arrivals: list[Arrival], _now: dt.datetime) -> object:
        tries.append(len(arrivals))
        raise TransientError("the store cannot be written")

    monkeypatch.setattr(group_commit, "accept", away)
    commit = group(lite_engine)
    futures = [commit.submit(arrival(number)) for number in range(3)]
    assert commit.step()
    assert all(isinstance(future.exception(0), TransientError) for future in futures)
    assert tries == [3]
    monkeypatch.undo()
    again = commit.submit(arrival(1))
    commit.step()
    assert again.result(0).mail_id == 1


@pytest.mark.parametrize("broken", [False, True])
def test_who_stopped_listening_stops_nobody(
    lite_engine: Engine, monkeypatch: pytest.MonkeyPatch, *, broken: bool
) -> None:
    """A sender that gave up while he waited neither loses his mail nor breaks the loop for the others."""
    if broken:
        monkeypatch.setattr(group_commit, "accept", lambda *_: 1 / 0)
    commit = group(lite_engine)
    gone, here = commit.submit(arrival(1)), commit.submit(arrival(2))
    assert gone.cancel()
    assert commit.step()
    assert (here.exception(0) is None) is not broken
    with read(lite_engine) as connection:
        assert mails.count_by_state(connection).get("accepted", 0) == (0 if broken else 2)


def test_the_worker_is_woken(lite_engine: Engine) -> None:
    """Once something was accepted the event is set that wakes the worker; before that it is not."""
    accepted = threading.Event()
    commit = group(lite_engine, accepted)
    commit.step()
    assert not accepted.is_set()
    commit.submit(arrival(1))
    commit.step()
    assert accepted.is_set()
