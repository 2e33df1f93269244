"""A mail without its attachments: texts, header fields and the names of what was attached stay."""

from email import message_from_bytes
from email.message import Message

_TEXTS = frozenset({"text/plain", "text/html"})
_EMPTY = ""


def strip_attachments(raw: bytes) -> bytes:
    """Return the mail with every attachment emptied; byte for byte the same where there is none.

    Never raises: of a mail that cannot be taken apart nothing is left, because what is attached cannot be told.
    """
    try:
        tree = message_from_bytes(raw)
        # All of them: ``any`` would stop at the first.
        changed = [_empty(part) for part in tree.walk() if _is_attachment(part)]
        return tree.as_bytes() if any(changed) else raw
    except Exception:  # noqa: BLE001  the library lets RecursionError, LookupError and others through on hostile mails
        return b""


def _is_attachment(part: Message) -> bool:
    if part.get_content_maintype() in {"multipart", "message"}:
        return False
    named = part.get_content_disposition() == "attachment" or part.get_filename() is not None
    return named or part.get_content_type() not in _TEXTS


def _empty(part: Message) -> bool:
    if not part.get_payload():
        return False
    part.set_payload(_EMPTY)
    return True
