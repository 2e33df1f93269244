"""Vectors as small whole numbers: products of all texts in a quarter of the memory, and how far they may be off.

Rounding a vector moves it by a distance that is known, and by the Cauchy-Schwarz inequality no product with it changes by
more than that distance times the other's length. onnxruntime multiplies them (MatMulInteger, ONNX operators 10), as it
multiplies the model's; numpy has no fast product of whole numbers.
"""

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

# Of texts seven bits: processors without VNNI add two products of eight bits in sixteen, which would not hold more.
_TEXT_LIMIT = 63
_UNIT_LIMIT = 127
_MIDDLE = 128
# The IR and the operators every onnxruntime of the last years reads (ONNX 1.8).
_IR_VERSION, _OPERATORS = 7, 13
_UINT8, _INT8, _INT32 = 2, 3, 6
_UNITS, _TEXTS, _ZERO, _FOUND = "units", "texts", "zero", "found"

Matrix = NDArray[np.float32]
Numbers = NDArray[np.int8]
Found = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Rounded:
    """Texts (dimensions × texts) as whole numbers of their group's ``steps``.

    ``strayed`` is how far any text of a group was moved by that, ``longest`` the length of its longest.
    """

    numbers: Numbers
    steps: Matrix
    strayed: Matrix
    longest: Matrix


@dataclass(frozen=True, slots=True)
class Products:
    """Products of units with texts, in whole numbers of the steps of both; ``strayed`` is how far a unit was moved."""

    found: Found
    steps: Matrix
    strayed: Matrix


def round_texts(texts: Matrix, starts: NDArray[np.int64]) -> Rounded:
    """Return texts (texts × dimensions) as whole numbers, in groups of which ``starts`` are the first rows."""
    largest = np.maximum.reduceat(np.abs(texts).max(axis=1), starts)
    steps = np.asarray(np.maximum(largest, 1e-9) / _TEXT_LIMIT, np.float32)
    each = np.repeat(steps, np.diff(starts, append=len(texts)))[:, None]
    numbers = np.rint(texts / each).astype(np.int8)
    strayed = np.maximum.reduceat(np.linalg.norm(texts - numbers * each, axis=1), starts)
    longest = np.maximum.reduceat(np.linalg.norm(texts, axis=1), starts)
    return Rounded(
        np.ascontiguousarray(numbers.T), steps, strayed.astype(np.float32), longest.astype(np.float32)
    )


def multiply(units: Matrix, texts: Rounded) -> Products:
    """Return the products of units (units × dimensions) with all texts, as near as whole numbers come."""
    steps = np.maximum(np.abs(units).max(axis=1), 1e-9) / _UNIT_LIMIT
    numbers = np.rint(units / steps[:, None])
    strayed = np.linalg.norm(units - numbers * steps[:, None], axis=1)
    given = (numbers + _MIDDLE).astype(np.uint8)
    (found,) = _session_of(texts.numbers).run([_FOUND], {_UNITS: given})
    return Products(found, np.asarray(steps, np.float32), np.asarray(strayed, np.float32))


# By the identity of the texts they were made for, with which they go.
_sessions: dict[int, "InferenceSession"] = {}


def _session_of(texts: Numbers) -> "InferenceSession":
    session = _sessions.get(id(texts))
    if session is None:
        import onnxruntime  # noqa: PLC0415  40 MB, there with the model already where texts have a meaning

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False
        session = onnxruntime.InferenceSession(_graph(texts), options, providers=["CPUExecutionProvider"])
        _sessions[id(texts)] = session
        weakref.finalize(texts, _sessions.pop, id(texts), None)
    return session


def _graph(texts: Numbers) -> bytes:
    """Return the model that multiplies units with these texts (onnx.proto, in the wire format of Protocol Buffers)."""
    node = (
        b"".join(_field(1, name) for name in (_UNITS, _TEXTS, _ZERO))
        + _field(2, _FOUND)
        + _field(4, "MatMulInteger")
    )
    graph = (
        _field(1, node)
        + _field(2, "products")
        + _field(5, _tensor(_TEXTS, _INT8, texts))
        + _field(5, _tensor(_ZERO, _UINT8, np.array(_MIDDLE, np.uint8)))
        + _field(11, _described(_UNITS, _UINT8, len(texts)))
        + _field(12, _described(_FOUND, _INT32, texts.shape[1]))
    )
    return _field(1, _IR_VERSION) + _field(7, graph) + _field(8, _field(1, "") + _field(2, _OPERATORS))


def _tensor(name: str, kind: int, values: NDArray[Any]) -> bytes:
    sizes = b"".join(_field(1, size) for size in values.shape)
    return sizes + _field(2, kind) + _field(8, name) + _field(9, values.tobytes())


def _described(name: str, kind: int, columns: int) -> bytes:
    """Return the name, kind and shape of what is given or found: any number of rows, so many columns."""
    shape = _field(1, _field(2, "rows")) + _field(1, _field(1, columns))
    return _field(1, name) + _field(2, _field(1, _field(1, kind) + _field(2, shape)))


def _field(number: int, value: int | str | bytes) -> bytes:
    """Return one field: whole numbers as varint, all else with its length."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    content = value.encode("ascii") if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    """Return a number in groups of seven bits, lowest first."""
    groups = bytearray()
    while value > 0x7F:  # noqa: PLR2004  seven bits
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*groups, value))
