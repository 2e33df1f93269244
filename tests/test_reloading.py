import os
from dataclasses import replace
from pathlib import Path

import pytest

from inboxd.config import default_config
from inboxd.reloading import Changed, WatchedFiles, folder_signature


@pytest.fixture
def watched(tmp_path: Path) -> WatchedFiles:
    """A desk with one rule, one template and one article, looked at once."""
    for name in ("rules/10-a.toml", "rules/templates/x.md", "kb/a.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("one")
    return WatchedFiles(default_config(tmp_path))


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("rules/10-a.toml", Changed(rules=True, articles=False)),
        ("rules/templates/x.md", Changed(rules=True, articles=False)),
        ("rules/20-new.toml", Changed(rules=True, articles=False)),
        ("kb/a.md", Changed(rules=True, articles=True)),
        ("kb/deeper/b.md", Changed(rules=True, articles=True)),
        ("customers.csv", Changed(rules=False, articles=False, customers=True)),
    ],
)
def test_a_saved_file_is_noticed_once(
    watched: WatchedFiles, tmp_path: Path, name: str, changed: Changed
) -> None:
    """What was saved is noticed at the next look, and only then; articles concern rules too."""
    nothing = Changed(rules=False, articles=False)
    assert watched.changed() == nothing
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("something longer")
    assert watched.changed() == changed
    assert watched.changed() == nothing


def test_the_same_size_at_another_time(watched: WatchedFiles, tmp_path: Path) -> None:
    """An edit that keeps the size is noticed by its time; a removed file by its absence."""
    path = tmp_path / "rules" / "10-a.toml"
    path.write_text("two")
    os.utime(path, ns=(1, 1))
    assert watched.changed().rules
    path.unlink()
    assert watched.changed().rules


def test_what_is_not_there(tmp_path: Path) -> None:
    """A folder that is missing, and a link that leads nowhere, are no fault."""
    assert folder_signature(tmp_path / "missing") == ()
    (tmp_path / "x.toml").symlink_to(tmp_path / "gone")
    assert folder_signature(tmp_path) == ()
    config = replace(default_config(tmp_path), rules=tmp_path / "missing")
    assert WatchedFiles(config).changed() == Changed(rules=False, articles=False)
