"""Long stretches of a body on which the structure of a mail does not depend: the parser is shown one line of each.

The standard library's parser makes an object of every line, and text of all of them; of a mail of 35 MB that was 130 MB
beside it. What cannot be a boundary (RFC 2046 5.1.1: they begin with two hyphens) and follows a line that is no field
is body to the next boundary whatever stands in it. So a placeholder stands there, and the octets stay where they are.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import TypeGuard

# What is shorter costs too little to be worth it.
LEAST = 256 * 1024
_CHUNK = 256 * 1024
# The first line of a stretch: not empty, no field and no continuation of one, no boundary.
_BODY_LINE = re.compile(rb"(?:\A|(?<=[\r\n]))(?!--|[\t ]|From |[!-9;-~]*+:)[^\r\n]")
_LINE_ENDS = b"\r\n"

Span = tuple[int, int]


class Stretches:
    """Where the long stretches of ``raw`` are, and what stands in their place."""

    __slots__ = ("_places", "_raw", "_spans", "_token")

    def __init__(self, raw: bytes) -> None:
        """Find them; most mails have none, and nothing is looked at in a short one."""
        self._raw = raw
        self._spans = tuple(_spans(raw)) if len(raw) >= LEAST else ()
        # A mail cannot hold its own hash: nobody can write a placeholder into it.
        self._token = f"stretch-{hashlib.sha256(raw).hexdigest()}-" if self._spans else ""
        self._places = re.compile(rf"({re.escape(self._token)}\d{{1,9}};)") if self._spans else None

    def __bool__(self) -> bool:
        """Return whether there are any."""
        return bool(self._spans)

    def pieces(self) -> Iterator[bytes]:
        """Yield what the parser is to be fed: the mail with a placeholder for every stretch."""
        at = 0
        for number, (begin, end) in enumerate(self._spans):
            yield from self._pieces(at, begin)
            yield f"{self._token}{number};".encode("ascii")
            at = end
        yield from self._pieces(at, len(self._raw))

    def are_in(self, payload: object) -> TypeGuard[str]:
        """Return whether a payload has a placeholder in it."""
        return bool(self._spans) and isinstance(payload, str) and self._token in payload

    def octets(self, payload: str) -> memoryview:
        """Return a payload as it stands in the mail; not copied where it is one stretch and nothing else."""
        found = [self._octets(word) for word in self._words(payload) if word]
        return found[0] if len(found) == 1 else memoryview(b"".join(found))

    def text(self, payload: str) -> str:
        """Return a payload as the parser would have made it: octets beyond ASCII as surrogates (PEP 383)."""
        return str(self.octets(payload), "ascii", "surrogateescape")

    def _pieces(self, begin: int, end: int) -> Iterator[bytes]:
        for start in range(begin, end, _CHUNK):
            yield self._raw[start : min(start + _CHUNK, end)]

    def _words(self, payload: str) -> list[str]:
        return self._places.split(payload) if self._places is not None else [payload]

    def _octets(self, word: str) -> memoryview:
        if self._token and word.startswith(self._token) and word.endswith(";"):
            begin, end = self._spans[int(word[len(self._token) : -1])]
            return memoryview(self._raw)[begin:end]
        return memoryview(word.encode("ascii", "surrogateescape"))


def _spans(raw: bytes) -> Iterator[Span]:
    """Yield begin and end of every stretch; the end of its last line is left to the parser, which takes it away."""
    at = 0
    for end in _boundaries(raw):
        if end - at >= LEAST:
            begun = _BODY_LINE.search(raw, at, end)
            begin, last = begun.start() if begun else end, end
            while last > begin and raw[last - 1] in _LINE_ENDS:
                last -= 1
            if last - begin >= LEAST:
                yield begin, last
        at = end


def _boundaries(raw: bytes) -> Iterator[int]:
    """Yield where lines begin that may be boundaries, and at last the end of the mail. Reads each octet twice at most."""
    feed, carriage = raw.find(b"\n--"), raw.find(b"\r--")
    while feed >= 0 or carriage >= 0:
        if carriage < 0 or 0 <= feed < carriage:
            yield feed + 1
            feed = raw.find(b"\n--", feed + 1)
        else:
            yield carriage + 1
            carriage = raw.find(b"\r--", carriage + 1)
    yield len(raw)
