"""The same mail with other words: what may not be in it is taken out wherever it stands, encoded or not.

Words are looked for in the octets as they are, in encoded words of header fields (RFC 2047) and in base64 and
quoted-printable text (RFC 2045 6). Attachments of other kinds are left alone.
"""

from collections.abc import Callable
from email import message_from_bytes
from email.header import Header, decode_header, make_header
from email.message import Message

Change = Callable[[str], str]

_ENCODED = frozenset({"base64", "quoted-printable"})


def rewrite_mail(raw: bytes, change: Change) -> bytes:
    """Return the mail with ``change`` applied to its words; byte for byte the same where nothing is changed.

    Never raises: of a mail that cannot be taken apart nothing is left, because what it hides cannot be told.
    """
    plain = change(raw.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
    try:
        tree = message_from_bytes(plain)
        # All of them: ``any`` would stop at the first.
        changed = [_rewrite_part(part, change) for part in tree.walk()]
        return tree.as_bytes() if any(changed) else plain
    except Exception:  # noqa: BLE001  the library lets RecursionError, LookupError and others through on hostile mails
        return b""


def _rewrite_part(part: Message, change: Change) -> bool:
    fields = [_rewrite_field(name, str(value), change) for name, value in part.items()]
    is_new = [new != str(value) for (_, value), (_, new) in zip(part.items(), fields, strict=True)]
    if any(is_new):
        for name in set(part.keys()):
            del part[name]
        for name, value in fields:
            part[name] = value
    return _rewrite_text(part, change) or any(is_new)


def _rewrite_field(name: str, value: str, change: Change) -> tuple[str, str]:
    if "=?" not in value:
        return name, value
    try:
        said = str(make_header(decode_header(value)))
    except (LookupError, ValueError):
        return name, ""
    new = change(said)
    return (name, value) if new == said else (name, Header(new, "utf-8").encode())


def _rewrite_text(part: Message, change: Change) -> bool:
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if part.is_multipart() or part.get_content_maintype() != "text" or encoding not in _ENCODED:
        return False
    payload = part.get_payload(decode=True)
    octets = payload if isinstance(payload, bytes) else b""
    said, charset = _decoded(octets, part.get_content_charset() or "utf-8")
    new = change(said)
    if new == said:
        return False
    del part["Content-Transfer-Encoding"]
    part.set_payload(new.encode(charset, "surrogateescape" if charset == "utf-8" else "replace"))
    part["Content-Transfer-Encoding"] = "8bit"
    return True


def _decoded(octets: bytes, charset: str) -> tuple[str, str]:
    try:
        return octets.decode(charset), charset
    except (LookupError, UnicodeError):
        return octets.decode("utf-8", "surrogateescape"), "utf-8"
