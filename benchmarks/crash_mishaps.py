"""What happens to the desk while mail comes in: it is killed, its disk fills, its database goes away, connections break."""

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from crash_desk import Desk, at
from crash_disk import Disk
from crash_load import Load
from crash_mails import GREEDY_KINDS
from crash_stores import Database

from inboxd.fault_points import Point

_WATCH_SECONDS = 0.02
_REACH_SECONDS = 90.0
_MORE_SECONDS = 4.0
_OUTAGE_SECONDS = 0.8
# Longer than anybody waits for a lock: only then the program has to say "later".
_LONG_OUTAGE_SECONDS = 33.0
_MOST_TIMES = 12
# In a short run: sections without end, brackets without end, and a list of addresses.
_GREEDY_BRIEF = 3
_DAEMON_POINTS = (
    Point.DATA_RECEIVED,
    Point.BEFORE_ACCEPT,
    Point.AFTER_ACCEPT,
    Point.BEFORE_250,
    Point.BEFORE_AFTERMATH,
    Point.BEFORE_APPLY,
    Point.AFTER_APPLY,
    Point.BEFORE_BOOKING,
    Point.AFTER_BOOKING,
    Point.TRANSMITTED,
    Point.BEFORE_RECORD,
    Point.AFTER_RECORD,
)
_MIGRATION_POINTS = (
    f"{Point.MIGRATING}@1",
    f"{Point.MIGRATING}@2",
    Point.BEFORE_MIGRATED,
    Point.AFTER_MIGRATED,
)
_BACKUP_POINTS = (Point.BACKUP_COPIED, Point.BEFORE_BACKUP_NAMED)
# The schema of this mail's day: it was accepted by an older program, and waits while the new one migrates.
_OLDER = "-2"
_DOWNGRADE = """
import sys
from alembic import command
from inboxd.store import engine
opened = engine.open_engine(sys.argv[1])
config = engine._alembic_config()
with engine.write(opened) as connection:
    config.attributes["connection"] = connection
    command.downgrade(config, sys.argv[2])
"""


@dataclass(slots=True)
class Theatre:
    """Everybody who takes part."""

    desk: Desk
    database: Database
    disk: Disk
    load: Load
    dice: random.Random
    brief: bool
    done: Counter[str] = field(default_factory=Counter)
    unreached: list[str] = field(default_factory=list)


def acts(here: Theatre) -> dict[str, Callable[[], None]]:
    """Return what can happen, by name; the daemon runs before and after each."""
    happenings: dict[str, Callable[[], None]] = {
        str(point): lambda point=point: _die_at(here, point) for point in _DAEMON_POINTS
    }  # type: ignore[misc]  # bound early
    happenings |= {
        "worker killed": lambda: _kill_worker(here),
        "disk full": lambda: _fill_disk(here),
        "database taken away": lambda: here.database.revoke(_OUTAGE_SECONDS),
        "connections reset": lambda: _reset_connections(here),
        "greedy headers": lambda: here.load.release_greedy(_GREEDY_BRIEF if here.brief else GREEDY_KINDS),
        "backup killed": lambda: _kill_backups(here),
    }
    if not here.brief:
        happenings["killed at random"] = lambda: _kill_at_random(here)
        happenings["stopped"] = lambda: _stop(here)
        happenings["database away for long"] = lambda: here.database.revoke(_LONG_OUTAGE_SECONDS)
    return happenings


def starts_anew(name: str) -> bool:
    """Return whether what happens begins with a start of the daemon, armed to die at the point of this name."""
    return name in set(_DAEMON_POINTS)


def migrate_under_fire(here: Theatre) -> None:
    """Put the store, with mail in it, two schemas back, and die at every step of bringing it forward."""
    command = [sys.executable, "-c", _DOWNGRADE, here.database.url, _OLDER]
    subprocess.run(command, check=True, capture_output=True)
    for fault in _MIGRATION_POINTS[1:3] if here.brief else _MIGRATION_POINTS:
        if here.desk.start(str(fault)) or here.desk.lives():
            here.unreached.append(str(fault))
            here.desk.kill()
        else:
            here.desk.bury()
            here.done[str(fault).partition("@")[0]] += 1


def wait_while(
    here: Theatre, busy: Callable[[], bool], seconds: float, every: float = _WATCH_SECONDS
) -> bool:
    """Wait as long as something is so, with the daemon and the database alive; return False when it takes too long."""
    until = time.monotonic() + seconds
    while busy():
        if time.monotonic() > until:
            return False
        here.desk.weigh()
        if not here.desk.lives():
            # What systemd does (Restart=always).
            here.desk.bury()
            here.database.ensure_running()
            here.desk.start()
        time.sleep(every)
    return True


def _die_at(here: Theatre, point: Point) -> None:
    here.desk.kill()
    here.desk.start(at(point, here.dice, 3 if here.brief else _MOST_TIMES))
    began = released = time.monotonic()
    while time.monotonic() - began < _REACH_SECONDS:
        here.desk.weigh()
        if here.desk.wait_for_death(_WATCH_SECONDS):
            return
        if time.monotonic() - released > _MORE_SECONDS:
            # What was there is done, and the daemon has not come past often enough.
            released = time.monotonic()
            here.load.release(_MOST_TIMES)
    here.unreached.append(point)


def _kill_at_random(here: Theatre) -> None:
    before, enough = here.load.outstanding, here.dice.random()
    wait_while(here, lambda: here.load.outstanding > before * enough, 20)
    here.desk.kill()


def _kill_worker(here: Theatre) -> None:
    wait_while(here, lambda: len(here.desk.processes()) < 2, 20)
    here.desk.kill_worker()


def _fill_disk(here: Theatre) -> None:
    """Fill the disk until somebody was told to come later."""
    before = here.load.counts["refused 451"]
    largest = (
        max(path.stat().st_size for path in Path(here.desk.folder / "var").glob("inboxd.db*"))
        if (here.desk.folder / "var" / "inboxd.db").exists()
        else 0
    )
    here.disk.fill(here.desk.processes(), largest)
    try:
        wait_while(here, lambda: here.load.counts["refused 451"] == before, 2.0)
    finally:
        here.disk.free()
        here.database.ensure_running()


def _reset_connections(here: Theatre) -> None:
    before = here.load.counts["reset in DATA"]
    here.load.resetting = True
    wait_while(here, lambda: here.load.counts["reset in DATA"] < before + 5 and here.load.outstanding > 0, 20)
    here.load.resetting = False


def _kill_backups(here: Theatre) -> None:
    """Make backups that die, at named steps and at random, and one that does not."""
    file = here.desk.folder.parent / "backup"
    for point in _BACKUP_POINTS[1:] if here.brief else _BACKUP_POINTS:
        if here.desk.run("backup", str(file), fault=str(point)) != -9:
            here.unreached.append(point)
    if not here.brief:
        here.desk.run("backup", str(file), kill_after=0.3 + here.dice.random())
    if here.desk.run("backup", str(file)):
        here.unreached.append("a backup that is not killed")


def _stop(here: Theatre) -> None:
    code = here.desk.stop()
    if code:
        here.unreached.append(f"an orderly end (exit code {code})")
