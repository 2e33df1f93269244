"""Trees of frozen dataclasses and arrays as files: one JSON document beside one ``.npy`` per array.

Nothing in them can run code (no pickle); large arrays are mapped into memory and not read, so that a knowledge base
is there at once and costs only the pages that are used.
"""

import dataclasses
import enum
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, get_args, get_type_hints

if TYPE_CHECKING:
    from numpy.typing import NDArray

DOCUMENT = "tree.json"
# Below this reading costs less than mapping.
_MAPPED_BYTES = 64 * 1024

Arrays = list["NDArray[Any]"]
Classes = Mapping[str, type]


def write_tree(folder: Path, value: object) -> None:
    """Write a tree into a new folder, all of it on the disk when this returns; raises ``TypeError`` for other values."""
    arrays: Arrays = []
    document = json.dumps(_encode(value, arrays), ensure_ascii=True)
    folder.mkdir()
    _write_arrays(folder, arrays)
    with (folder / DOCUMENT).open("w", encoding="ascii") as file:
        file.write(document)
        _flush(file)


def read_tree(folder: Path, root: type) -> Any:
    """Return the tree of a folder: a ``root``, or a tuple of them.

    Raises ``OSError``, ``ValueError``, ``KeyError`` or ``TypeError`` when the files are not what ``write_tree`` left.
    """
    document = json.loads((folder / DOCUMENT).read_text(encoding="ascii"))
    return _decode(document, folder, {_name(cls): cls for cls in _classes(root)})


def _write_arrays(folder: Path, arrays: Arrays) -> None:
    if not arrays:
        return
    import numpy as np  # noqa: PLC0415  14 MB: whoever keeps no arrays (articles) need not have it

    for number, array in enumerate(arrays):
        with (folder / f"{number}.npy").open("wb") as file:
            np.save(file, array, allow_pickle=False)
            _flush(file)


def _flush(file: IO[Any]) -> None:
    # A file that lost its end in a power failure would be mapped without anybody noticing.
    file.flush()
    os.fsync(file.fileno())


def _encode(value: object, arrays: Arrays) -> Any:
    if isinstance(value, enum.Enum):
        return {"enum": _name(type(value)), "value": value.value}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    # There can only be an array where somebody has loaded numpy.
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.ndarray):
        arrays.append(value)
        return {"array": len(arrays) - 1}
    if isinstance(value, (tuple, list)):
        return [_encode(one, arrays) for one in value]
    if isinstance(value, frozenset):
        return {"set": [_encode(one, arrays) for one in sorted(value)]}
    if isinstance(value, dict):
        return {"map": [[key, _encode(one, arrays)] for key, one in value.items()]}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [one.name for one in dataclasses.fields(value)]
        return {
            "class": _name(type(value)),
            "fields": {name: _encode(getattr(value, name), arrays) for name in names},
        }
    raise TypeError(f"{type(value).__name__} has no place in a tree of values")


def _name(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def _decode(document: Any, folder: Path, classes: Classes) -> Any:
    if isinstance(document, list):
        return tuple(
            [one if isinstance(one, (str, int, float)) else _decode(one, folder, classes) for one in document]
        )
    if not isinstance(document, dict):
        return document
    if "array" in document:
        return _read_array(folder / f"{int(document['array'])}.npy")
    if "enum" in document:
        return classes[document["enum"]](document["value"])
    if "set" in document:
        return frozenset(_decode(document["set"], folder, classes))
    if "map" in document:
        return {key: _decode(one, folder, classes) for key, one in document["map"]}
    found = {name: _decode(one, folder, classes) for name, one in document["fields"].items()}
    return classes[document["class"]](**found)


def _read_array(path: Path) -> "NDArray[Any]":
    import numpy as np  # noqa: PLC0415  as above

    size = path.stat().st_size
    if size == 0:
        raise ValueError(f"{path.name} is empty")
    if size < _MAPPED_BYTES:
        return np.asarray(np.load(path, allow_pickle=False))
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def _classes(root: type) -> set[type]:
    """Return the dataclasses and enums a dataclass is made of, itself among them."""
    found: set[type] = set()
    waiting: list[Any] = [root]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        if isinstance(one, type) and issubclass(one, enum.Enum):
            found.add(one)
        elif isinstance(one, type) and dataclasses.is_dataclass(one):
            found.add(one)
            waiting += get_type_hints(one).values()
        else:
            waiting += get_args(one)
    return found
