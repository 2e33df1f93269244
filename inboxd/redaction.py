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


class Known:
    """The secrets that were hidden last; ``forms`` matches each of them in every form, None while there are none."""

    def __init__(self) -> None:
        self.forms: re.Pattern[str] | None = None
        self._lock = threading.Lock()
        self._secrets: OrderedDict[str, tuple[str, ...]] = OrderedDict()

    def __len__(self) -> int:
        """Return how many are remembered."""
        return len(self._secrets)

    def add(self, secret: str) -> None:
        """Remember one, and forget what was hidden longest ago."""
        with self._lock:
            self._secrets[secret] = _forms(secret)
            self._secrets.move_to_end(secret)
            while len(self._secrets) > _MOST:
                self._secrets.popitem(last=False)
            forms = {form for known in self._secrets.values() for form in known}
            # The longer of two first. Made here and not for each of the many texts it is looked for in.
            self.forms = re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True))))


_known = Known()


def hide(secret: str) -> str:
    """Remember a secret that must not be said; return it unchanged."""
    if len(secret) >= _SHORTEST:
        _known.add(secret)
    return secret


def redacted(text: str) -> str:
    """Return the text without any secret that is known here."""
    forms = _known.forms
    # In one pass: a password may be part of the mark.
    return text if forms is None else forms.sub(MARK, text)


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
