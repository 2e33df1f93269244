"""What sounds alike and means the opposite: antonym pairs, and reports of failure.

Sentence embeddings put "activate my card" beside "deactivate my card", and "top up" beside "top up failed"; these
tables say which of the two it is (the vetoes of the confidence).
"""

import functools
import re
from collections.abc import Iterable

from inboxd.knowledge.opposites import ANTONYMS
from inboxd.knowledge.terms import normalise

FAILURE = (
    r"(?:does|do|did|is|are|was|has|have|had|would|wo|ca|could)(?: not|n['’]?t)(?: \w+){0,2} "
    r"(?:work\w*|load\w*|start\w*|open\w*|arriv\w*|show\w*|receiv\w*|go(?:ne)? through|appear\w*|connect\w*|let|able|get\w*|log\w*|accept\w*)"
    r"|fail\w*|declin\w*|reject\w*|refus\w*|broke(?:n)?|crash\w*|stuck|errors?|wrong|not working|never (?:arrived|came|received)|denied"
    r"|unable|cannot|can['’]?t|won['’]?t|still (?:pending|waiting|not)|missing|disappeared"
    r"|funktioniert nicht|geht nicht|klappt nicht|fehlgeschlagen|fehler\w*|abgelehnt|kaputt|defekt|abgestürzt|stürzt ab|nicht (?:angekommen|möglich|mehr)"
    r"|ne (?:marche|fonctionne|démarre|charge)\w* (?:pas|plus)|échou\w*|échec|erreur\w*|refus\w*|en panne|cassée?|plante|bloquée?"
    r"|no funciona|falla\w*|error\w*|rechazad\w*"
    r"|失败|错误|报错|不能|无法|没有反应|坏了|不工作|打不开|连不上|收不到|没收到|被拒|异常|不稳定|断线|死机|闪退|不了"
)

# An article that tells what to try knows of the failure, even where its questions do not name it.
REMEDY = re.compile(
    r"\b(?:troubleshoot\w*|restart\w*|reinstall\w*|try again|if (?:it|this|that) (?:does not|doesn['’]?t|still)|make sure"
    r"|neu ?start\w*|erneut|falls? (?:es|das) nicht|redémarr\w*|réessay\w*|reinici\w*)\b|检查|重启|重新|排查|重试|故障"
)
_CJK_ONLY = re.compile(r"[一-鿿|()?:]+")


def _compile(pattern: str) -> re.Pattern[str]:
    bounded = pattern if _CJK_ONLY.fullmatch(pattern) else rf"\b(?:{pattern})\b"
    return re.compile(bounded)


_SIDES = tuple((_compile(left), _compile(right)) for left, right in ANTONYMS)
_WESTERN_FAILURE, _CJK_FAILURE = FAILURE.rpartition("|失败")[0], "失败" + FAILURE.rpartition("|失败")[2]
_FAILURE = re.compile(rf"\b(?:{_WESTERN_FAILURE})\b|{_CJK_FAILURE}")


def sides_of(texts: Iterable[str]) -> frozenset[int]:
    """Return which sides of which pairs the texts speak of: ``+n`` for the first of pair n, ``-n`` for the second."""
    joined = normalise(" | ".join(texts))
    return frozenset().union(*(_sides(joined, pair) for pair in range(1, len(_SIDES) + 1)))


def says_opposite(text: str, answered: frozenset[int]) -> bool:
    """Return True when the text has one side of a pair only, and an article (``sides_of`` it) only the other."""
    asked = normalise(text)
    return any(
        -side not in answered and _sides_asked(asked, abs(side)) == frozenset({-side}) for side in answered
    )


# A unit of a mail is asked for the same pair by one article after the other.
@functools.lru_cache(maxsize=256)
def _sides_asked(normal: str, pair: int) -> frozenset[int]:
    return _sides(normal, pair)


def _sides(normal: str, pair: int) -> frozenset[int]:
    left, right = _SIDES[pair - 1]
    # "verkaufen" and "disconnect" hold the other word; what the second side matched is not counted twice.
    rest, count = right.subn(" ", normal)
    found = {-pair} if count else set()
    return frozenset(found | {pair} if left.search(rest) else found)


def knows_failure(texts: Iterable[str]) -> bool:
    """Return whether an article speaks of something not working, or tells what to try then."""
    normal = normalise(" | ".join(texts))
    return bool(_FAILURE.search(normal) or REMEDY.search(normal))


def tells_failure(texts: Iterable[str]) -> bool:
    """Return whether something is said not to work."""
    return bool(_FAILURE.search(normalise(" | ".join(texts))))
