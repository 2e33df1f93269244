"""Bytes to the tree of parts, by the standard library's parser, bounded and repaired.

The parser's class for parts can be given: the one here stops the tree at a depth and a number of parts, so that the
parser never recurses deeper, and answers questions about broken fields where the library's class raises.
"""

import re
from email.feedparser import BytesFeedParser
from email.message import Message as MimeMessage
from functools import partial
from typing import TYPE_CHECKING, Any

from inboxd.core.charset import codec_of
from inboxd.core.header_text import decode_raw_8bit
from inboxd.core.stretches import Stretches

if TYPE_CHECKING:
    from email.policy import Policy

MAX_SIZE = 50_000_000
MAX_LINES = 1_500_000
MAX_PARTS = 1_000
MAX_DEPTH = 30
MAX_TEXT = 4_000_000  # characters of all bodies together; the attachments and the raw mail have the rest

_MAX_STRUCTURED = 8_000
_MAX_PARAMETERS = 100
_SKIPPED = 20_000
_NEWLINE = re.compile(rb"\n|\r(?!\n)")
_TOKEN = re.compile(r"[a-z0-9.-]+")
_LEADING = b"\r\n \t\0"
_UTF8_BOM = b"\xef\xbb\xbf"


class Budget:
    """What one parse may still make; ``defects`` says what it could not."""

    __slots__ = ("characters", "defects", "parts")

    def __init__(self) -> None:
        self.parts = MAX_PARTS
        self.characters = MAX_TEXT
        self.defects: dict[str, None] = {}

    def note(self, defect: str) -> None:
        """Remember a defect, once."""
        self.defects.setdefault(defect)


class Part(MimeMessage):
    """A part of a mail (RFC 2045 2.4) that answers without raising, whatever its fields hold."""

    _payload: Any

    def __init__(
        self,
        policy: "Policy | None" = None,
        *,
        budget: Budget | None = None,
        depth: int = 0,
        stretches: Stretches | None = None,
    ) -> None:
        # Imported for its name alone, the library's own default would bring the other policies, 1 MB.
        super().__init__(*(() if policy is None else (policy,)))
        self.budget = budget or Budget()
        self.depth = depth
        self.leaf = False
        self._stretches = stretches

    @property
    def is_branch(self) -> bool:
        """Return True when the parser made parts of this part's body."""
        return self.is_multipart()

    @property
    def stretched(self) -> memoryview | None:
        """Return the body of a leaf as it stands in the mail where it is a long one (``stretches.py``), else None."""
        payload, stretches = self._payload, self._stretches
        if stretches is None or not isinstance(payload, str) or not stretches.are_in(payload):
            return None
        return stretches.octets(payload)

    @property
    def parts(self) -> "tuple[Part, ...]":
        """Return the parts this part is made of, none for a leaf."""
        payload = self.get_payload() if self.is_multipart() else ()
        return tuple(part for part in payload if isinstance(part, Part))

    @property
    def charset(self) -> str:
        """Return the declared charset as it is written, empty when there is none."""
        value = self._param("charset", "", "content-type")
        return value[2] if isinstance(value, tuple) else str(value)

    def attach(self, payload: "Part") -> None:  # type: ignore[override]
        """Take a part in, unless the mail has too many already; at the greatest depth it will have no parts itself."""
        payload.depth = self.depth + 1
        if payload.depth >= MAX_DEPTH:
            payload.leaf = True
            self.budget.note(f"nested deeper than {MAX_DEPTH}: read no further down")
        self.budget.parts -= 1
        if self.budget.parts < 0:
            payload.leaf = True
            self.budget.note(f"more than {MAX_PARTS} parts: the rest was not read")
            return
        super().attach(payload)

    def get_payload(
        self,
        i: int | None = None,
        decode: bool = False,  # noqa: FBT001, FBT002  the library's signature
    ) -> Any:
        """Return the parts of this part, or its body: as text, or ``decode``d as octets."""
        library: Any = super()
        payload, stretches = self._payload, self._stretches
        if stretches is None or not isinstance(payload, str) or not stretches.are_in(payload):
            return library.get_payload(i, decode)
        # Of a long body the text is made when it is asked for, and not kept.
        self._payload = stretches.text(payload)
        try:
            return library.get_payload(i, decode)
        finally:
            self._payload = payload

    def unfold(self) -> None:
        """Put every long text of the tree back in its place, for a library that looks at it by itself."""
        stretches = self._stretches
        if stretches is not None:
            self._payload, self.preamble, self.epilogue = (
                stretches.text(text) if stretches.are_in(text) else text
                for text in (self._payload, self.preamble, self.epilogue)
            )
        for part in self.parts:
            part.unfold()

    def get_content_type(self) -> str:
        """Return the type in lower case; ``text/plain`` where the tree was cut (RFC 2045 5.2: the default)."""
        kind = super().get_content_type()
        return "text/plain" if self.leaf and kind.startswith(("multipart/", "message/")) else kind

    def get_content_maintype(self) -> str:
        """Return the first half of ``get_content_type``."""
        return self.get_content_type().partition("/")[0]

    def get(self, name: str, failobj: object = None) -> object:  # type: ignore[override]  # never a Header object
        """Return the first field of that name as text; a transfer encoding as the bare token it should be."""
        wanted = name.lower()
        for key, value in self.raw_items():
            if key.lower() == wanted:
                return _structured(wanted, str(value))
        return failobj

    def get_param(  # type: ignore[override]  # one signature for the library's overloads
        self,
        param: str,
        failobj: object = None,
        header: str = "content-type",
        unquote: bool = True,  # noqa: FBT001, FBT002  the library's signature
    ) -> object:
        """Return a parameter; ``failobj`` where it cannot be read, as for a charset nobody knows."""
        value = self._param(param, failobj, header, unquote=unquote)
        if param.lower() == "charset" and value is not failobj:
            return codec_of(value[2] if isinstance(value, tuple) else str(value)) or failobj
        return value

    def _param(self, param: str, failobj: object, header: str, *, unquote: bool = True) -> object:
        try:
            return super().get_param(param, failobj, header, unquote)
        except (ValueError, LookupError, TypeError, AttributeError):
            return failobj


def _structured(name: str, value: str) -> str:
    """Return a structured field short enough for the library's way of taking parameters apart (quadratic)."""
    if name.startswith("content-"):
        value = ";".join(value[:_MAX_STRUCTURED].split(";", _MAX_PARAMETERS)[:_MAX_PARAMETERS])
    if name == "content-transfer-encoding":
        token = _TOKEN.search(value.lower().replace(" ", ""))
        return token[0] if token else ""
    return value if value.isascii() else decode_raw_8bit(value).replace("\0", "")


def read_tree(raw: bytes) -> tuple[Part, Budget]:
    """Return the root part of a mail and what was found wrong on the way. Never raises, reads each byte once."""
    budget = Budget()
    raw = _bounded(raw, budget)
    return grow(raw, budget), budget


def grow(raw: bytes, budget: Budget, depth: int = 0) -> Part:
    """Return the tree the standard library's parser makes of ``raw``, its root at ``depth``."""
    stretches = Stretches(raw)
    parser = BytesFeedParser(partial(Part, budget=budget, depth=depth, stretches=stretches or None))
    for piece in stretches.pieces():
        parser.feed(piece)
        if budget.parts < -_SKIPPED:  # it would go on making parts that nobody takes
            break
    return parser.close()


def _bounded(raw: bytes, budget: Budget) -> bytes:
    if len(raw) > MAX_SIZE:
        raw = raw[:MAX_SIZE]
        budget.note(f"larger than {MAX_SIZE} bytes: the rest was not read")
    if raw.count(b"\n") + raw.count(b"\r") > MAX_LINES:
        raw = _first_lines(raw, budget)
    stripped = raw.removeprefix(_UTF8_BOM).lstrip(_LEADING)
    if len(stripped) != len(raw):
        budget.note("begins with empty lines")
    return stripped


def _first_lines(raw: bytes, budget: Budget) -> bytes:
    for number, match in enumerate(_NEWLINE.finditer(raw)):
        if number >= MAX_LINES:
            budget.note(f"more than {MAX_LINES} lines: the rest was not read")
            return raw[: match.start()]
    return raw
