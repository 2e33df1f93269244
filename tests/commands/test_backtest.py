import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from inboxd import cli
from inboxd.commands.hook import write_hook

CONFIG = '[desk]\naddress = "support@acme.test"\n[[operators]]\nname = "Ada"\naddress = "ada@acme.test"\n'
RULE = (
    '[[rule]]\nname = "all"\non = ["ticket.created"]\nthen.reply = "acknowledgement"\nthen.tag = ["{tag}"]\n'
)
NOW = "2026-11-16T10:00:00+00:00"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desk's folder, in which commands run."""
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    for name in ("rules", "kb"):
        (tmp_path / name).mkdir()
    (tmp_path / "rules" / "10.toml").write_text(RULE.format(tag="a"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def busy(desk: Path, mail: Any) -> Path:
    """A desk that has decided three mails."""
    for number in range(3):
        path = desk / f"{number}.eml"
        path.write_bytes(mail(f"Matter {number}", from_=f"c@c{number}.test"))
        run("accept", "--from", f"c@c{number}.test", path.name)
    run("run", "--until-idle")
    return desk


def run(*words: str, code: int = 0) -> str:
    """Run a command line; return what it printed to stdout."""
    result = CliRunner().invoke(cli.app, ["--now", NOW, *words])
    assert result.exit_code == code, (result.output, result.exception)
    return result.stdout


def test_the_document(busy: Path) -> None:
    """Exactly mails and changed, the same bytes twice; a change shows before and after of each mail it touches."""
    first = run("rules", "backtest", "--json")
    assert json.loads(first) == {"mails": 3, "changed": []}
    assert run("rules", "backtest", "--json") == first
    (busy / "rules" / "10.toml").write_text(RULE.format(tag="b"), encoding="utf-8")
    found = json.loads(run("rules", "backtest", "--json"))
    assert [one["mail_id"] for one in found["changed"]] == [1, 2, 3]
    assert {tuple(one) for one in found["changed"]} == {("mail_id", "before", "after")}
    assert found["changed"][0]["before"]["actions"][1]["tags"] == ["a"]
    assert found["changed"][0]["after"]["actions"][1]["tags"] == ["b"]


def test_the_table_and_what_fails(busy: Path) -> None:
    """People see a table; --fail-on makes it fail for the words it names and no others."""
    (busy / "rules" / "10.toml").write_text(RULE.format(tag="b"), encoding="utf-8")
    printed = run("rules", "backtest", "--fail-on", "reply,status")
    assert "3 of 3 mails" in printed
    assert "changed: tag 3×" in printed
    run("rules", "backtest", "--fail-on", "tag", code=1)


@pytest.mark.parametrize("words", [("--since", "tomorrow"), ("--fail-on", "replay")])
def test_terms_that_mean_nothing(desk: Path, words: tuple[str, str]) -> None:
    """A span or a word nobody knows is a mistake of usage, told in words."""
    result = CliRunner().invoke(cli.app, ["rules", "backtest", *words])
    assert words[0] in str(result.exception)


def test_since(busy: Path) -> None:
    """Only mails of that time are replayed."""
    result = CliRunner().invoke(cli.app, ["--now", "2027-06-01T00:00:00Z", "rules", "backtest", "--json"])
    assert json.loads(result.stdout) == {"mails": 0, "changed": []}


def test_a_desk_without_a_store(desk: Path) -> None:
    """Where rules are only edited there is nothing to replay, which is no fault, and no store is made."""
    assert json.loads(run("rules", "backtest", "--json")) == {"mails": 0, "changed": []}
    assert not (desk / "var" / "inboxd.db").exists()


def test_against_a_commit(busy: Path) -> None:
    """--against compares the rules of a commit with those on disk."""
    git = ("git", "-c", "user.name=A", "-c", "user.email=a@b.test", "-c", "commit.gpgsign=false")
    for words in (("init", "-q"), ("add", "rules"), ("commit", "-qm", "one")):
        subprocess.run([*git, *words], cwd=busy, check=True, capture_output=True)
    assert json.loads(run("rules", "backtest", "--json", "--against", "HEAD"))["changed"] == []
    (busy / "rules" / "10.toml").write_text(RULE.format(tag="b"), encoding="utf-8")
    assert len(json.loads(run("rules", "backtest", "--json", "--against", "HEAD"))["changed"]) == 3


def test_the_hook_runs_all_three(desk: Path, tmp_path: Path) -> None:
    """The hook is executable, finds the desk below its repository, and runs check, examples and backtest in order."""
    subprocess.run(["git", "init", "-q"], cwd=desk, check=True)
    inner = desk / "inner"
    inner.mkdir()
    hook = write_hook(inner)
    said = tmp_path / "said"
    fake = tmp_path / "fake"
    fake.write_text(f'#!/bin/sh\necho "$(basename "$PWD") $*" >> {said}\n')
    fake.chmod(0o755)
    subprocess.run(["git", "config", "inboxd.failOn", "reply"], cwd=desk, check=True)
    subprocess.run([str(hook)], cwd=desk, check=True, env={"PATH": "/usr/bin:/bin", "INBOXD": str(fake)})
    assert said.read_text().splitlines() == [
        "inner check",
        "inner rules test",
        "inner rules backtest --since 90d --fail-on reply",
    ]
