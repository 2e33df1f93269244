from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from inboxd.knowledge.frozen_files import DOCUMENT, read_tree, write_tree


class Colour(StrEnum):
    """A kind."""

    RED = "red"


@dataclass(frozen=True, slots=True)
class Leaf:
    """Something inside."""

    names: frozenset[str]
    numbers: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tree:
    """Something with all kinds of values."""

    colour: Colour
    leaf: Leaf | None
    words: tuple[tuple[str, ...], ...]
    counts: dict[str, int]
    share: float
    known: bool


def tree(size: int = 3) -> Tree:
    leaf = Leaf(frozenset({"a", "b"}), np.arange(size, dtype=np.float32))
    return Tree(Colour.RED, leaf, (("x", "é"), ()), {"one": 1}, 0.1, known=True)


@pytest.mark.parametrize("size", [0, 3, 100_000])
def test_a_tree_comes_back_as_it_was(tmp_path: Path, size: int) -> None:
    """Types, order, numbers to the last bit; small arrays read and large ones mapped."""
    write_tree(tmp_path / "new", (tree(size), "beside"))
    found, beside = read_tree(tmp_path / "new", Tree)
    before = tree(size)
    assert beside == "beside"
    assert isinstance(found, Tree)
    assert isinstance(found.colour, Colour)
    assert (found.words, found.counts, found.share, found.known) == (before.words, before.counts, 0.1, True)
    assert found.leaf is not None
    assert before.leaf is not None
    assert found.leaf.names == before.leaf.names
    assert found.leaf.numbers.dtype == np.float32
    assert np.array_equal(found.leaf.numbers, before.leaf.numbers)


def test_nothing_is_made_that_the_tree_does_not_have(tmp_path: Path) -> None:
    """A document that names another class is refused: no file can make the program build what it likes."""
    (tmp_path / DOCUMENT).write_text('{"class": "Path", "fields": {}}', "ascii")
    with pytest.raises(KeyError):
        read_tree(tmp_path, Tree)


def test_pickled_arrays_are_refused(tmp_path: Path) -> None:
    """An array that would run code when it is read is an error."""
    np.save(tmp_path / "0.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    (tmp_path / DOCUMENT).write_text('{"array": 0}', "ascii")
    with pytest.raises(ValueError, match="allow_pickle"):
        read_tree(tmp_path, Tree)


def test_a_cut_array_is_refused(tmp_path: Path) -> None:
    """A file that lost its end is noticed before it is used."""
    write_tree(tmp_path / "new", tree(100_000))
    with (tmp_path / "new" / "0.npy").open("r+b") as file:
        file.truncate(200_000)
    with pytest.raises(ValueError, match="mmap"):
        read_tree(tmp_path / "new", Tree)


def test_other_values_have_no_place(tmp_path: Path) -> None:
    """What could not be read back is not written."""
    with pytest.raises(TypeError, match="no place"):
        write_tree(tmp_path / "new", object())
