"""Secrets this process has in hand, and their removal from what it says: a server may repeat a password in its refusal.

Nothing of ours writes a secret anywhere; this is for the words of others, which end in logs, alarms and the outbox.
"""

import base64
import re
import threading
from collections import OrderedDict
from urllib.parse import quote_plus

MARK = "[secret]"
# Shorter ones would take whole words out of every line; and who has such a password has lost already.
_SHORTEST = 6
# Access tokens change every hour; long before these are forgotten nobody accepts them any more.
_MOST = 64

_lock = threading.Lock()
_known: OrderedDict[str, tuple[str, ...]] = OrderedDict()


def hide(secret: str) -> str:
    """Remember a secret that must not be said; return it unchanged."""
    if len(secret) >= _SHORTEST:
        with _lock:
            _known[secret] = _forms(secret)
            _known.move_to_end(secret)
            while len(_known) > _MOST:
                _known.popitem(last=False)
    return secret


def redacted(text: str) -> str:
    """Return the text without any secret that is known here."""
    if not _known:
        return text
    with _lock:
        forms = sorted({form for known in _known.values() for form in known}, key=len, reverse=True)
    # In one pass: a password may be part of the mark.
    return re.sub("|".join(map(re.escape, forms)), MARK, text)


def _forms(secret: str) -> tuple[str, ...]:
    """Return the secret as it is, as a form field, and as it stands inside any base64."""
    octets = secret.encode("utf-8", "surrogateescape")
    alone = base64.b64encode(octets).decode("ascii")
    return (secret, quote_plus(octets), alone, *(_inside_base64(octets, shift) for shift in range(3)))


def _inside_base64(octets: bytes, shift: int) -> str:
    """Return the digits that depend on nothing but ``octets`` where so many octets (modulo 3) stand before them.

    SASL wraps names, separators and secrets into one base64 (RFC 4616 2, RFC 7628 3.1).
    """
    digits = base64.b64encode(bytes(shift) + octets).decode("ascii")
    return digits[-(-8 * shift // 6) : 8 * (shift + len(octets)) // 6]
