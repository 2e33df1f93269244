"""The desk under surgery: a real ``inboxd run``, killed and started at will, and what its database says in the end."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bare_daemon import account_section, take_articles_away
from surgery_dovecot import PASSWORD, USER, free_port, wait_for_port
from surgery_mails import number_of

# What becomes of a mail in each folder the desk reads.
WATCHED = {
    "INBOX": 'after = "leave"',
    "Support": 'after = "keyword"',
    "Sales": 'after = "move"\nmove_to = "Sales/Done"',
}


@dataclass(frozen=True, slots=True)
class Kept:
    """What the desk has of the mails: how often, as messages, and what waits or is held for which reason."""

    mails: Counter[int]
    messages: Counter[int]
    held: Counter[str]
    sent: int


class Desk:
    """A desk that reads the folders of one account and, so that figures are of the intake, knows no articles."""

    def __init__(self, folder: Path, imap_port: int, watched: Mapping[str, str] = WATCHED) -> None:
        self._folder = folder / "desk"
        self._port = free_port()
        self._log = (folder / "desk.log").open("ab")
        self._process: subprocess.Popen[bytes] | None = None
        subprocess.run(
            [sys.executable, "-m", "inboxd", "init", str(self._folder)], capture_output=True, check=True
        )
        take_articles_away(self._folder)
        (self._folder / "password").write_text(PASSWORD, "ascii")
        config = self._folder / "config.toml"
        text = config.read_text("utf-8").replace("127.0.0.1:8025", f"127.0.0.1:{self._port}")
        for name, after in watched.items():
            text += account_section(imap_port, USER, name, timeout="3s", more=after)
        config.write_text(text, "utf-8")

    def start(self) -> None:
        """Run it; return once its front listens."""
        command = [sys.executable, "-m", "inboxd", "run"]
        self._process = subprocess.Popen(
            command, cwd=self._folder, stdout=self._log, stderr=self._log, start_new_session=True
        )
        wait_for_port(self._port, self._process)

    def processes(self) -> tuple[int, ...]:
        """Return the process ids of front and worker, in this order."""
        if self._process is None:
            return ()
        pid = self._process.pid
        return (pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()))

    def counts(self, query: str) -> tuple[int, ...]:
        """Return the first row of what its database says to a question for numbers."""
        with self._store() as store:
            return tuple(store.execute(query).fetchone())

    def kill(self) -> None:
        """Kill front and worker where they stand (SIGKILL)."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """End it in an orderly way."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(60)
            self._process = None

    def wait_until_worked_off(self, seconds: float) -> bool:
        """Return True once no accepted mail waits any more, False when that takes too long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not self.counts("select count(*) from mail where state = 'accepted'")[0]:
                return True
            time.sleep(0.2)
        return False

    def kept(self) -> Kept:
        """Return what it has, from its database and nothing else."""
        with self._store() as store:
            number_by_id = {
                mail_id: number_of(raw) for mail_id, raw in store.execute("select mail_id, raw from mail_raw")
            }
            held = store.execute("select id, reason from mail where state = 'held'").fetchall()
            lines = store.execute("select mail_id from message where direction = 'in'").fetchall()
            # Stand-ins that were replaced by the mail itself are put aside.
            dropped = {row[0] for row in store.execute("select id from mail where state = 'dropped'")}
            sent = store.execute("select count(*) from outbox").fetchone()[0]
        return Kept(
            mails=Counter(
                number
                for mail_id, number in number_by_id.items()
                if number is not None and mail_id not in dropped
            ),
            messages=Counter(
                number for (mail_id,) in lines if (number := number_by_id.get(mail_id)) is not None
            ),
            held=Counter(reason for _, reason in held),
            sent=sent,
        )

    @contextlib.contextmanager
    def _store(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(
            sqlite3.connect(self._folder / "var" / "inboxd.db", timeout=30)
        ) as connection:
            yield connection
