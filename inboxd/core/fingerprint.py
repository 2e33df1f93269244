"""What tells one mail from another at the door, read from its bytes without parsing MIME.

A mail that comes twice (resent after a lost 250, RFC 1047; delivered to two of our addresses) differs only in the
trace fields relays add. A Message-ID alone proves nothing: printers and web forms use one for everything.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_HEADER_BYTES = 1_000_000
MAX_FIELD_BYTES = 64_000
_PIECE = 256 * 1024

_HEADER_END = re.compile(rb"\r\n\r\n|\n\n|\r\r|\n\r\n")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_COUNTED = (b"from", b"date", b"subject")
_ID = re.compile(rb"<([^<>\s]{1,998})>")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """``message_id`` with brackets (empty: none) and ``content``, a SHA-256 in hex: both equal means a duplicate."""

    message_id: str
    content: str


def fingerprint(raw: bytes) -> Fingerprint:
    """Return the fingerprint of a mail: From, Date, Subject and body count, trace fields and line endings do not.

    Without a Message-ID the content is the digest of all bytes: two such mails are one only if they are identical.
    """
    header, body_at = _split(raw)
    fields = _fields(header)
    message_id = _message_id(fields)
    if not message_id:
        return Fingerprint("", hashlib.sha256(raw).hexdigest())
    digest = hashlib.sha256()
    for name in _COUNTED:
        for value in fields.get(name, ()):
            digest.update(name + b":" + value + b"\n")
    digest.update(b"\n")
    for text in _trimmed(raw, body_at):
        digest.update(text)
    return Fingerprint(message_id, digest.hexdigest())


def _split(raw: bytes) -> tuple[bytes, int]:
    """Return the header section and where the body begins (RFC 5322 2.1: the first empty line parts them)."""
    if raw[:1] in {b"\r", b"\n"}:
        return b"", 0
    found = _HEADER_END.search(raw, 0, MAX_HEADER_BYTES)
    return (raw[: found.start()], found.end()) if found else (raw[:MAX_HEADER_BYTES], MAX_HEADER_BYTES)


def _fields(header: bytes) -> dict[bytes, list[bytes]]:
    """Return the counted fields and Message-ID: unfolded (RFC 5322 2.2.3), white space as one blank."""
    wanted = {*_COUNTED, b"message-id"}
    found: dict[bytes, list[bytes]] = {}
    lines: list[bytes] = []
    for line in (*_LINE_END.split(header), b"end:"):
        if line[:1] in {b" ", b"\t"}:
            lines.append(line)
            continue
        name, _, value = b" ".join(lines).partition(b":")
        if name.strip().lower() in wanted:
            found.setdefault(name.strip().lower(), []).append(b" ".join(value[:MAX_FIELD_BYTES].split()))
        lines = [line]
    return found


def _message_id(fields: dict[bytes, list[bytes]]) -> str:
    """Return the first id in brackets; what stands there without brackets is taken whole."""
    value = fields.get(b"message-id", [b""])[0]
    found = _ID.search(value)
    bare = found[1] if found else value.strip(b"<> ")
    # PostgreSQL stores no NUL in text.
    return f"<{bare.replace(bytes(1), b'?').decode('utf-8', 'replace')}>" if bare else ""


def _trimmed(raw: bytes, body_at: int) -> Iterator[bytes]:
    """Yield the body with LF line ends, without white space at line ends and without empty lines at its end.

    Piece by piece: of a large mail no second copy is ever made. White space is kept back until something follows it.
    """
    blanks: list[bytes] = []
    at = body_at
    while at < len(raw):
        end = at + _PIECE
        # RFC 5322 2.3: a CRLF is one line end, also where a piece would part it.
        end += raw[end - 1 : end + 1] == b"\r\n"
        text = raw[at:end].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        kept = text.rstrip()
        if kept:
            yield _without_blanks(b"".join((*blanks, kept)))
            blanks = []
        blanks.append(text[len(kept) :])
        at = end


def _without_blanks(text: bytes) -> bytes:
    if b" \n" not in text and b"\t\n" not in text:
        return text
    # Line by line, because a regular expression for it is quadratic on long runs of blanks.
    return b"\n".join(line.rstrip(b" \t") for line in text.split(b"\n"))
