import numpy as np
from sqlalchemy import Engine

from inboxd.store import passages
from inboxd.store.engine import read, write

VECTOR = np.array([0.25, -1.5, 3e-8], dtype=np.float32)


def test_vectors_come_back_bit_for_bit(engine: Engine) -> None:
    """A vector is the same after the store, in the machine's own precision."""
    with write(engine) as connection:
        passages.save(connection, "mini", {"h1": VECTOR})
        passages.save(connection, "mini", {})
    with read(engine) as connection:
        found = passages.load(connection, "mini", ["h1", "h2"])
    assert found.keys() == {"h1"}
    assert found["h1"].dtype == np.float32
    assert found["h1"].tobytes() == VECTOR.tobytes()


def test_models_do_not_mix(engine: Engine) -> None:
    """The same words embedded by two models are two vectors, and the first of each is kept."""
    with write(engine) as connection:
        passages.save(connection, "mini", {"h": VECTOR})
        passages.save(connection, "other", {"h": -VECTOR})
        passages.save(connection, "mini", {"h": 2 * VECTOR})
    with read(engine) as connection:
        assert passages.load(connection, "mini", ["h"])["h"][1] == np.float32(-1.5)
        assert passages.load(connection, "other", ["h"])["h"][1] == np.float32(1.5)


def test_many_at_once(engine: Engine) -> None:
    """A whole knowledge base is asked for in pieces the database can take."""
    vectors = {f"h{n}": VECTOR * n for n in range(1201)}
    with write(engine) as connection:
        passages.save(connection, "mini", vectors)
    with read(engine) as connection:
        assert passages.load(connection, "mini", vectors).keys() == vectors.keys()
        assert passages.load(connection, "mini", []) == {}
