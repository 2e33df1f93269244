"""Moving in with a mailing list's archive: speed, memory, conversations, and out and in again (``make bench-import``).

    python benchmarks/import_archive.py [--mails 10000] [--mbox FILE|FOLDER]

Without ``--mbox`` a made-up archive (``import_mails.py``); a folder of mails becomes an mbox in the order of their dates.
``inboxd import mbox`` runs as a process of its own. Its conversations are compared with those an archive shows
(``archive_threads.py``): mails belong together when one names the other, or both name a third; and with those that a
mail client sees at a Dovecot with that archive, where one is installed (``archive_dovecot.py``). Then ``inboxd export``, ``inboxd
import export`` into a new desk, and the export of that one: every file must have the same SHA-256. Exit code 1 when a
mail is missing, held or on another ticket than its conversation, or a hash differs.
"""

import argparse
import contextlib
import hashlib
import json
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from archive_dovecot import dovecot_threads
from archive_threads import conversations, gather
from import_mails import archive

_MB = 1024 * 1024


def main() -> int:
    """Run it once and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--mbox", type=Path, default=None)
    parser.add_argument("--keep", action="store_true", help="leave the desks where they are")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="inboxd-import-"))
    try:
        box = _box(folder, arguments.mbox, arguments.mails)
        wrong = _move_in(folder, box) + _move_house(folder)
    finally:
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return int(wrong > 0)


def _box(folder: Path, given: Path | None, mails: int) -> Path:
    if given is None:
        return _made_up(folder, mails)
    return gather(given, folder / "list.mbox") if given.is_dir() else given.resolve()


def _made_up(folder: Path, mails: int) -> Path:
    box = folder / "list.mbox"
    with box.open("wb") as file:
        file.writelines(archive(mails))
    return box


def _move_in(folder: Path, box: Path) -> int:
    """Import the archive and compare; return what is wrong."""
    _inboxd(folder, "init", "desk")
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    said, memory = _watched(folder / "desk", "import", "mbox", str(box), "--json")
    seconds, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    done = json.loads(said)
    (truth, mails), (with_outlook, _) = conversations(box), conversations(box, outlook=True)
    ours = _tickets(folder / "desk" / "var" / "inboxd.db")
    strayed = _differences(with_outlook, ours)
    print(f"{mails} mails, {box.stat().st_size / _MB:.0f} MB, {len(set(truth.values()))} conversations")
    # What else the machine does costs time, and none of the processor time of this.
    print(f"imported in {seconds:.0f} s ({mails / seconds:.0f}/s), {busy:.0f} s of processor time: {done}")
    quarter, most = memory[len(memory) // 4] if memory else 0, max(memory, default=0)
    print(f"memory {quarter:.0f} MB at a quarter of the time, {most:.0f} MB at most")
    print(f"{len(ours)} mails compared, {strayed} neighbours on other tickets than the mails say")
    print(f"{_differences(truth, ours)} as an archive shows them that does not read Outlook's Thread-Index")
    for name, shown in dovecot_threads(box).items():
        print(f"{_differences(shown, ours)} as Dovecot shows them ({name})")
    return strayed + int(done["held"]) + abs(mails - int(done["imported"]) - int(done["duplicates"]))


def _move_house(folder: Path) -> int:
    """Export, import into a new desk, export again; return how many files differ."""
    _inboxd(folder, "init", "other")
    began = time.monotonic()
    _inboxd(folder / "desk", "export", "../first")
    _inboxd(folder / "other", "import", "export", "../first")
    _inboxd(folder / "other", "export", "../second")
    first, second = _hashes(folder / "first"), _hashes(folder / "second")
    differ = sum(first.get(name) != second.get(name) for name in first.keys() | second.keys())
    print(f"out, in and out again in {time.monotonic() - began:.0f} s: {len(first)} files, {differ} differ")
    return differ


def _watched(desk: Path, *words: str) -> tuple[str, list[float]]:
    """Run a command; return what it said and its resident megabytes, looked at twice a second."""
    seen: list[float] = []
    with subprocess.Popen(_command(*words), cwd=desk, stdout=subprocess.PIPE, text=True) as process:
        watcher = threading.Thread(target=_look, args=(process, seen), daemon=True)
        watcher.start()
        said, _ = process.communicate()
        watcher.join()
    if process.returncode:
        raise SystemExit(f"inboxd {' '.join(words)} ended with {process.returncode}")
    return said, seen


def _look(process: subprocess.Popen[str], seen: list[float]) -> None:
    while process.poll() is None:
        try:
            lines = Path(f"/proc/{process.pid}/status").read_text("ascii").splitlines()
        except OSError:
            return
        seen += [int(one.split()[1]) / 1024 for one in lines if one.startswith("VmRSS:")]
        time.sleep(0.5)


def _tickets(database: Path) -> dict[str, int]:
    """Return the ticket of each Message-ID, after all merging."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        into = dict(
            connection.execute("select number, merged_into from ticket where merged_into is not null")
        )
        rows = connection.execute(
            "select message_id, ticket_number from mail where ticket_number is not null"
        ).fetchall()
    found: dict[str, int] = {}
    for message_id, filed_on in rows:
        number = filed_on
        while number in into:
            number = into[number]
        if message_id:
            found["".join(message_id.split()).strip("<>").lower()] = number
    return found


def _differences(truth: dict[str, str], ours: dict[str, int]) -> int:
    """Return how many mails stand apart from the first of their conversation, or together with one of another."""
    wrong = 0
    for this, that in ((truth, ours), (ours, truth)):
        first: dict[object, object] = {}
        for one in this:
            if one in that and first.setdefault(this[one], that[one]) != that[one]:
                wrong += 1
    return wrong


def _hashes(folder: Path) -> dict[str, str]:
    files = (one for one in folder.rglob("*") if one.is_file())
    return {str(one.relative_to(folder)): hashlib.sha256(one.read_bytes()).hexdigest() for one in files}


def _inboxd(folder: Path, *words: str) -> None:
    subprocess.run(_command(*words), cwd=folder, check=True, stdout=subprocess.DEVNULL)


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "inboxd", *words]


if __name__ == "__main__":
    sys.exit(main())
