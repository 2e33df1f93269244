from pathlib import Path
from typing import Any

import pytest

from inboxd.knowledge.articles import Article
from inboxd.knowledge.confidence import Platt
from inboxd.knowledge.corrections import load_corrections
from inboxd.knowledge.index import build_index
from inboxd.knowledge.space import Script
from inboxd.knowledge.tune import Figures, write_result


def test_a_tuned_model_is_as_sure_as_the_desk_was_before_it(
    articles: tuple[Article, ...], embedder: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What was kept with a tuned model moves the calibrator, not what it says to the phrasings it was trained on."""
    monkeypatch.setenv("INBOXD_CACHE", str(tmp_path))
    folder = tmp_path / "tuned" / "tuned-m-1"
    folder.mkdir(parents=True)
    kept = {Script.ENGLISH: Platt(0.7, -0.9)}
    write_result(folder, Figures(1, 1, 1, 0), Figures(1, 1, 1, 0), kept)
    assert load_corrections("tuned-m-1-abcdef") == kept
    monkeypatch.setattr(embedder, "name", "tuned-m-1-abcdef")
    assert build_index(articles, embedder).shelves[0].platt == Platt(0.7, -0.9)
    monkeypatch.setattr(embedder, "name", "m-1-abcdef")
    assert build_index(articles, embedder).shelves[0].platt != Platt(0.7, -0.9)


def test_a_broken_file_corrects_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where nothing was kept, or nothing sensible, the desk asks itself as ever."""
    monkeypatch.setenv("INBOXD_CACHE", str(tmp_path))
    assert load_corrections("tuned-m-1-abcdef") == {}
    folder = tmp_path / "tuned" / "tuned-m-1"
    folder.mkdir(parents=True)
    for broken in ("", "[]", '{"corrections": 3}', '{"corrections": {"klingon": [1, 2]}}'):
        (folder / "result.json").write_text(broken, encoding="utf-8")
        assert load_corrections("tuned-m-1-abcdef") == {}
