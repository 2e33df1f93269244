import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from inboxd.knowledge import embed as embed_module
from inboxd.knowledge.model_in_use import ModelInUse
from inboxd.store import tuned
from inboxd.store.engine import write

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)


@pytest.fixture
def loaded(embedder: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the names of the models that were loaded."""
    names: list[str] = []

    def load(model: str) -> Any:
        names.append(model)
        return embedder

    monkeypatch.setattr(embed_module, "load_embedder", load)
    return names


def test_a_model_put_in_use_or_out_of_it_is_noticed(
    lite_engine: Engine, tmp_path: Path, loaded: list[str]
) -> None:
    """``kb tune`` and its ``--revert`` hold for a desk that runs: it sees that its model is not the one wanted."""
    model = ModelInUse(lite_engine, "words")
    assert not model.is_outdated()
    model.take()
    assert not model.is_outdated()
    with write(lite_engine) as connection:
        tuned.save(connection, "words", str(tmp_path), NOW)
    assert model.is_outdated()
    model.take()
    assert not model.is_outdated()
    with write(lite_engine) as connection:
        tuned.forget(connection)
    assert model.is_outdated()
    assert loaded == ["words", str(tmp_path)]


def test_who_comes_while_a_model_is_loaded_gets_that_one(
    lite_engine: Engine, embedder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two who ask at once load one model, and neither goes on with an older one."""
    began, go_on = threading.Event(), threading.Event()
    loads: list[str] = []

    def slow(name: str) -> Any:
        loads.append(name)
        began.set()
        assert go_on.wait(5)
        return embedder

    monkeypatch.setattr(embed_module, "load_embedder", slow)
    model = ModelInUse(lite_engine, "words")
    taken: list[Any] = []
    threads = [threading.Thread(target=lambda: taken.append(model.take())) for _ in range(2)]
    threads[0].start()
    assert began.wait(5)
    threads[1].start()
    go_on.set()
    for thread in threads:
        thread.join(5)
    assert loads == ["words"]
    assert taken[0] is taken[1] is model.embedder
