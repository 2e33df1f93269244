import datetime as dt
import subprocess
from pathlib import Path

import pytest

from inboxd.improvements import improved_tickets

NOON = dt.datetime(2026, 11, 16, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def commit(folder: Path, file: str, message: str, at: dt.datetime) -> None:
    """Change a file and commit it at that time."""
    path = folder / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(message, encoding="utf-8")
    when = {"GIT_AUTHOR_DATE": at.isoformat(), "GIT_COMMITTER_DATE": at.isoformat(), "PATH": "/usr/bin:/bin"}
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@acme.test")
    for words in (("add", "."), (*who, "commit", "-q", "-m", message)):
        subprocess.run(["git", "-C", str(folder), *words], check=True, env=when)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A desk's repository with commits that name tickets."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    commit(tmp_path, "kb/old.md", "An old one, for #1", NOON - 40 * DAY)
    commit(tmp_path, "kb/refund.md", "Say what a refund takes (#12, #13)", NOON - 2 * DAY)
    commit(tmp_path, "rules/10.toml", "Ask for the version\n\nFixes #14, not abc#15 nor #16th", NOON - DAY)
    commit(tmp_path, "notes.txt", "About #17", NOON - DAY)
    return tmp_path


def test_commits_to_rules_and_articles_name_tickets(desk: Path) -> None:
    """Only commits of the time, and only those that touch these folders, count."""
    folders = (desk / "rules", desk / "kb")
    assert improved_tickets(folders, NOON - 30 * DAY, NOON) == {12, 13, 14}


def test_without_git_nothing_is_named(tmp_path: Path) -> None:
    """A folder that is in no repository, or is not there, names no ticket and raises nothing."""
    assert improved_tickets((tmp_path, tmp_path / "gone"), NOON - DAY, NOON) == frozenset()
