"""Files that are written beside their place and get their name when they are whole."""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def unfinished(file: Path) -> Iterator[Path]:
    """Give an empty file beside ``file`` that only its owner may read; it is gone at the end unless it was renamed.

    What killed processes left of the same file goes first: it is as large as the file, and as private.
    """
    _remove_left(file)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _remove_left(file: Path) -> None:
    """Remove the drafts of processes that are no more, and of one that had our number (in a container all have the same)."""
    # SQLite puts files of its own beside a draft.
    shape = re.compile(rf"\.{re.escape(file.name)}\.(\d{{1,10}})(?:-wal|-shm|-journal)?", re.ASCII)
    for left in file.parent.iterdir():
        found = shape.fullmatch(left.name)
        if found and not _lives(int(found[1])):
            left.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True
