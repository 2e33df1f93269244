"""``inboxd accept``: a mail from a file or from an MTA's pipe, as durable as over SMTP."""

import datetime as dt
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Engine

from inboxd.intake.accept import Arrival, accept
from inboxd.store.accepting import Accepted

STANDARD_INPUT = "-"


def accept_files(
    engine: Engine,
    names: Sequence[str],
    reverse_path: str | None,
    forward_paths: tuple[str, ...],
    now: dt.datetime,
) -> Iterator[Accepted]:
    """Yield a receipt per file, each committed on its own. Raises ``OSError`` and ``TransientError``."""
    for name in names or [STANDARD_INPUT]:
        arrival = Arrival(read_mail(name), reverse_path, forward_paths, "pipe")
        yield accept(engine, [arrival], now)[0]


def read_mail(name: str) -> bytes:
    """Return the bytes of a file or of standard input (``-``), without an mbox ``From `` line a pipe may add."""
    raw = sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
    return raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw
