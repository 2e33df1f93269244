"""How a comment sounds: positive, negative, or neutral (about a fact, or of both); by words, in five languages."""

import re
from dataclasses import dataclass
from enum import StrEnum

from inboxd.core.folding import folded
from inboxd.core.sentiment_words import (
    BLAME,
    CHINESE_BLAME,
    CHINESE_CONTRAST,
    CHINESE_PRAISE,
    CONTRAST,
    PRAISE,
)
from inboxd.core.survey_opinions import opinions_of_text

MAX_TEXT = 4_000

_CONTRACTED = re.compile(r"(?:n't|n’t)\b")
_DENIED = re.compile(
    r"\b(?:not|never|nicht|keine?n?|kein|pas|no|nada|ni|without|ohne|sans|sin)\s(?:\w{1,12}\s){0,2}$"
)
_CHINESE_DENIED = re.compile(r"(?:不|没|没有|未|无)$")


class Sentiment(StrEnum):
    """How a comment sounds; ``NEUTRAL`` also where it praises and blames at once."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


@dataclass(frozen=True, slots=True)
class Signs:
    """How often words of a text praise and blame."""

    praise: int
    blame: int

    @property
    def sentiment(self) -> Sentiment | None:
        """Return what the signs say: neutral where both are there, None without any."""
        if self.praise and self.blame:
            return Sentiment.NEUTRAL
        if self.praise:
            return Sentiment.POSITIVE
        return Sentiment.NEGATIVE if self.blame else None


# What a score tells of a comment whose words tell nothing: of positive, neutral, negative. Set by hand; the order
# within a row is all that decides without the model.
PRIORS: dict[int, tuple[float, float, float]] = {
    5: (0.85, 0.10, 0.05),
    4: (0.70, 0.22, 0.08),
    3: (0.20, 0.60, 0.20),
    2: (0.05, 0.25, 0.70),
    1: (0.03, 0.12, 0.85),
}
ALIKE = (1 / 3, 1 / 3, 1 / 3)


def sentiment_of(comment: str, score: int | None, likelihood: tuple[float, float, float] = ALIKE) -> str:
    """Return how a comment sounds: by its words, else by ``likelihood`` (of the model) and the score; empty: no words.

    The order of ``likelihood`` is that of ``Sentiment``. Bayes' rule with ``PRIORS``; without a score all are alike.
    """
    if not any(char.isalpha() for char in comment):
        return ""
    by_words = signs_of(comment).sentiment
    if by_words is not None:
        return by_words.value
    prior = PRIORS.get(score or 0, ALIKE)
    weights = [known * seen for known, seen in zip(prior, likelihood, strict=True)]
    if max(weights) == min(weights):
        return Sentiment.NEUTRAL.value
    return tuple(Sentiment)[weights.index(max(weights))].value


def signs_of(text: str) -> Signs:
    """Return how often a comment praises and blames, a denied praise counted as blame. Never raises."""
    plain = _CONTRACTED.sub(" not", folded(text[:MAX_TEXT]))
    scores = opinions_of_text(plain)
    praise, blame = sum(score > 3 for score in scores), sum(score < 3 for score in scores)  # noqa: PLR2004  3 is the middle
    blamed = list(_BLAME.finditer(plain))
    rest = _BLAME.sub(" ", plain)
    for found in _PRAISE.finditer(rest):
        denied = _DENIED.search(rest[: found.start()][-30:]) or _CHINESE_DENIED.search(
            rest[: found.start()][-2:]
        )
        praise, blame = (praise, blame + 1) if denied else (praise + 1, blame)
    blame += len(blamed)
    # Behind praise alone a "but" begins what was wrong, in whatever words.
    return Signs(praise, blame + bool(praise and not blame and _CONTRAST.search(plain)))


def _pattern(words: str, chinese: str) -> re.Pattern[str]:
    pieces = sorted(words.split("|"), key=len, reverse=True)
    latin = "|".join(rf"{re.escape(one[:-1])}\b" if one.endswith("$") else re.escape(one) for one in pieces)
    signs = "|".join(map(re.escape, sorted(chinese.split("|"), key=len, reverse=True)))
    return re.compile(rf"\b(?:{latin})|{signs}")


_PRAISE = _pattern(PRAISE, CHINESE_PRAISE)
_BLAME = _pattern(BLAME, CHINESE_BLAME)
_CONTRAST = _pattern("|".join(f"{one}$" for one in CONTRAST.split("|")), CHINESE_CONTRAST)
