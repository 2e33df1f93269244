"""Company: what a process does together with other daemons on the same PostgreSQL; on SQLite there are none."""

import datetime as dt
import hashlib
import hmac
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Engine

from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.errors import PermanentError
from inboxd.loops import Stop, start_loop
from inboxd.store import settings
from inboxd.store.duties import BEAT_SECONDS, WATCH, Leaders, keeps_mailbox, reads_folder, sorts_queues
from inboxd.store.engine import read, write
from inboxd.store.wakeups import Listener, Wake

FRONT, WORKER = "front", "worker"
_SIGNED_WITH = "signed_with"


@dataclass(frozen=True, slots=True)
class Company:
    """``leaders`` say what this process may do (None: everything), ``threads`` keep it up until the end."""

    leaders: Leaders | None
    threads: tuple[threading.Thread, ...]
    is_alone: Callable[[], bool]


def keep_company(
    engine: Engine,
    clock: Clock,
    role: str,
    duties: tuple[str, ...],
    stop: Stop,
    alive: Callable[[], bool] = lambda: True,
) -> Company:
    """Stand for duties until ``stop``, as one of the processes of that role; nothing is waited for here."""
    if engine.dialect.name != "postgresql":
        return Company(None, (), lambda: True)
    from inboxd.store.leadership import Leadership  # noqa: PLC0415  a desk on SQLite need not pay for it

    leadership = Leadership(engine, clock, role, duties, alive=alive)

    def run() -> None:
        stop.wait()
        # The others need not wait until the silence is noticed.
        beating.join()
        leadership.close()

    beating = start_loop("leading", leadership.step, threading.Event(), BEAT_SECONDS, stop)
    ending = threading.Thread(target=run, name="leading-end")
    ending.start()
    return Company(leadership, (beating, ending), lambda: leadership.present <= 1)


def listen_to_others(
    engine: Engine, wakes: Mapping[Wake, Callable[[], None]], stop: Stop
) -> tuple[threading.Thread, ...]:
    """Hear when other daemons have work for us, until ``stop``."""
    if engine.dialect.name != "postgresql":
        return ()
    listener = Listener(engine, wakes, stop)
    return (start_loop("listen", listener.step, threading.Event(), 0.0, stop),)


def is_alone(engine: Engine, role: str = FRONT) -> bool:
    """Return whether no daemon works on this store, waiting some seconds for one that is just ending.

    On SQLite nobody else may, and nobody asks.
    """
    if engine.dialect.name != "postgresql":
        return True
    # A desk on SQLite need not pay for these.
    from inboxd.store.leadership import count_present  # noqa: PLC0415
    from inboxd.store.leaving import is_left  # noqa: PLC0415

    return is_left(engine, lambda connection: count_present(connection, role))


def require_same_secret(engine: Engine, secret: bytes, now: dt.datetime) -> None:
    """Raise ``PermanentError`` when the daemons at work sign with another secret: half of all replies would find no ticket."""
    if engine.dialect.name != "postgresql":
        return
    ours = hmac.new(secret, b"which secret", hashlib.sha256).hexdigest()
    with read(engine) as connection:
        theirs = (settings.load(connection, _SIGNED_WITH) or {}).get("sha256", ours)
    if theirs != ours and not is_alone(engine, WORKER):
        raise PermanentError(
            "the other daemons on this store have another secret: copy secret_file (var/secret) from their machine"
        )
    with write(engine) as connection:
        settings.save(connection, _SIGNED_WITH, {"sha256": ours}, now)


def front_duties(config: Config) -> tuple[str, ...]:
    """Return everything a front does that only one may do."""
    accounts = config.intake.imap
    named = (
        WATCH,
        *(reads_folder(one.mailbox, one.folder) for one in accounts),
        *(keeps_mailbox(one.mailbox) for one in accounts),
        *(sorts_queues(one.mailbox) for one in accounts),
    )
    return tuple(dict.fromkeys(named))
