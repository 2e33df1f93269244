from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inboxd.knowledge import kept_vectors
from inboxd.knowledge.kept_vectors import embed_once

TEXTS = ("How do I get a refund?", "The invoice is wrong.")


class Counting:
    """Counts the texts another model embeds."""

    def __init__(self, inner: Any, name: str = "counting") -> None:
        self.name = name
        self.texts = 0
        self._inner = inner

    def embed(self, texts: Any) -> Any:
        """Return what the other model does."""
        self.texts += len(texts)
        return self._inner.embed(texts)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INBOXD_CACHE", str(tmp_path))


def test_the_same_texts_are_embedded_once(embedder: Any) -> None:
    """The next start reads what this one embedded, to the last bit; it embeds one text to see that it is its model."""
    model = Counting(embedder)
    first, second = (embed_once(model, TEXTS) for _ in range(2))
    assert np.array_equal(first, second)
    assert model.texts == len(TEXTS) + 1


def test_other_texts_and_other_models_have_vectors_of_their_own(embedder: Any) -> None:
    """A changed example, another order or a tuned model is not answered with what was kept for something else."""
    models = Counting(embedder), Counting(embedder, "tuned")
    for texts in (TEXTS, TEXTS[::-1], (*TEXTS, "Hello")):
        for model in models:
            assert np.allclose(embed_once(model, texts), embedder.embed(texts))
    assert [model.texts for model in models] == [7, 7]


class Turned(Counting):
    """A model of the same name that says the opposite."""

    def embed(self, texts: Any) -> Any:
        """Return the opposite of what the other model does."""
        return -super().embed(texts)


def test_a_model_that_says_otherwise_is_another(embedder: Any) -> None:
    """What a model of the same name left behind is not used when this one disagrees."""
    embed_once(Counting(embedder), TEXTS)
    assert np.allclose(embed_once(Turned(embedder), TEXTS), -embedder.embed(TEXTS))


def test_what_cannot_be_read_is_embedded_again(embedder: Any, tmp_path: Path) -> None:
    """A file that a power failure cut, or a folder that cannot be written, costs time and nothing else."""
    model = Counting(embedder)
    embed_once(model, TEXTS)
    for file in tmp_path.rglob("*.npy"):
        file.write_bytes(b"")
    assert np.allclose(embed_once(model, TEXTS), embedder.embed(TEXTS))
    assert model.texts == 2 * len(TEXTS)


def test_old_ones_are_removed(embedder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of files that were edited again and again only some versions are kept."""
    monkeypatch.setattr(kept_vectors, "_MOST_KEPT", 3)
    for number in range(6):
        embed_once(embedder, (f"Question {number}?",))
    assert len(list((tmp_path / "vectors").iterdir())) == 3
