import subprocess
from pathlib import Path

import pytest

from inboxd.building import load_files
from inboxd.config import default_config
from inboxd.errors import ConfigError, PermanentError
from inboxd.reloading import WatchedFiles
from inboxd.rules_in_git import commit_of, head_log, rules_at

RULE = '[[rule]]\nname = "{name}"\non = ["ticket.created"]\nthen.note = "x"\n'


def git(folder: Path, *words: str) -> str:
    """Run git without anybody's configuration; return what it said."""
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@acme.test", "-c", "commit.gpgsign=false")
    return subprocess.run(
        ["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The rules of a desk in a repository of its own, with two commits."""
    place = tmp_path / "desk" / "rules"
    place.mkdir(parents=True)
    (place.parent / "kb").mkdir()
    git(place.parent, "init", "-q")
    for name in ("first", "second"):
        (place / "10.toml").write_text(RULE.format(name=name), encoding="utf-8")
        git(place.parent, "add", "-A")
        git(place.parent, "commit", "-qm", name)
    return place


def test_rules_of_another_commit(rules: Path) -> None:
    """The rules are those of the commit, their places are called as on disk, and the work tree stays as it is."""
    (rules / "10.toml").write_text(RULE.format(name="unsaved"), encoding="utf-8")
    (found,) = rules_at(rules, "HEAD~1").rules
    assert (found.name, found.file) == ("first", "rules/10.toml")
    assert rules_at(rules, "HEAD").rules[0].name == "second"
    assert "unsaved" in (rules / "10.toml").read_text()


@pytest.mark.parametrize("ref", ["nowhere", "--output=/tmp/x", "HEAD:rules", ""])
def test_no_such_commit(rules: Path, ref: str) -> None:
    """What is no commit is refused in words; an option in disguise is no option."""
    with pytest.raises(PermanentError, match="git knows no rules"):
        rules_at(rules, ref)


def test_broken_rules_of_another_commit(rules: Path) -> None:
    """Rules that were broken when they were committed are told as such."""
    (rules / "10.toml").write_text("[[rule]\n", encoding="utf-8")
    git(rules, "commit", "-qam", "broken")
    with pytest.raises(ConfigError, match=r"rules/10\.toml:1"):
        rules_at(rules, "HEAD")


def test_the_revision_names_the_commit(rules: Path) -> None:
    """The live revision is the hash of the files and the commit, marked where they differ from it."""
    config = default_config(rules.parent)
    head = git(rules, "rev-parse", "HEAD")[:12]
    clean = load_files(config).ruleset.revision
    assert clean.endswith(f"@{head}")
    (rules / "10.toml").write_text(RULE.format(name="third"), encoding="utf-8")
    dirty = load_files(config).ruleset.revision
    assert dirty.endswith(f"@{head}+")
    assert dirty.partition("@")[0] != clean.partition("@")[0]


def test_without_git(tmp_path: Path, rules: Path) -> None:
    """Outside of a repository, and in one that does not know the files, there is no commit and no log of commits."""
    assert commit_of(tmp_path) == ""
    other = rules.parent / "not-added"
    other.mkdir()
    assert commit_of(other) == ""
    assert head_log(tmp_path / "desk" / "rules") is not None


def test_a_machine_without_git(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where git is not installed there is no commit, and asking for one is refused in words."""
    monkeypatch.setenv("PATH", "")
    assert commit_of(rules) == ""
    with pytest.raises(PermanentError, match="git cannot be asked"):
        rules_at(rules, "HEAD")


def test_a_commit_is_noticed(rules: Path) -> None:
    """A commit changes no file, but the revision: it is noticed as a change of the rules."""
    watched = WatchedFiles(default_config(rules.parent))
    assert not watched.changed().rules
    git(rules, "commit", "-q", "--allow-empty", "-m", "nothing")
    assert watched.changed().rules
    assert not watched.changed().rules
