"""What a status says: RFC 3463 codes, SMTP replies, and whether the address itself is dead."""

import re
from typing import Final

from inboxd.core.dsn_text import NOTHING_FURTHER, PERMANENT, TEMPORARY
from inboxd.core.mail import Dsn

_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]|-\d)")
_REPLY = re.compile(r"(?<![\d.:/@(+-])(4[2-5]\d|5[0-57]\d)(?![\d.:/@])(?=[\s\-#,;']|$)")
_LIVING: Final = re.compile(r"5\.(?:2\.[234]|3\.4|5\.\d{1,3}|6\.\d{1,3}|7\.\d{1,3})")


def enhanced_status(*texts: str) -> str:
    """Return the first RFC 3463 code (``5.1.1``) of the texts, an SMTP reply's class (``5.0.0``), or ''."""
    for text in texts:
        if found := _ENHANCED.search(text[:4_000]):
            return found.group()
    for text in texts:
        if reply := _REPLY.search(text[:4_000]):
            return f"{reply.group(1)[0]}.0.0"
    return ""


def refined_status(status: str, diagnostic: str) -> str:
    """Return the diagnostic's code where the status says only the class (``5.0.0`` with ``550-5.7.1 …``)."""
    if not status.endswith(".0.0"):
        return status
    codes = (found.group() for found in _ENHANCED.finditer(diagnostic[:4_000]))
    return next((code for code in codes if code[0] == status[0]), status)


def is_permanent(text: str, status: str) -> bool:
    """Return what the prose says: late, failed for good, or else the status's class; failed by default."""
    if TEMPORARY.search(text) and not NOTHING_FURTHER.search(text):
        return False
    return bool(PERMANENT.search(text)) or not status.startswith("4")


def is_dead_address(dsn: Dsn) -> bool:
    """Return True when nothing sent to this address will ever arrive.

    False for what may pass or is ours to mend: temporary failures, a full mailbox (5.2.2), a message too long
    (5.2.3, 5.3.4), protocol and content errors (5.5, 5.6), policy and reputation (5.7); RFC 3463 section 3.
    """
    return dsn.permanent and _LIVING.match(dsn.status) is None
