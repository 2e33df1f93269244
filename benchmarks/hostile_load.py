"""What the SMTP port bears: 500 hostile connections of all kinds, while an honest sender measures (``make hostile``).

    python benchmarks/hostile_load.py [--connections 500] [--seconds 30]

A real ``inboxd run`` on embedded defaults with a submission port, hostile clients from twenty addresses (127.0.1.x) in a
process of their own, and an honest sender from another. Printed: how long one of his mails takes before and meanwhile, what
each kind of hostile client heard, and the memory of the front before, at most, and after. Exit code 1 when an honest mail
was refused or waited for longer than ten seconds, a forged mail came in, or the front grew by more than its limit.
"""

import argparse
import asyncio
import contextlib
import multiprocessing
import random
import re
import shutil
import signal
import smtplib
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import trustme
from bare_daemon import take_articles_away
from hostile_clients import Hostiles
from surgery_dovecot import free_port, wait_for_port

_PEERS = 20
_HONEST = "127.0.0.9"
_MAILS_BEFORE = 100
_LONGEST_SECONDS = 10.0
# 150 MB of mails on their way (max_memory), each of the largest copied twice while it is stored, and what connections take.
_MOST_GROWTH = 400.0
_LET_GO_SECONDS = 20.0
_FILES_AT_REST = 60
_TEXT = "From: eve@sand.example\r\nSubject: honest {number}\r\nMessage-ID: <{number}.honest@sand.example>\r\n\r\n{filler}\r\n"
_SUBMISSION = """
[intake.submission]
enabled = true
listen = "127.0.0.1:{port}"
tls_cert = "cert.pem"
tls_key = "key.pem"
"""


@dataclass(slots=True)
class Front:
    """The front process, and the most memory it was seen with (MB)."""

    pid: int
    peak: float = 0.0
    descriptors: int = 0

    def weigh(self) -> float:
        """Return the resident memory now (MB)."""
        text = Path(f"/proc/{self.pid}/status").read_text("ascii")
        found = re.search(r"^VmRSS:\s+(\d+)", text, re.MULTILINE)
        now = int(found[1]) / 1024 if found else 0.0
        self.peak = max(self.peak, now)
        self.descriptors = max(self.descriptors, len(list(Path(f"/proc/{self.pid}/fd").iterdir())))
        return now

    def files_left(self) -> int:
        """Return how many files stay open once those who are gone are let go (a few seconds)."""
        until, files = time.monotonic() + _LET_GO_SECONDS, sys.maxsize
        while files > _FILES_AT_REST and time.monotonic() < until:
            files = len(list(Path(f"/proc/{self.pid}/fd").iterdir()))
            time.sleep(0.1)
        return files


@dataclass(slots=True)
class Honest:
    """What became of the honest sender's mails: seconds each, and the codes of those that were refused."""

    seconds: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    numbers: int = 0

    def send(self, port: int) -> None:
        """Send one mail over a connection of its own."""
        self.numbers += 1
        raw = _TEXT.format(number=self.numbers, filler="x" * 60 + "\r\n") * 1
        began = time.perf_counter()
        try:
            with smtplib.SMTP("127.0.0.1", port, "mx.example", 60, source_address=(_HONEST, 0)) as client:
                client.sendmail("eve@sand.example", "support@acme.test", raw)
        except (smtplib.SMTPException, OSError) as error:
            self.refused[f"{type(error).__name__}: {error}"[:80]] += 1
        self.seconds.append(time.perf_counter() - began)


def main() -> int:
    """Run the load once and print what came of it."""
    arguments = _arguments()
    folder = Path(tempfile.mkdtemp(prefix="inboxd-hostile-"))
    try:
        with _desk(folder) as (front, port, tls_port):
            before, meanwhile = Honest(), Honest(numbers=_MAILS_BEFORE)
            for _ in range(_MAILS_BEFORE):
                before.send(port)
            resting = front.weigh()
            heard, seconds = _attack(front, meanwhile, port, tls_port, arguments)
            meanwhile.send(port)
            forged = _forged(folder / "desk" / "var" / "inboxd.db")
            after = front.weigh()
            left = front.files_left()
        return _report(before, meanwhile, front, resting, after, heard, forged, left, seconds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--connections", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=30.0)
    return parser.parse_args()


@contextlib.contextmanager
def _desk(folder: Path) -> Iterator[tuple[Front, int, int]]:
    desk, port, tls_port = folder / "desk", free_port(), free_port()
    subprocess.run([sys.executable, "-m", "inboxd", "init", str(desk)], capture_output=True, check=True)
    take_articles_away(desk)
    issued = trustme.CA().issue_cert("127.0.0.1")
    issued.cert_chain_pems[0].write_to_path(desk / "cert.pem")
    issued.private_key_pem.write_to_path(desk / "key.pem")
    config = desk / "config.toml"
    text = config.read_text("utf-8").replace("127.0.0.1:8025", f"127.0.0.1:{port}")
    config.write_text(text + _SUBMISSION.format(port=tls_port), "utf-8")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "inboxd", "run"], cwd=desk, stdout=log, stderr=log)
        try:
            wait_for_port(port, process)
            wait_for_port(tls_port, process)
            yield Front(process.pid), port, tls_port
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(90)


def _attack(
    front: Front, honest: Honest, port: int, tls_port: int, arguments: argparse.Namespace
) -> tuple[dict[str, Counter[str]], float]:
    """Let the hostile clients loose, and send honest mails all the while; return what the hostile heard."""
    told: multiprocessing.Queue[dict[str, Counter[str]]] = multiprocessing.Queue()
    enemy = multiprocessing.Process(
        target=_be_hostile, args=(port, tls_port, arguments.connections, arguments.seconds, told)
    )
    began = time.monotonic()
    enemy.start()
    while time.monotonic() - began < arguments.seconds:
        honest.send(port)
        front.weigh()
    heard = told.get(timeout=60)
    enemy.join(60)
    return heard, time.monotonic() - began


def _be_hostile(
    port: int,
    tls_port: int,
    connections: int,
    seconds: float,
    told: "multiprocessing.Queue[dict[str, Counter[str]]]",
) -> None:
    hostiles = Hostiles(port, tls_port)

    async def run() -> None:
        kinds = list(hostiles.kinds.values())
        dice = random.Random(1)

        async def one(number: int) -> None:
            while True:
                await kinds[number % len(kinds)](f"127.0.1.{number % _PEERS + 1}")
                await asyncio.sleep(dice.random())

        async with asyncio.timeout(seconds):
            await asyncio.gather(*(one(number) for number in range(connections)))

    with contextlib.suppress(TimeoutError):
        asyncio.run(run())
    told.put(hostiles.heard)


def _forged(store: Path) -> int:
    """Return how many mails came in with the hidden sender of a smuggler."""
    with contextlib.closing(sqlite3.connect(store, timeout=60)) as connection:
        query = "select count(*) from mail where reverse_path = 'ada@acme.test'"
        return int(connection.execute(query).fetchone()[0])


def _report(
    before: Honest,
    meanwhile: Honest,
    front: Front,
    resting: float,
    after: float,
    heard: dict[str, Counter[str]],
    forged: int,
    left: int,
    seconds: float,
) -> int:
    for name, one in (("before", before), ("meanwhile", meanwhile)):
        cuts = statistics.quantiles(one.seconds, n=100, method="inclusive")
        print(
            f"an honest mail {name:<10}{cuts[49] * 1000:8.1f} ms median, {cuts[98] * 1000:.1f} ms at the 99th percentile, "
            f"{max(one.seconds) * 1000:.1f} ms at most; {len(one.seconds)} mails, {one.refused.total()} refused"
        )
    for what, count in meanwhile.refused.items():
        print(f"  refused {count}: {what}")
    print(f"memory of the front {resting:8.0f} MB before, {front.peak:.0f} MB at most, {after:.0f} MB after")
    print(f"open files          {front.descriptors:8d}   at most, {left} after; {seconds:.0f} s")
    print(f"forged mails        {forged:8d}")
    for kind, codes in heard.items():
        print(f"  {kind:<26}" + ", ".join(f"{code} x {count}" for code, count in sorted(codes.items())))
    slow = max(meanwhile.seconds) > _LONGEST_SECONDS
    good = not (
        slow or meanwhile.refused or forged or left > _FILES_AT_REST or front.peak - resting > _MOST_GROWTH
    )
    print("borne" if good else "FAILED")
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
