import gc

import numpy as np
import pytest

from inboxd.knowledge.whole_numbers import _graph, _sessions, multiply, round_texts


@pytest.mark.parametrize("scale", [1e-3, 1.0, 40.0])
def test_a_product_is_off_by_no_more_than_is_known(scale: float) -> None:
    """However the numbers lie, the bound that both moves give holds, and is a small one."""
    dice = np.random.default_rng(3)
    texts = (dice.normal(size=(50, 24)) * scale).astype(np.float32)
    units = dice.normal(size=(7, 24)).astype(np.float32)
    starts = np.array([0, 1, 20, 44])
    rounded = round_texts(texts, starts)
    found = multiply(units, rounded)
    for group, (start, stop) in enumerate(zip(starts, [*starts[1:], 50], strict=True)):
        near = found.found[:, start:stop] * (found.steps[:, None] * rounded.steps[group])
        off = np.abs(near - units @ texts[start:stop].T).max(axis=1)
        may = np.linalg.norm(units, axis=1) * rounded.strayed[group]
        may += found.strayed * (rounded.longest[group] + rounded.strayed[group])
        assert (off <= may + 1e-5 * scale).all()
        assert (may < 0.1 * np.linalg.norm(units, axis=1) * rounded.longest[group]).all()


def test_whole_numbers_are_added_up_exactly() -> None:
    """No sum overflows on the way, even where every number is the largest."""
    texts = np.ones((2, 384), np.float32)
    texts[1] = -1
    units = np.ones((3, 384), np.float32)
    rounded = round_texts(texts, np.array([0, 1]))
    assert multiply(units, rounded).found.tolist() == [[63 * 127 * 384, -63 * 127 * 384]] * 3


def test_nothing_is_a_text_too() -> None:
    """A text or unit of zeros is like nothing, and divides nothing by zero."""
    rounded = round_texts(np.zeros((2, 8), np.float32), np.array([0]))
    found = multiply(np.zeros((1, 8), np.float32), rounded)
    assert found.found.tolist() == [[0, 0]]
    assert np.isfinite(found.steps).all()


def test_what_multiplies_goes_with_the_texts() -> None:
    """A desk that loads its articles again and again keeps the last ones only."""
    rounded = round_texts(np.ones((2, 8), np.float32), np.array([0]))
    multiply(np.ones((1, 8), np.float32), rounded)
    key = id(rounded.numbers)
    assert key in _sessions
    del rounded
    gc.collect()
    assert key not in _sessions


def test_the_graph_is_what_others_read_as_onnx() -> None:
    """The ONNX library, which did not write it, finds it valid."""
    onnx = pytest.importorskip("onnx")
    model = onnx.load_model_from_string(_graph(np.ones((300, 200), np.int8)))
    onnx.checker.check_model(model)
    assert [node.op_type for node in model.graph.node] == ["MatMulInteger"]
