"""Reading an mbox as a stream: one mail at a time, whatever dialect it is in and however large it is.

RFC 4155 and https://www.loc.gov/preservation/digital/formats/fdd/fdd000383.shtml: a line ``From address date`` begins a
mail. Dialects differ in how a line of the text that looks like one is written: ``>From`` (mboxo), one more ``>``
(mboxrd), or as it is behind a Content-Length (mboxcl2); programs that write none of these are common, too.
"""

import datetime as dt
import gzip
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from inboxd.core.date_time import read_date
from inboxd.core.past import Wrote
from inboxd.errors import PermanentError

# Nothing in the past of a desk is larger; what has no separators at all must not fill the memory.
MOST_BYTES = 200_000_000
_GZIP = b"\x1f\x8b"
_LONGEST_LINE = 1_000_000
# asctime with what programs put into it, such as a zone before or behind the year.
_DATE = re.compile(
    rb"(?P<month>[A-Z][a-z]{2}) {1,2}(?P<day>\d{1,2}) (?P<time>\d{1,2}:\d\d(?::\d\d)?)"
    rb"(?: (?P<early>[+-]\d{4}|[A-Z]{1,5}))? (?P<year>\d{4})(?: (?P<late>[+-]\d{4}|[A-Z]{1,5}))?[ \t]*\r?\n?$"
)
# Some clients leave out both; then only what stands around it tells.
_BARE = re.compile(rb"From(?: -?)?[ \t]*\r?\n$")
_FIELD = re.compile(rb"(?:>From |[!-9;-~]{1,76}[ \t]*:)")
_QUOTED = re.compile(rb">+From ")
_LENGTH = re.compile(rb"content-length[ \t]*:[ \t]*(\d{1,10})[ \t]*\r?\n$", re.IGNORECASE)
_EMPTY = frozenset({b"\n", b"\r\n", b"\r", b""})


@dataclass(frozen=True, slots=True)
class PastMail:
    """One mail of the past: its bytes, the date noted beside it, and how much of the whole was read with it."""

    raw: bytes = field(repr=False)
    noted: dt.datetime | None = None
    position: int = 0
    wrote: Wrote = Wrote.UNTOLD


def open_mbox(path: Path) -> BinaryIO:
    """Return an mbox to be read, unpacked where it is a gzip. Raises ``PermanentError`` for what is no mbox."""
    file: BinaryIO = path.open("rb")
    if file.read(2) == _GZIP:
        file.seek(0)
        unpacked: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115  the caller closes it
        with file, gzip.open(file) as packed:
            shutil.copyfileobj(packed, unpacked)
        file = unpacked
    file.seek(0)
    first = file.readline(_LONGEST_LINE)
    file.seek(0)
    if first and not _is_separator(first):
        file.close()
        raise PermanentError(f"{path} is no mbox: it does not begin with a line From …")
    return file


def read_mbox(file: BinaryIO) -> Iterator[PastMail]:
    """Yield the mails of an mbox in their order. Raises ``PermanentError`` where one is larger than any mail."""
    separator = file.readline(_LONGEST_LINE)
    while separator:
        lines, following = _read_mail(file)
        if lines:
            yield PastMail(b"".join(lines), _noted(separator), file.tell())
        separator = following


def _read_mail(file: BinaryIO) -> tuple[list[bytes], bytes]:
    """Return the lines of one mail and the separator behind it, which is empty at the end of the file."""
    header, length = _read_header(file)
    counted = _read_counted(file, length) if length is not None else None
    if counted is not None:
        body, following = counted
        # What is counted need not be quoted (mboxcl2); where it is all the same, it is so throughout (mboxcl).
        lines = body.splitlines(keepends=True)
        plain = any(line.startswith(b"From ") for line in lines)
        return [*header, *(lines if plain else map(_unquoted, lines))], following
    lines, following = _read_to_separator(file)
    return [*header, *lines], following


def _read_header(file: BinaryIO) -> tuple[list[bytes], int | None]:
    """Return the header section with the empty line behind it, and its Content-Length."""
    lines: list[bytes] = []
    length: int | None = None
    size = 0
    while line := file.readline(_LONGEST_LINE):
        if _is_separator(line) and _begins_mail(file):
            # A mail without a body.
            file.seek(-len(line), 1)
            break
        lines.append(line)
        size += len(line)
        _refuse_endless(size)
        found = _LENGTH.match(line)
        length = int(found[1]) if found else length
        if line in _EMPTY:
            break
    # ``>From `` in the header section is what a file copied from another one kept of its separator.
    return [line for line in lines if not _QUOTED.match(line)], length


def _read_counted(file: BinaryIO, length: int) -> tuple[bytes, bytes] | None:
    """Return as many bytes as Content-Length says and the separator behind them; None, nothing read, where it lies."""
    begin = file.tell()
    if length <= MOST_BYTES:
        body = file.read(length)
        following = file.readline(_LONGEST_LINE)
        if following in _EMPTY:
            following = file.readline(_LONGEST_LINE)
        if len(body) == length and (not following or _is_separator(following)):
            return body, following
    file.seek(begin)
    return None


def _read_to_separator(file: BinaryIO) -> tuple[list[bytes], bytes]:
    lines: list[bytes] = []
    size, after_empty = 0, True
    while line := file.readline(_LONGEST_LINE):
        if after_empty and _is_separator(line) and _begins_mail(file):
            break
        after_empty = line in _EMPTY
        lines.append(_unquoted(line))
        size += len(line)
        _refuse_endless(size)
    if lines and lines[-1] in _EMPTY:
        # RFC 4155: an empty line ends a mail and is none of it.
        lines.pop()
    return lines, line


def _is_separator(line: bytes) -> bool:
    return line.startswith(b"From ") and (_DATE.search(line[-80:]) is not None or bool(_BARE.match(line)))


def _begins_mail(file: BinaryIO) -> bool:
    """Return whether a field follows here: a sentence that begins with From stands before anything else."""
    here = file.tell()
    line = file.readline(_LONGEST_LINE)
    file.seek(here)
    return not line or _FIELD.match(line) is not None


def _unquoted(line: bytes) -> bytes:
    return line[1:] if _QUOTED.match(line) else line


def _noted(separator: bytes) -> dt.datetime | None:
    found = _DATE.search(separator[-80:])
    if found is None:
        return None
    zone = (found["late"] or found["early"] or b"+0000").decode()
    words = (found["day"], found["month"], found["year"], found["time"])
    return read_date(" ".join((*(one.decode() for one in words), zone)))


def _refuse_endless(size: int) -> None:
    if size > MOST_BYTES:
        raise PermanentError(f"a mail of the mbox is larger than {MOST_BYTES} bytes: is it one?")
