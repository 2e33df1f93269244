"""Text a database can keep: what hostile mail puts into subjects, ids and bodies must not make a commit fail.

The bytes of a mail are kept exactly, in a column of their own; only what was read out of them comes through here.
"""

import re
from typing import Any

# PostgreSQL keeps no U+0000, and neither database a lone surrogate, which no UTF-8 can say (RFC 3629 section 3).
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def storable(text: str) -> str:
    """Return the text with every character no database keeps replaced by U+FFFD."""
    if text.isascii() and "\x00" not in text:
        return text
    return _UNSTORABLE.sub(_REPLACEMENT, text)


def storable_parameters(
    _connection: object,
    _cursor: object,
    statement: str,
    parameters: Any,
    _context: object,
    executemany: bool,  # noqa: FBT001  SQLAlchemy's signature
) -> tuple[str, Any]:
    """Return the statement with storable parameters; an engine's ``before_cursor_execute``.

    Questions go through it like inserts, so that what was stored under a replaced name is found by it again.
    """
    return statement, [_row(row) for row in parameters] if executemany else _row(parameters)


def _row(row: Any) -> Any:
    if isinstance(row, dict):
        return {name: storable(value) if isinstance(value, str) else value for name, value in row.items()}
    if isinstance(row, tuple):
        return tuple(storable(value) if isinstance(value, str) else value for value in row)
    return row
