"""Files that get their name when they are whole."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from inboxd.unfinished import unfinished


@pytest.fixture
def gone() -> int:
    """The number of a process that is no more."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_is_whole_or_not_there(tmp_path: Path) -> None:
    """What is renamed stays, what breaks leaves nothing."""
    file = tmp_path / "desk.backup"
    with unfinished(file) as draft:
        draft.write_text("all")
        draft.replace(file)
    with pytest.raises(OSError, match="not empty"), unfinished(file) as draft:
        draft.replace(tmp_path)

    assert [one.name for one in tmp_path.iterdir()] == ["desk.backup"]
    assert file.read_text() == "all"


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    """Customers' words are written into it from the first byte on."""
    with unfinished(tmp_path / "desk.backup") as draft:
        assert draft.stat().st_mode & 0o777 == 0o600


def test_what_killed_processes_left_goes(tmp_path: Path, gone: int) -> None:
    """A disk is not filled by backups that were killed, nor is the next one stopped by one that had its own number."""
    for name in (f".a.db.{gone}", f".a.db.{gone}-wal", f".a.db.{os.getpid()}"):
        (tmp_path / name).write_text("left")

    with unfinished(tmp_path / "a.db") as draft:
        assert list(tmp_path.iterdir()) == [draft]
        assert draft.read_text() == ""


def test_what_is_not_left_stays(tmp_path: Path, gone: int) -> None:
    """The draft of a process that lives, of another file, and files that only look alike are not touched."""
    stay = {
        f".a.db.{os.getppid()}",
        f".b.db.{gone}",
        f".a.db.{gone}.txt",
        f".a.db.{gone}-notes",
        "a.db",
        ".axdb.7",
    }
    for name in stay:
        (tmp_path / name).write_text("mine")

    with unfinished(tmp_path / "a.db"):
        pass

    assert {one.name for one in tmp_path.iterdir()} == stay
