import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inboxd.knowledge.remembered import KEPT, RememberingEmbedder


class Model:
    """Counts what it was asked for; a text's vector is its length."""

    name = "lengths"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of one number per text."""
        self.asked += texts
        return np.array([[len(text)] for text in texts], np.float32).reshape(len(texts), 1)


def test_a_text_is_embedded_once() -> None:
    """What comes again, in the same call or in a later one, costs nothing and keeps its place."""
    model = Model()
    embedder = RememberingEmbedder(model)
    assert embedder.name == "lengths"
    assert embedder.embed(["a", "bb", "a"]).tolist() == [[1], [2], [1]]
    assert embedder.embed(["ccc", "bb"]).tolist() == [[3], [2]]
    assert model.asked == ["a", "bb", "ccc"]
    assert embedder.embed([]).shape[0] == 0


def test_only_the_latest_are_remembered() -> None:
    """What was not used for long is forgotten: memory has an end."""
    model = Model()
    embedder = RememberingEmbedder(model)
    for start in range(0, KEPT + 400, 400):
        embedder.embed(["kept", *(f"text {number}" for number in range(start, start + 400))])
    model.asked.clear()
    embedder.embed(["kept", "text 0"])
    assert model.asked == ["text 0"]


def test_a_knowledge_base_being_built_passes_by() -> None:
    """Thousands of texts at once are neither remembered nor waited for."""
    model = Model()
    embedder = RememberingEmbedder(model)
    with embedder._lock:
        assert len(embedder.embed([f"text {number}" for number in range(1_000)])) == 1_000
    embedder.embed(["text 1"])
    assert model.asked[-1] == "text 1"


def test_what_is_being_embedded_is_waited_for() -> None:
    """Two callers with the same text at the same time ask the model once."""
    model = Model()
    embedder = RememberingEmbedder(model)
    threads = [threading.Thread(target=embedder.embed, args=(["the same"],)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert model.asked == ["the same"]


def test_who_waits_comes_before_who_asks_again() -> None:
    """A mail whose turn it is waits for one part of what is read ahead, not for all of it."""
    began, go_on = threading.Event(), threading.Event()

    class Slow(Model):
        def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
            began.set()
            assert go_on.wait(10)
            return super().embed(texts)

    model = Slow()
    embedder = RememberingEmbedder(model)
    ahead = threading.Thread(target=lambda: [embedder.embed([text]) for text in ("first", "second")])
    ahead.start()
    assert began.wait(10)
    turn = threading.Thread(target=embedder.embed, args=(["mine"],))
    turn.start()
    while not embedder._door.locked():
        turn.join(0.001)
    go_on.set()
    for thread in (ahead, turn):
        thread.join()
    assert model.asked == ["first", "mine", "second"]
