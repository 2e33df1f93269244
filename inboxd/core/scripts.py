"""Which script a text is written in, as far as one script decides the language (Unicode blocks)."""

import re
from typing import Final

_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_SINGLE: Final = tuple(
    (re.compile(f"[{block}]"), language)
    for block, language in (
        ("\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e", "ko"),
        ("\u0e01-\u0e3a\u0e40-\u0e5b", "th"),
        ("\u0590-\u05ff", "he"),
        ("\u0370-\u03ff\u1f00-\u1fff", "el"),
        ("\u10a0-\u10ff\u1c90-\u1cbf", "ka"),
        ("\u0530-\u058f", "hy"),
        ("\u0e80-\u0eff", "lo"),
        ("\u1780-\u17ff", "km"),
        ("\u1000-\u109f", "my"),
        ("\u0b80-\u0bff", "ta"),
        ("\u0c00-\u0c7f", "te"),
        ("\u0c80-\u0cff", "kn"),
        ("\u0d00-\u0d7f", "ml"),
        ("\u0a80-\u0aff", "gu"),
        ("\u0a00-\u0a7f", "pa"),
        ("\u0d80-\u0dff", "si"),
        ("\u1200-\u137f", "am"),
    )
)
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_HAN_WEIGHT: Final = 3  # a Han character says as much as three Latin letters
_FEW_KANA: Final = 0.05


def language_by_script(text: str) -> str:
    """Return the language whose script outweighs the Latin letters of ``text``, or '' when none does.

    Kana make Han characters Japanese; Han without them is Chinese. Product names in Latin letters do not
    count against a text in another script (``API の key が無効です`` is Japanese).
    """
    latin = len(_LATIN.findall(text))
    han, kana = len(_HAN.findall(text)), len(_KANA.findall(text))
    if (han + kana) * _HAN_WEIGHT > latin and han + kana:
        return "ja" if kana > _FEW_KANA * (han + kana) else "zh"
    counts = ((len(pattern.findall(text)), language) for pattern, language in _SINGLE)
    weight, language = max(counts)
    return language if weight * 2 > latin and weight > 1 else ""


def letters(text: str) -> int:
    """Return how many letters the text has, in any script."""
    return sum(char.isalpha() for char in text)
