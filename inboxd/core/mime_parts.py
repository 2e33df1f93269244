"""The parts of a mail that are its own: what stands inside an attached mail belongs to that mail."""

from collections.abc import Iterator
from email.message import Message as MimeMessage
from typing import Final

MAX_PARTS: Final = 1_000
MAX_HEAD: Final = 65_536  # characters of a header block or small part that are looked at


def own_parts(mime: MimeMessage) -> Iterator[MimeMessage]:
    """Yield the leaves of ``mime`` in order; a ``message/*`` part is a leaf: its inside is another mail's."""
    waiting = [mime]
    for _ in range(MAX_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        # A leaf is not asked for its payload: of a long one the text would be made each time.
        if part.get_content_maintype() == "message" or not part.is_multipart():
            yield part
        else:
            children = part.get_payload()
            waiting.extend(child for child in reversed(list(children)) if isinstance(child, MimeMessage))


def part_text(part: MimeMessage) -> str:
    """Return a small part as text: header blocks as lines, transfer encoding undone; never raises.

    The standard library reads ``message/delivery-status`` into one message per block and other ``message/*``
    parts into one message, and does not undo a transfer encoding there (RFC 6522 forbids it, mail systems use
    it).
    """
    payload = part.get_payload()
    if isinstance(payload, list):
        return _without_encoding(part, "\n\n".join(_block(child) for child in payload[:MAX_PARTS]))
    try:
        raw = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):  # a broken transfer encoding
        raw = None
    if isinstance(raw, bytes):
        return raw[:MAX_HEAD].decode("utf-8", "replace")
    return str(payload or "")[:MAX_HEAD]


def _block(block: object) -> str:
    """Return a block as it stood in the mail: fields, an empty line, body."""
    if not isinstance(block, MimeMessage):
        return str(block)[:MAX_HEAD]
    fields = "".join(f"{name}: {value}\n" for name, value in block.raw_items())
    body = block.get_payload()
    if isinstance(body, list):
        return fields[:MAX_HEAD]
    return f"{fields}\n{body or ''}"[:MAX_HEAD]


def _without_encoding(part: MimeMessage, text: str) -> str:
    """Return ``text`` with base64 or quoted-printable undone."""
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding not in {"base64", "quoted-printable"}:
        return text
    bare = MimeMessage()
    bare["Content-Transfer-Encoding"] = encoding
    bare.set_payload(text.strip())
    raw = bare.get_payload(decode=True)
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else text
