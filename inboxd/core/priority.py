"""How soon a ticket wants an answer: P = w₁·urgency + w₂·severity + w₃·history, with every part shown.

The three parts are those of ITIL's impact and urgency matrix, with what the customer went through as the third.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from inboxd.core.categories import CategoryMatch
from inboxd.core.folding import folded
from inboxd.core.priority_words import PATIENCE, SEVERITY, URGENCY
from inboxd.core.states import Priority

MAX_TEXT = 6_000
NEUTRAL = 0.3  # a mail that says nothing of its urgency or severity

_SHOUTING = 0.5  # "!!!" wants attention, but says nothing of time
_EVIDENCE = 3
_DISSATISFIED_BELOW = 2.5
_HOURS_A_DAY = 24
_NUMBERED_DEADLINE = re.compile(
    r"(?<!\w)(?:within|in|innerhalb von|binnen|d'ici|sous|dentro de|en menos de)(?: the next| den nachsten)? "
    r"(\d{1,3}) ?(hours?|hrs?|h|stunden?|std|heures?|horas?|days?|tage?n?|jours?|dias?)(?!\w)"
)
_WORD = re.compile(r"\w+")
_CHINESE_DEADLINE = re.compile(r"(\d{1,3}) ?(小时|个小时|天)(?:之内|以内|内)")
_WEEKDAY_DEADLINE = re.compile(
    r"(?<!\w)(?:(?:by|until|before|no later than) (?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"bis (?:spatestens )?(?:zum )?(?:kommenden )?(?:mon|diens|donners|frei|sams|sonn)tag|bis (?:spatestens )?mittwoch|"
    r"(?:avant|d'ici) (?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)|"
    r"(?:antes del|para el) (?:lunes|martes|miercoles|jueves|viernes|sabado|domingo))(?!\w)|(?:周|星期)[一二三四五六日天]之?前"
)


@dataclass(frozen=True, slots=True)
class PriorityWeights:
    """The weights, and the values of P (0 to 1) from which a ticket is urgent or high, and below which low."""

    urgency: float = 0.5
    severity: float = 0.3
    history: float = 0.2
    urgent_from: float = 0.65
    high_from: float = 0.42
    low_below: float = 0.16


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """What the customer went through: other tickets open now, reopened and late ones, mean score (1-5), VIP or not."""

    open_tickets: int = 0
    reopened: int = 0
    late: int = 0
    satisfaction: float | None = None
    is_vip: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One summand: ``weight`` (they add up to 1), ``value`` (0 to 1), and the words or facts it was read from."""

    name: str
    weight: float
    value: float
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """The priority, P itself, and its parts for ``explain``."""

    priority: Priority
    score: float
    parts: tuple[Part, ...]


def assess_priority(
    subject: str,
    new_text: str,
    record: CustomerRecord,
    weights: PriorityWeights,
    category: CategoryMatch | None = None,
) -> Assessment:
    """Return how soon a mail wants an answer; its severity is that of its ``category`` or of its words.

    Raises ``ValueError`` when the weights do not add up to more than 0.
    """
    total = weights.urgency + weights.severity + weights.history
    if total <= 0 or min(weights.urgency, weights.severity, weights.history) < 0:
        raise ValueError("the weights of the priority are not negative, and not all of them are 0")
    text = folded(f"{subject[:500]}\n{new_text[:MAX_TEXT]}")
    parts = (
        Part("urgency", weights.urgency / total, *_urgency(text)),
        Part("severity", weights.severity / total, *_severity(text, category)),
        Part("history", weights.history / total, *_history(record)),
    )
    score = sum(part.weight * part.value for part in parts)
    return Assessment(_mapped(score, weights), score, parts)


def _urgency(text: str) -> tuple[float, tuple[str, ...]]:
    patience = _PATIENCE.found(text)
    rest = _PATIENCE.pattern.sub(" ", text) if patience else text
    words = {phrase: URGENCY[phrase] for phrase in _URGENCY.found(rest)}
    shouting = {"!!!": _SHOUTING} if "!!!" in rest else {}
    pressing = words | _deadlines(rest) | shouting
    return (0.0, patience[:_EVIDENCE]) if patience and not pressing else _strongest(pressing)


def _deadlines(text: str) -> dict[str, float]:
    found = {match[0]: 0.5 for match in _WEEKDAY_DEADLINE.finditer(text)}
    for pattern in (_NUMBERED_DEADLINE, _CHINESE_DEADLINE):
        for match in pattern.finditer(text):
            is_hours = match[2].startswith(("h", "st", "小", "个"))
            found[match[0]] = _nearness(int(match[1]) * (1 if is_hours else _HOURS_A_DAY))
    return found


def _nearness(hours: int) -> float:
    """Return the urgency of a deadline: 1 today, 0.8 tomorrow, 0.6 in three days, 0.4 in a week, then none."""
    steps = ((12, 1.0), (30, 0.8), (72, 0.6), (168, 0.4))
    return next((value for limit, value in steps if hours <= limit), NEUTRAL)


def _severity(text: str, category: CategoryMatch | None) -> tuple[float, tuple[str, ...]]:
    """Return the severity of the category, and what the mail itself says where that is worse."""
    words = {phrase: SEVERITY[phrase] for phrase in _SEVERITY.found(text)}
    if category is None:
        return _strongest(words)
    return _strongest({**words, f"category {category.name}": category.severity})


def _strongest(found: Mapping[str, float]) -> tuple[float, tuple[str, ...]]:
    if not found:
        return NEUTRAL, ()
    ranked = sorted(found, key=lambda phrase: -found[phrase])
    return found[ranked[0]], tuple(ranked[:_EVIDENCE])


def _history(record: CustomerRecord) -> tuple[float, tuple[str, ...]]:
    is_dissatisfied = record.satisfaction is not None and record.satisfaction < _DISSATISFIED_BELOW
    facts = {
        "vip": 0.5 if record.is_vip else 0.0,
        f"{record.late} late": min(0.2 * record.late, 0.4),
        f"{record.reopened} reopened": min(0.2 * record.reopened, 0.4),
        f"{record.open_tickets} more open": min(0.1 * record.open_tickets, 0.3),
        "dissatisfied": 0.3 if is_dissatisfied else 0.0,
    }
    return min(sum(facts.values()), 1.0), tuple(name for name, value in facts.items() if value > 0)


def _mapped(score: float, weights: PriorityWeights) -> Priority:
    if score >= weights.urgent_from:
        return Priority.URGENT
    if score >= weights.high_from:
        return Priority.HIGH
    return Priority.LOW if score < weights.low_below else Priority.NORMAL


@dataclass(frozen=True, slots=True)
class _Phrases:
    """A pattern of phrases, and the words that those of Latin script begin with."""

    pattern: re.Pattern[str]
    firsts: frozenset[str]

    def found(self, text: str) -> tuple[str, ...]:
        """Return the phrases in a text, each once."""
        if text.isascii() and self.firsts.isdisjoint(_WORD.findall(text)):
            return ()  # a hundred words are looked up sooner than a hundred phrases are tried at every place
        return tuple(dict.fromkeys(self.pattern.findall(text)))


def _phrases(phrases: Iterable[str]) -> _Phrases:
    """Return a pattern of all phrases, longest first, as whole words where the script has words."""
    ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    ascii_only = [phrase for phrase in ordered if phrase.isascii()]
    latin = "|".join(map(re.escape, ascii_only))
    other = "|".join(re.escape(phrase) for phrase in ordered if not phrase.isascii())
    firsts = frozenset(_WORD.findall(phrase)[0] for phrase in ascii_only)
    return _Phrases(re.compile(rf"(?<!\w)(?:{latin})(?!\w)|(?:{other})"), firsts)


_URGENCY = _phrases(URGENCY)
_PATIENCE = _phrases(PATIENCE)
_SEVERITY = _phrases(SEVERITY)
