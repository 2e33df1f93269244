import subprocess
from pathlib import Path
from typing import Any

import pytest

from inboxd.jobs.model import note_model
from inboxd.knowledge import model_export
from inboxd.knowledge.base import KnowledgeBase
from inboxd.store import vital_signs
from inboxd.store.engine import read


def _said(stage: Any) -> str | None:
    with read(stage.desk.engine) as connection:
        return vital_signs.model_trouble(connection)


def _exports_nothing(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
    """End as the process of the export does over such a folder, without the seconds that loading torch takes."""
    return subprocess.CompletedProcess(command, 1, "", "OSError: no model.safetensors found")


def test_what_the_worker_knows_is_written_down(lite_stage: Any) -> None:
    """Nothing before anybody tried to load; then why it failed, then that it is well again."""
    for trouble, written in ((None, None), ("OSError: gone", "OSError: gone"), ("", "")):
        lite_stage.shelf.trouble = trouble
        note_model(lite_stage.desk, lite_stage.clock())
        assert _said(lite_stage) == written


def test_a_model_that_cannot_be_loaded(
    lite_stage: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that holds no model is a trouble of its own, no mistake in an article; without articles all is well."""
    monkeypatch.setattr(model_export.subprocess, "run", _exports_nothing)
    base = KnowledgeBase(tmp_path, str(tmp_path / "no-model"), 0.03, lite_stage.desk.engine)
    assert base.trouble is None
    assert base.load_or_give_up() == ()
    assert base.trouble == ""
    (tmp_path / "a.md").write_text("---\ntitle: A\nquestions:\n  - How do I a?\n---\nSo.\n", encoding="utf-8")
    assert base.load_or_give_up() == ()
    assert "could not be exported: OSError: no model" in str(base.trouble)
    assert str(base.trouble).startswith("the model '")
