from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from inboxd.config import Config, default_config
from inboxd.core.rules import Ruleset
from inboxd.last_good import load_or_last_good, remember_good

RULE = '[[rule]]\nname = "mine"\non = ["ticket.created"]\nthen.reply = "thanks"\n'


def desk_files(folder: Path) -> Config:
    """Return a desk with a rule, a template of its own and a category."""
    (folder / "kb").mkdir()
    (folder / "rules" / "templates").mkdir(parents=True)
    (folder / "rules" / "10.toml").write_text(RULE, encoding="utf-8")
    (folder / "rules" / "templates" / "thanks.md").write_text("Subject: Re\n\nThanks!\n", encoding="utf-8")
    (folder / "rules" / "categories.toml").write_text(
        '[[category]]\nname = "a"\ndescription = "b"\nexamples = ["c"]\n', encoding="utf-8"
    )
    return default_config(folder)


def test_a_restart_over_a_broken_edit(tmp_path: Path, lite_engine: Engine, clock: Any) -> None:
    """After a restart the last good rules, templates and categories act, at their revision; the mistake is told."""
    config = desk_files(tmp_path)
    good, problems = load_or_last_good(config, lite_engine)
    assert problems == ()
    remember_good(config, lite_engine, clock)
    (config.rules / "10.toml").write_text("[[rule]\n", encoding="utf-8")
    again, problems = load_or_last_good(config, lite_engine)
    assert [(one.file, one.line) for one in problems] == [("rules/10.toml", 1)]
    assert again.ruleset.rules == good.ruleset.rules
    assert again.ruleset.revision.partition("@")[0] == good.ruleset.revision.partition("@")[0]
    assert again.categories == good.categories
    assert "thanks" in again.templates.names()


def test_never_good(tmp_path: Path, lite_engine: Engine) -> None:
    """Where there never were good files there are no rules: nobody is answered."""
    config = desk_files(tmp_path)
    (config.rules / "10.toml").write_text("[[rule]\n", encoding="utf-8")
    active, problems = load_or_last_good(config, lite_engine)
    assert active.ruleset == Ruleset()
    assert problems


def test_good_ones_that_no_longer_fit(tmp_path: Path, lite_engine: Engine, clock: Any) -> None:
    """Kept rules that name what is gone are not used either."""
    config = desk_files(tmp_path)
    (config.rules / "10.toml").write_text(RULE + 'when.kb.article = "export"\n', encoding="utf-8")
    (config.kb.path / "export.md").write_text("---\ntitle: Export\n---\nPress it.\n", encoding="utf-8")
    remember_good(config, lite_engine, clock)
    (config.kb.path / "export.md").unlink()
    active, problems = load_or_last_good(config, lite_engine)
    assert active.ruleset == Ruleset()
    assert "export" in str(problems[0])
