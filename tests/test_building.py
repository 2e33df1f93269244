import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from inboxd.building import load_files, load_or_nothing, load_secret
from inboxd.config import default_config
from inboxd.core.rules import Ruleset
from inboxd.errors import ConfigError, PermanentError

RULE = '[[rule]]\nname = "a"\non = ["ticket.created"]\nthen.reply = "{reply}"\n'


def desk_files(folder: Path, rule: str) -> Any:
    (folder / "rules").mkdir()
    (folder / "kb").mkdir()
    (folder / "rules" / "10-a.toml").write_text(rule, encoding="utf-8")
    return default_config(folder)


def test_the_secret_is_made_once(tmp_path: Path) -> None:
    """The key is made on the first run, readable by its owner only, and is the same ever after; nothing else is left."""
    path = tmp_path / "var" / "secret"
    secret = load_secret(path)
    assert len(secret) >= 32
    assert load_secret(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_two_processes_share_one_secret(tmp_path: Path) -> None:
    """Many that start together agree on one key, and none of them ever sees half of it."""
    found: list[object] = []
    ready = threading.Barrier(8)

    def start() -> None:
        ready.wait(10)
        try:
            found.append(load_secret(tmp_path / "secret"))
        except PermanentError as error:
            found.append(error)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(found) == 8
    assert found[0] == load_secret(tmp_path / "secret")
    assert len(set(found)) == 1


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    """A key that could be guessed is refused in a sentence that says what to do; it is not overwritten."""
    (tmp_path / "secret").write_bytes(b"hunter2")
    with pytest.raises(PermanentError, match="delete it to make a new one"):
        load_secret(tmp_path / "secret")
    assert (tmp_path / "secret").read_bytes() == b"hunter2"


def test_good_files(tmp_path: Path) -> None:
    """Rules and templates of a desk are loaded together."""
    active = load_files(desk_files(tmp_path, RULE.format(reply="acknowledgement")))
    assert [rule.name for rule in active.ruleset.rules] == ["a"]


def test_a_broken_rule_stops_nothing(tmp_path: Path) -> None:
    """With a broken rule file the desk still starts, without rules, and says what is wrong with file and line."""
    config = desk_files(tmp_path, RULE.format(reply="no_such_template"))
    with pytest.raises(ConfigError, match="no_such_template"):
        load_files(config)
    active, problems = load_or_nothing(config)
    assert active.ruleset == Ruleset()
    assert [(Path(one.file).name, one.line) for one in problems] == [("10-a.toml", 4)]


def test_all_problems_at_once(tmp_path: Path) -> None:
    """A broken template and a broken rule are told together."""
    config = desk_files(tmp_path, "nonsense = [")
    (tmp_path / "rules" / "templates").mkdir()
    (tmp_path / "rules" / "templates" / "acknowledgement.md").write_text("{{ nope( }}", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_files(config)
    assert {Path(one.file).name for one in caught.value.problems} == {"10-a.toml", "acknowledgement.md"}
