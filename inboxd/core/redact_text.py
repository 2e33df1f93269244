"""What customers should never have written, taken out of a text before it is shown: cards, accounts and secrets.

Only what proves itself is taken for one: a card number (``core/card_numbers.py``) and an account (``core/account_numbers.py``)
by their check digits, a key by the prefix its maker gave it (``core/secret_shapes.py``), a password by the words before it
(``core/named_secrets.py``).
"""

from collections.abc import Iterable

from inboxd.core.account_numbers import account_numbers
from inboxd.core.card_numbers import card_numbers
from inboxd.core.secret_hints import hints_at_secret
from inboxd.core.secret_shapes import shaped_secrets

CARD, ACCOUNT, SECRET = "[card]", "[account]", "[secret]"


def redact(text: str) -> str:
    """Return the text with card numbers, account numbers and secrets replaced by what they were; never raises."""
    said = _without(text, shaped_secrets(text), SECRET)
    said = _without(said, account_numbers(said), ACCOUNT)
    said = _without(said, card_numbers(said), CARD)
    if not hints_at_secret(said):
        return said
    # Its patterns are the most of what a short command would compile.
    from inboxd.core.named_secrets import named_secrets  # noqa: PLC0415  see above

    return _without(said, named_secrets(said), SECRET)


def _without(text: str, places: Iterable[tuple[int, int]], mark: str) -> str:
    """Return the text with a mark in place of each; of two that overlap the one that begins first, then the longer."""
    found = list(places)
    if not found:
        return text
    parts, at = [], 0
    for begin, end in sorted(found, key=lambda one: (one[0], -one[1])):
        if begin >= at:
            parts += [text[at:begin], mark]
            at = end
    return "".join((*parts, text[at:]))
