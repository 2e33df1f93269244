"""Guards: what a mail may say so that no article ever answers it by itself, however sure the match is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from inboxd.core.guard_words import ASKS_HOW, PATTERNS

if TYPE_CHECKING:
    # The front reads the names of the guards in config.toml, and need not load all that facts are made of (30 MB).
    from inboxd.core.facts import Facts, KbMatch

SHIPPED = tuple(PATTERNS)
# Whoever is angry says so early; a longer mail is never surely one article's.
MAX_TEXT = 20_000
_SENTENCE = re.compile(r"[.!?。！？\n]+")
_SENTENCES = {
    "person": "it asks for a person",
    "anger": "its writer is angry",
    "legal": "it speaks of legal steps",
    "cancellation": "it gives notice",
    "security": "it is about security",
}


@dataclass(frozen=True, slots=True)
class Guard:
    """One list that keeps the machine silent. ``words`` are the desk's own; a shipped guard has its patterns, too."""

    name: str
    words: tuple[str, ...] = ()


SHIPPED_GUARDS = tuple(Guard(name) for name in SHIPPED)


def guards_hit(text: str, guards: Iterable[Guard] = SHIPPED_GUARDS) -> tuple[str, ...]:
    """Return the names of the guards a text (subject and what was written now) runs into, in their order."""
    said = text[:MAX_TEXT].replace("’", "'").lower()
    return tuple(guard.name for guard in guards if _stops(guard, said))


def sentence_of(name: str) -> str:
    """Return in words what a guard saw in a mail."""
    return _SENTENCES.get(name, f"it says what the guard “{name}” looks for")


def withhold(facts: "Facts", guards: Iterable[Guard]) -> "Facts":
    """Return the facts with no match sure where a person has to answer: a guard is hit, or an earlier ticket goes on.

    Only the first mail of a question is answered by itself; one that answers a closed ticket is not its first.
    """
    if not isinstance(facts.kb, tuple) or not facts.kb:
        return facts
    hit = guards_hit(f"{facts.mail.subject}\n{facts.written.new_text}", guards)
    why = ", ".join(sentence_of(name) for name in hit)
    if not why and facts.threading.linked is not None:
        why = f"it goes on from ticket #{facts.threading.linked}"
    return replace(facts, kb=withheld(facts.kb, why), guards=hit) if why else facts


def withheld(matches: "tuple[KbMatch, ...]", why: str) -> "tuple[KbMatch, ...]":
    """Return the matches none of which may be sent by itself, with the reason; an earlier reason stays."""
    return tuple(replace(one, sure=False, withheld=one.withheld or why) for one in matches)


def _stops(guard: Guard, said: str) -> bool:
    if any(_says(said, word.lower()) for word in guard.words):
        return True
    patterns = PATTERNS.get(guard.name, ())
    if guard.name != "cancellation":
        return any(pattern.search(said) for pattern in patterns)
    sentences = (one for one in _SENTENCE.split(said) if not ASKS_HOW.search(one))
    return any(pattern.search(one) for one in sentences for pattern in patterns)


def _says(said: str, word: str) -> bool:
    """Return whether a text says a word or phrase: whole words where the script has them."""
    at = said.find(word)
    while at >= 0:
        end = at + len(word)
        if not (_joins(said[at - 1 : at], word[0]) or _joins(word[-1], said[end : end + 1])):
            return True
        at = said.find(word, at + 1)
    return False


def _joins(one: str, other: str) -> bool:
    """Return whether two neighbouring characters belong to one word; Chinese and Japanese have none."""
    return one.isalnum() and other.isalnum() and max(one, other) < "\u2e80"
