"""One spelling for what people write in many: lower case, without accents, full-width forms as ASCII."""

import unicodedata

# Variation selectors, keycaps, joiners, zero widths and skin tones: they change how a sign looks, not what it says.
_DECORATION = dict.fromkeys((0xFE0F, 0x20E3, 0x200D, 0x200B, 0x2060, *range(0x1F3FB, 0x1F400)))


def folded(text: str) -> str:
    """Return ``text`` folded (``Très`` and ``tres`` alike, ``４`` as ``4``, ``’`` as ``'``); its length may change."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.translate(_DECORATION).replace("’", "'"))
    return "".join(char for char in decomposed.casefold() if not unicodedata.combining(char))
