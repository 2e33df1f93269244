"""How far what an operator sent is from the draft he had before him."""

import re
from typing import Final

# Scripts without spaces are compared character by character.
_WORD: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_]+")
_MOST_CHARACTERS: Final = 200_000
_MOST_WORDS: Final = 20_000


def edit_distance(offered: str, sent: str) -> float:
    """Return how far what was sent is from what was offered: 0 the same words, 1 nothing in common.

    Levenshtein (1966) over words, divided by the number of the longer text's; only words count, no mark-up or wrapping.
    """
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415  3 MB, for edited drafts

    return float(Levenshtein.normalized_distance(_words(offered), _words(sent)))


def _words(text: str) -> list[str]:
    return _WORD.findall(text[:_MOST_CHARACTERS])[:_MOST_WORDS]
