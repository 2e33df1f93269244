from pathlib import Path
from typing import Any

from inboxd.jobs.model import note_model
from inboxd.knowledge.base import KnowledgeBase
from inboxd.store import vital_signs
from inboxd.store.engine import read


def _said(stage: Any) -> str | None:
    with read(stage.desk.engine) as connection:
        return vital_signs.model_trouble(connection)


def test_what_the_worker_knows_is_written_down(lite_stage: Any) -> None:
    """Nothing before anybody tried to load; then why it failed, then that it is well again."""
    for trouble, written in ((None, None), ("OSError: gone", "OSError: gone"), ("", "")):
        lite_stage.shelf.trouble = trouble
        note_model(lite_stage.desk, lite_stage.clock())
        assert _said(lite_stage) == written


def test_a_model_that_cannot_be_loaded(lite_stage: Any, tmp_path: Path) -> None:
    """A folder that holds no model is a trouble of its own, no mistake in an article; without articles all is well."""
    base = KnowledgeBase(tmp_path, str(tmp_path / "no-model"), 0.03, lite_stage.desk.engine)
    assert base.trouble is None
    assert base.load_or_give_up() == ()
    assert base.trouble == ""
    (tmp_path / "a.md").write_text("---\ntitle: A\nquestions:\n  - How do I a?\n---\nSo.\n", encoding="utf-8")
    assert base.load_or_give_up() == ()
    assert base.trouble
