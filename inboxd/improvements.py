"""Which tickets led to a change: those that commits to the rules and articles name (``#12``)."""

import datetime as dt
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

_SECONDS = 20
_NAMED = re.compile(r"(?<![\w#/])#(\d{1,9})(?!\w)")


def improved_tickets(folders: Iterable[Path], since: dt.datetime, now: dt.datetime) -> frozenset[int]:
    """Return the tickets that commits of that time to these folders name; none where there is no git."""
    return frozenset(
        int(number) for folder in folders for number in _NAMED.findall(_messages(folder, since, now))
    )


def _messages(folder: Path, since: dt.datetime, now: dt.datetime) -> str:
    words = ("log", f"--since={since.isoformat()}", f"--until={now.isoformat()}", "--format=%B", "--", ".")
    try:
        done = subprocess.run(  # noqa: S603  the words are ours
            ["git", "-C", str(folder), *words],  # noqa: S607  the operator's own git, wherever it lies
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
