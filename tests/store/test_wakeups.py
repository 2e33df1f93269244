import datetime as dt
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, text

from inboxd.intake.accept import Arrival, accept
from inboxd.loops import Stop
from inboxd.store.engine import write
from inboxd.store.wakeups import APPLICATION, Listener, Wake, tell

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
_LISTENERS = text("select pid from pg_stat_activity where application_name = :name")


class Daemon:
    """What another daemon would hear."""

    def __init__(self, engine: Engine) -> None:
        self.heard = {wake: threading.Event() for wake in Wake}
        self.stop = Stop()
        self.wakes = {wake: event.set for wake, event in self.heard.items()}
        listener = Listener(engine, self.wakes, self.stop)

        def run() -> None:
            while not self.stop.is_set():
                listener.step()

        self.thread = threading.Thread(target=run)
        self.thread.start()
        # Whoever begins to listen looks at everything once.
        self.expect(*Wake)

    def expect(self, *wakes: Wake) -> None:
        """Wait for these wake-ups."""
        for wake in wakes:
            assert self.heard[wake].wait(20), f"{wake} was not heard"
            self.heard[wake].clear()


@pytest.fixture
def other(shared_engine: Engine) -> Iterator[Daemon]:
    """Another daemon on the same store, listening."""
    daemon = Daemon(shared_engine)
    yield daemon
    daemon.stop.set()
    daemon.thread.join(20)


def test_accepted_mail_is_told(shared_engine: Engine, other: Daemon, mail: Any) -> None:
    """A daemon hears at once that another one accepted a mail, and nothing about mails to be sent."""
    accept(shared_engine, [Arrival(mail(), "a@x.test", ("support@acme.test",), "smtp")], NOW)
    other.expect(Wake.MAIL)
    assert not other.heard[Wake.OUTGOING].is_set()


def test_what_is_rolled_back_is_not_told(shared_engine: Engine, other: Daemon) -> None:
    """A wake-up comes with the commit of the work, so that it can be seen, or not at all."""
    with pytest.raises(ZeroDivisionError), write(shared_engine) as connection:  # noqa: PT012  told, then rolled back
        tell(connection, Wake.MAIL)
        raise ZeroDivisionError
    with write(shared_engine) as connection:
        tell(connection, Wake.OUTGOING)
    other.expect(Wake.OUTGOING)
    assert not other.heard[Wake.MAIL].is_set()


def test_a_lost_connection_is_made_again(shared_engine: Engine, other: Daemon) -> None:
    """When the database drops the connection the daemon listens on a new one, and looks at everything once."""
    with shared_engine.begin() as connection:
        for (pid,) in connection.execute(_LISTENERS, {"name": APPLICATION}).all():
            connection.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})
    other.expect(*Wake)
    with write(shared_engine) as connection:
        tell(connection, Wake.OUTGOING)
    other.expect(Wake.OUTGOING)


def test_on_sqlite_nobody_is_told(lite_engine: Engine) -> None:
    """One daemon needs no wake-up but its own."""
    with write(lite_engine) as connection:
        tell(connection, Wake.MAIL)
