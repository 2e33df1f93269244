"""Accepted is kept, and once: mail comes in while the desk is killed, filled up and cut off (``make crash``).

    python benchmarks/crash.py [--mails 10000] [--database sqlite|postgresql] [--brief] [--minutes M] [--seed 1] [--keep FOLDER]

A real ``inboxd run`` on each database, mail by SMTP, IMAP and ``inboxd accept``, and a smarthost that notes everything and
sometimes breaks before it says yes. Meanwhile the whole process group gets SIGKILL at random and at each named step
(inboxd/fault_points.py), and the other mishaps of crash_mishaps.py happen. In the end crash_checker.py, which uses
nothing of inboxd, compares the database with what senders and smarthost wrote down. Exit code 1 when a promise is broken.
"""

import argparse
import contextlib
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from crash_checker import Verdict, check, load, read_lines, tell
from crash_desk import WATCHED, Desk
from crash_disk import Disk
from crash_imap import imap_server
from crash_load import Load
from crash_mishaps import Theatre, acts, migrate_under_fire, starts_anew, wait_while
from crash_sink import Sink
from crash_stores import Database, PostgreSQL, SQLite
from surgery_dovecot import free_port

_FIRST_MAILS = 5
_MOST_WAITING = 300
_MAILS_PER_ACT = 90
_ROUND_SECONDS = 300.0
_SETTLE_SECONDS = 1800.0
_HURRY_SECONDS = 1.0
_ASK_SECONDS = 0.2


def main() -> int:
    """Run the driver on one database or both; return 1 when a promise was broken."""
    arguments = _arguments()
    # So that everybody who was started is ended, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    names = [arguments.database] if arguments.database else ["sqlite", "postgresql"]
    results = [_run(name, arguments) for name in names]
    return int(not all(results))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"))
    parser.add_argument(
        "--brief", action="store_true", help="each mishap at most once; the databases share the steps"
    )
    parser.add_argument(
        "--minutes", type=float, default=600, help="release no more mails after so long, on each database"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="copy logs, books and the SQLite file there in the end")
    return parser.parse_args()


def _run(name: str, arguments: argparse.Namespace) -> bool:
    folder = Path(tempfile.mkdtemp(prefix="inboxd-crash-"))
    folder.chmod(0o755)
    began = time.monotonic()
    try:
        with _theatre(name, folder, arguments) as (here, sink):
            _play(here, arguments.mails, began + 60 * arguments.minutes)
            settled = _settle(here, sink)
            here.desk.stop()
            here.load.close()
            return _report(here, sink, settled=settled, seconds=time.monotonic() - began)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _theatre(name: str, folder: Path, arguments: argparse.Namespace) -> Iterator[tuple[Theatre, Sink]]:
    dice = random.Random(arguments.seed)
    disk = Disk(folder / "disk")
    with contextlib.ExitStack() as stack:
        stack.callback(disk.remove)
        if arguments.keep:
            stack.callback(_keep, folder, arguments.keep / name)
        imap_port = stack.enter_context(imap_server(folder / "imap", tuple(WATCHED)))
        database: Database = SQLite(disk.folder) if name == "sqlite" else PostgreSQL(disk.folder)
        stack.callback(database.stop)
        sink_port = free_port()
        desk = Desk(disk.folder, database, sink_port, imap_port)
        stack.callback(desk.kill)
        senders = Load(desk, imap_port, dice, folder / "acknowledged")
        stack.callback(senders.close)
        sink = Sink(sink_port, folder / "sink", senders.answer, dice)
        sink.start()
        stack.callback(sink.stop)
        yield Theatre(desk, database, disk, senders, dice, brief=arguments.brief), sink


def _keep(folder: Path, kept: Path) -> None:
    ignored = shutil.ignore_patterns("run", "state", "pg", "home")
    shutil.copytree(folder, kept, ignore=ignored, dirs_exist_ok=True)


def _play(here: Theatre, mails: int, end: float) -> None:
    """Let mail come in, and after each few of them something happen."""
    happenings = _deck(here)
    if not here.desk.start():
        raise RuntimeError("the desk does not start")
    here.load.release(_FIRST_MAILS)
    wait_while(here, lambda: here.load.outstanding > 0, _ROUND_SECONDS)
    here.desk.kill()
    migrate_under_fire(here)
    rounds = len(happenings) if here.brief else max(mails // _MAILS_PER_ACT, len(happenings))
    deck = list(happenings)
    for turn in range(rounds):
        if time.monotonic() > end:
            break
        if not deck:
            deck = list(happenings)
            here.dice.shuffle(deck)
        name, began = deck.pop(), time.monotonic()
        # In a short run no daemon is started that the next mishap would only replace.
        if not here.desk.lives() and not (here.brief and starts_anew(name)):
            here.desk.start()
        here.load.release(max((mails - here.load.issued) // (rounds - turn), 1))
        happenings[name]()
        acted = time.monotonic()
        here.done[name] += 1
        here.database.hurry()
        wait_while(here, lambda: here.load.outstanding > _MOST_WAITING // 3, _ROUND_SECONDS)
        wait_while(
            here, lambda: here.database.waiting()[0] > _MOST_WAITING, _ROUND_SECONDS, every=_ASK_SECONDS
        )
        seconds = f"{acted - began:.1f} s, and {time.monotonic() - acted:.1f} s"
        print(f"  {len(here.load.acknowledged):6d} acknowledged; {name}: {seconds}", file=sys.stderr)


def _deck(here: Theatre) -> dict[str, Callable[[], None]]:
    """Return what shall happen. In a short run each database takes another quarter of the named steps."""
    happenings = acts(here)
    if not here.brief:
        return happenings
    named = [name for name in happenings if starts_anew(name)]
    quarter = named[1 if here.database.name == "SQLite" else 2 :: 4]
    return {name: act for name, act in happenings.items() if name in quarter or name not in named}


def _settle(here: Theatre, sink: Sink) -> bool:
    """Let the desk come to rest: every mail taken, processed and answered; return whether it did."""
    hurried = time.monotonic()

    def busy() -> bool:
        nonlocal hurried
        if time.monotonic() - hurried > _HURRY_SECONDS:
            hurried = time.monotonic()
            here.database.hurry()
        if here.load.outstanding or any(here.database.waiting()):
            return True
        answers = sink.counts.total(), here.load.issued
        missing = set(here.load.acknowledged) - set(load(here.database.address).numbers.values())
        return bool(missing) or answers != (sink.counts.total(), here.load.issued)

    if not here.desk.lives():
        here.desk.start()
    return wait_while(here, busy, _SETTLE_SECONDS, every=_ASK_SECONDS)


def _report(here: Theatre, sink: Sink, *, settled: bool, seconds: float) -> bool:
    folder = here.disk.folder.parent
    acknowledged = [line["number"] for line in read_lines(folder / "acknowledged")]
    verdict: Verdict = check(load(here.database.address), acknowledged, read_lines(folder / "sink"))
    print(f"== {here.database.name}: {here.load.issued} mails in {seconds:.0f} s; disk: {here.disk.how}")
    print("mishaps: " + ", ".join(f"{name} {count}" for name, count in here.done.most_common()))
    print("the daemon: " + ", ".join(f"{how} {count}" for how, count in here.desk.ends.most_common()))
    print("senders: " + ", ".join(f"{what} {count}" for what, count in here.load.counts.most_common()))
    print("smarthost: " + ", ".join(f"{what} {count}" for what, count in sink.counts.most_common()))
    print("memory: " + ", ".join(f"{name} at most {peak:.0f} MB" for name, peak in here.desk.peak.items()))
    tell(verdict)
    for what in here.unreached:
        print(f"NOT REACHED: {what}")
    if not settled:
        print("NOT SETTLED IN TIME")
    print("every promise kept" if verdict.good and settled and not here.unreached else "FAILED")
    return verdict.good and settled and not here.unreached


if __name__ == "__main__":
    sys.exit(main())
