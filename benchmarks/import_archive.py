"""Moving in with a mailing list's archive: speed, memory, conversations, and out and in again (``make bench-import``).

    python benchmarks/import_archive.py [--mails 10000] [--mbox FILE]

Without ``--mbox`` a made-up archive (``import_mails.py``). ``inboxd import mbox`` runs as a process of its own. Its
conversations are compared with those an archive shows, computed here by the standard library alone: mails belong
together when one names the other, or both name a third, in References or In-Reply-To. Then ``inboxd export``, ``inboxd
import export`` into a new desk, and the export of that one: every file must have the same SHA-256. Exit code 1 when a
mail is missing, held or on another ticket than its conversation, or a hash differs.
"""

import argparse
import contextlib
import hashlib
import json
import mailbox
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from import_mails import archive

_ID = re.compile(r"<([^<>\s]{1,900})>")
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
        box = (arguments.mbox or _made_up(folder, arguments.mails)).resolve()
        wrong = _move_in(folder, box) + _move_house(folder)
    finally:
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return int(wrong > 0)


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
    truth, mails = _conversations(box)
    ours = _tickets(folder / "desk" / "var" / "inboxd.db")
    strayed = _differences(truth, ours)
    print(f"{mails} mails, {box.stat().st_size / _MB:.0f} MB, {len(set(truth.values()))} conversations")
    # What else the machine does costs time, and none of the processor time of this.
    print(f"imported in {seconds:.0f} s ({mails / seconds:.0f}/s), {busy:.0f} s of processor time: {done}")
    quarter, most = memory[len(memory) // 4] if memory else 0, max(memory, default=0)
    print(f"memory {quarter:.0f} MB at a quarter of the time, {most:.0f} MB at most")
    print(f"{len(ours)} mails compared, {strayed} pairs of neighbours on other tickets than in the archive")
    return strayed + done["held"] + abs(mails - done["imported"] - done["duplicates"])


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


def _conversations(box: Path) -> tuple[dict[str, str], int]:
    """Return the conversation of each Message-ID as an archive shows it, and how many mails there are."""
    head: dict[str, str] = {}

    def root(one: str) -> str:
        while head.setdefault(one, one) != one:
            head[one] = head[head[one]]
            one = head[one]
        return one

    there: set[str] = set()
    mails = 0
    with contextlib.closing(mailbox.mbox(box)) as archived:
        for mail in archived:
            mails += 1
            own = _ID.findall(str(mail.get("Message-ID", "")))[:1]
            told = (str(mail.get(name, "")) for name in ("References", "In-Reply-To"))
            ids = [one.lower() for one in (*own, *(one for text in told for one in _ID.findall(text)))]
            there.update(one.lower() for one in own)
            for one in ids[1:]:
                head[root(one)] = root(ids[0])
    return {one: root(one) for one in there}, mails


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
            found[message_id.strip("<>").lower()] = number
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
