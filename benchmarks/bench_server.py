"""The servers that are compared at taking mail, each in a process of its own.

    python bench_server.py throw|ours|single PORT FOLDER [FSYNC_MS]

*throw* is aiosmtpd with a handler that throws the mail away, *ours* the front's intake with its group commit on SQLite,
*single* the same with a commit per mail. FSYNC_MS is waited inside of every commit, as an honest disk would.
"""

import sys
import threading
import time
from pathlib import Path

from aiosmtpd.controller import Controller
from sqlalchemy import event

from inboxd.clock import system_clock
from inboxd.core.own_addresses import OwnAddresses
from inboxd.intake import group_commit
from inboxd.intake.smtp import SmtpIntake, make_controller
from inboxd.loops import Stop, start_loop
from inboxd.store.engine import open_store


class _Throw:
    async def handle_DATA(self, _server: object, _session: object, _envelope: object) -> str:  # noqa: N802  aiosmtpd's name
        """Take the mail and forget it."""
        return "250 OK"


def main() -> None:
    """Serve until killed."""
    kind, port, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    if kind == "throw":
        Controller(_Throw(), hostname="127.0.0.1", port=port).start()
    else:
        _serve(port, folder, single=kind == "single", fsync=float(sys.argv[4]) / 1000)
    threading.Event().wait()


def _serve(port: int, folder: Path, *, single: bool, fsync: float) -> None:
    engine = open_store(f"sqlite:///{folder / 'bench.db'}")
    if fsync:
        event.listen(engine, "commit", lambda _connection: time.sleep(fsync))
    if single:
        group_commit.MAX_MAILS = 1
    commit = group_commit.GroupCommit(engine, system_clock)
    start_loop("commit", commit.step, commit.wake, 60.0, Stop())
    own = OwnAddresses(frozenset({"support@acme.test"}))
    intake = SmtpIntake(own, commit, 100)
    make_controller(
        intake, host="127.0.0.1", port=port, max_size=50_000_000, timeout=300, ident="acme.test"
    ).start()


if __name__ == "__main__":
    main()
