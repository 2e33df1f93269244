"""Evidence becomes what mails are matched with, once it is shown to do no harm.

Answered mails become phrasings of their article; mails an article does not answer, and those none answers, become the
"none of these" class. With them the leave-one-out trials of ``simulate.py`` grow, so the calibrator's correction
(Platt) and the threshold are fitted anew on this desk's own mail whenever the index is built.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inboxd.core import outcome
from inboxd.core.facts import KbMatch
from inboxd.core.feedback import COUNTS
from inboxd.knowledge.articles import JOIN
from inboxd.knowledge.shelf import Learnt

# One mail in so many is held out to compare by, the same ones every time …
HELD_OUT_ONE_IN = 5
# … and with fewer of them than this nothing can be told.
FEWEST_HELD_OUT = 10

Ask = Callable[[str], Sequence[KbMatch]]
Build = Callable[[Sequence[Learnt]], Ask]


@dataclass(frozen=True, slots=True)
class Score:
    """How held-out mails were answered by themselves: rightly, wrongly (the rest went to a person)."""

    right: int = 0
    wrong: int = 0


@dataclass(frozen=True, slots=True)
class Lesson:
    """What came of ``fresh`` pieces of evidence: how ``held_out`` mails were answered without and with them.

    ``why`` says in a sentence why they were, or were not, adopted.
    """

    fresh: int
    held_out: int
    before: Score
    after: Score
    adopted: bool
    why: str


def evidence_of(stored: Sequence[outcome.Learnt]) -> tuple[Learnt, ...]:
    """Return stored evidence as the index takes it; what weighs too little is left out.

    A mail that is wrong for one article and right for another is a phrasing of the other, no stranger. One that asked
    several things is neither: no single article answers it, and several do.
    """
    telling = [
        one for one in stored if one.weight >= COUNTS and one.text.strip() and JOIN not in (one.article or "")
    ]
    answered = {one.text for one in telling if one.right and one.article is not None}
    refused = {(one.article, one.text) for one in telling if not one.right}
    phrasings = [
        Learnt(one.text, one.article)
        for one in telling
        if one.right and one.article is not None and (one.article, one.text) not in refused
    ]
    strangers = [
        Learnt(one.text, None)
        for one in telling
        if (one.article is None or not one.right) and one.text not in answered
    ]
    return tuple(dict.fromkeys((*phrasings, *strangers)))


def rehearse(
    adopted: Sequence[outcome.Learnt], fresh: Sequence[outcome.Learnt], build: Build, max_error_rate: float
) -> Lesson:
    """Return whether fresh evidence shall count: held-out mails must not be answered worse with it than without.

    An answer is worth sending as long as fewer than ``max_error_rate`` are wrong, so a wrong one weighs as much as
    (1 - rate) / rate right ones. ``build`` makes what mails are matched with; it is called twice at most.
    """
    known = evidence_of((*adopted, *fresh))
    held = tuple(one for one in known if is_held_out(one.text))
    if len(held) < FEWEST_HELD_OUT:
        why = f"{len(held)} held-out mails are too few to compare by ({FEWEST_HELD_OUT}); the operators' word counts"
        return Lesson(len(fresh), len(held), Score(), Score(), adopted=True, why=why)
    before = score(build([one for one in evidence_of(adopted) if not is_held_out(one.text)]), held)
    after = score(build([one for one in known if not is_held_out(one.text)]), held)
    good = _worth(after, max_error_rate) >= _worth(before, max_error_rate)
    said = f"of {len(held)} held-out mails {after.right} right and {after.wrong} wrong, before {before.right} and {before.wrong}"
    return Lesson(len(fresh), len(held), before, after, good, f"{'no worse' if good else 'worse'}: {said}")


def score(ask: Ask, held: Sequence[Learnt]) -> Score:
    """Return how mails would be answered whose article is known."""
    best = [(one, next(iter(ask(one.text)), None)) for one in held]
    sure = [found.article == one.article for one, found in best if found is not None and found.sure]
    return Score(sum(sure), len(sure) - sum(sure))


def is_held_out(text: str) -> bool:
    """Return whether a mail is one of those that are held out; the same text always is, or never."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[0] % HELD_OUT_ONE_IN == 0


def _worth(found: Score, max_error_rate: float) -> float:
    return found.right * max_error_rate - found.wrong * (1 - max_error_rate)
