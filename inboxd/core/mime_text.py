"""The text of a mail we write as MIME, to the byte (RFC 2045, RFC 2046): most mails are nothing but a text in two forms.

What the standard library makes of the same values costs ten times as much, so it is asked for attachments only.
"""

import base64
import binascii
import hashlib
import re

_ASCII = bytes(range(128))
_LINE_LIMIT = 78
_CONTROL_BUT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def clean_text(text: str) -> str:
    """Return the text as it may be sent: lines end in LF, the last one too; no other control characters but tabs."""
    text = _CONTROL_BUT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text if text.endswith("\n") else text + "\n"


def transfer_encoding(text: str) -> str:
    """Return how a cleaned text is sent. Lines are not wrapped (phones and readers do that better): long ones are encoded."""
    if text.isascii() and max(map(len, text.split("\n"))) <= _LINE_LIMIT:
        return "7bit"
    # Base64 is shorter from one non-ASCII byte in six on, but filters distrust it in Latin script: keep that readable.
    encoded = text.encode("utf-8")
    non_ascii = len(encoded.translate(None, _ASCII))
    return "quoted-printable" if non_ascii * 3 <= len(encoded) else "base64"


def text_entity(text: str, subtype: str) -> bytes:
    """Return a text with the fields of its MIME part (RFC 2045 5 and 6), CRLF at every line's end."""
    text = clean_text(text)
    encoding = transfer_encoding(text)
    content = text.encode("utf-8")
    if encoding == "quoted-printable":
        content = binascii.b2a_qp(content)
    elif encoding == "base64":
        content = base64.encodebytes(
            content.replace(b"\n", b"\r\n")
        )  # RFC 2045 6.8: the line breaks of text are CRLF
    fields = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return fields.encode("ascii") + content.replace(b"\n", b"\r\n")


def alternative_entity(entities: tuple[bytes, ...], boundary: str) -> bytes:
    """Return the forms of one text, the plainest first (RFC 2046 5.1.4)."""
    opening = f"\r\n--{boundary}\r\n".encode("ascii")
    fields = f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n'.encode("ascii")
    return fields + b"".join(opening + one for one in entities) + f"\r\n--{boundary}--\r\n".encode("ascii")


def boundary_of(message_id: str, index: int) -> str:
    """Return a boundary made from the Message-ID: a random one would make the second attempt another mail.

    ``=_`` never occurs in quoted-printable or base64 (RFC 2045 6.7).
    """
    digest = hashlib.sha256(f"{message_id} {index}".encode()).hexdigest()
    return f"=_{digest[:40]}"
