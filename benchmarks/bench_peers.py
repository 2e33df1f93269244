"""Taking, filing and answering mails beside Roundup and django-helpdesk, and how the cost grows with the store.

The peers are installed with pip into an environment of their own, kept under the cache for the next time.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench_mails import write_mails
from bench_table import Line, NotRun, Row
from throughput import new_desk

from inboxd.knowledge.model_export import cache_folder

MAILS = 2000
PEER_MAILS = 400
_HERE = Path(__file__).parent
_PACKAGES = ("roundup", "django-helpdesk")
# Customers of a help desk are new all the time: Roundup hashes a password nobody knows for each. So cheap it may be.
_ROUNDS = 1000


def answer_rows(mails: int = MAILS) -> list[Line]:
    """Return the rows of the pipeline without a model, in processor time per mail."""
    with tempfile.TemporaryDirectory(prefix="inboxd-bench-") as name:
        folder = Path(name)
        write_mails(folder / "mails", mails)
        write_mails(folder / "peer-mails", min(mails, PEER_MAILS))
        desk, _ = new_desk(folder, articles=False)
        ours = _run([sys.executable, str(_HERE / "bench_ours.py"), str(desk), str(folder / "mails")])
        each = _each(ours)
        lines: list[Line] = [
            Row("answer, processor a mail", each, "ms", beside=f"{_rate(ours)}, {ours['tickets']} tickets")
        ]
        try:
            python = _environment()
        except subprocess.CalledProcessError as error:
            return [*lines, NotRun("answer / peers", f"pip: {error.stderr[-200:]!r}")]
        for peer, goal in (("roundup", 8.0), ("helpdesk", 0.0)):
            home = folder / peer
            home.mkdir()
            if peer == "roundup":
                _make_tracker(python, home)
            command = [
                str(python),
                "-W",
                "ignore",
                str(_HERE / f"bench_{peer}.py"),
                str(home),
                str(folder / "peer-mails"),
            ]
            found = _run(command)
            beside = f"{_each(found):.1f} ms a mail there, {_rate(found)}, {found['tickets']} tickets"
            lines.append(Row(f"answer / {peer}", _each(found) / each, "times less", goal, beside=beside))
    return lines


def growth_rows(mails: int = 400, many: int = 100_000, few: int = 1_000) -> list[Line]:
    """Return the row of what a mail costs with many stored tickets, by what it costs with few."""
    costs = {}
    with tempfile.TemporaryDirectory(prefix="inboxd-bench-") as name:
        for stored in (few, many):
            folder = Path(name) / str(stored)
            folder.mkdir()
            write_mails(folder / "mails", mails)
            desk, _ = new_desk(folder, articles=False)
            command = [
                sys.executable,
                str(_HERE / "bench_ours.py"),
                str(desk),
                str(folder / "mails"),
                str(stored),
            ]
            costs[stored] = _each(_run(command))
    beside = f"{costs[few]:.1f} and {costs[many]:.1f} ms of processor a mail"
    return [
        Row(
            f"growth, {many} stored tickets / {few}",
            costs[many] / costs[few],
            "times",
            1.1,
            least=False,
            beside=beside,
        )
    ]


def _run(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _each(found: dict[str, Any]) -> float:
    return float(found["cpu"]) / int(found["mails"]) * 1000


def _rate(found: dict[str, Any]) -> str:
    return f"{found['mails'] / found['seconds']:.0f} mails/s"


def _environment() -> Path:
    """Return the Python of the peers' environment, made when it is not there."""
    place = cache_folder() / "bench-peers"
    python = place / "bin" / "python"
    if not (place / "complete").exists():
        shutil.rmtree(place, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(place)], capture_output=True, text=True, check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", *_PACKAGES]
        subprocess.run(install, capture_output=True, text=True, check=True)
        (place / "complete").touch()
    return python


def _make_tracker(python: Path, home: Path) -> None:
    """Make Roundup's classic tracker, which lets strangers write to it."""
    admin = [str(python.with_name("roundup-admin")), "-i", str(home)]
    settings = "mail_domain=acme.test,tracker_web=http://acme.test/,admin_email=a@acme.test,tracker_email=support@acme.test"
    subprocess.run([*admin, "install", "classic", "sqlite", settings], capture_output=True, check=True)
    _change(home / "schema.py", r"^#(?=.*'Anonymous', 'Email Access')", "")
    _change(
        home / "config.ini",
        r"^password_pbkdf2_default_rounds = .*",
        f"password_pbkdf2_default_rounds = {_ROUNDS}",
    )
    subprocess.run([*admin, "initialise", "admin"], capture_output=True, check=True)


def _change(path: Path, pattern: str, instead: str) -> None:
    path.write_text(re.sub(pattern, instead, path.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
