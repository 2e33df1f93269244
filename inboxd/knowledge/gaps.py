"""What the knowledge base lacks: mails that operators answered themselves, again and again, as drafted articles.

Two mails belong together when question and answer are alike: the same question in other words, and an operator who
says the same again. Everything is deterministic: the same mails make the same drafts.
"""

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import yaml
from numpy.typing import NDArray

from inboxd.knowledge.courtesy import COURTESY, DELIMITER, GREETING_LINE, GREETING_PREFIX, SENT_FROM, SIGN_OFF
from inboxd.knowledge.embed import Embedder
from inboxd.knowledge.terms import grams, is_mostly_cjk

# Mean of the cosines of both questions and both answers from which two mails are about one thing.
ALIKE = 0.65
# The newest mails are looked at; older ones are answered by now, or asked again.
MOST_MAILS = 3_000
MOST_QUESTIONS = 10
# A sentence in so many of the answers belongs into the article, even where the chosen answer lacks it.
_RECURS = 0.4
_SAME_SENTENCE = 0.75
_BUCKETS = 1_024
_DENSE_SHARE = 0.7
_TITLE = 80
# "Hello, Mrs. van Dyke" greets; "Hello, open the menu" goes on.
_LONGEST_NAME = 2

Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class AnsweredMail:
    """A question and the operator's answer to it, both without anything personal; ``settled``: nothing more was asked."""

    ticket: int
    question: str
    answer: str
    language: str = ""
    settled: bool = True


@dataclass(frozen=True, slots=True)
class Gap:
    """A question no article answers: the drafted article, and the tickets it would have answered, oldest first."""

    slug: str
    title: str
    questions: tuple[str, ...]
    body: str
    tickets: tuple[int, ...]
    language: str = ""


def find_gaps(mails: Sequence[AnsweredMail], embedder: Embedder | None, at_least: int) -> tuple[Gap, ...]:
    """Return the gaps that were asked and answered ``at_least`` times, the most frequent first."""
    newest = sorted((one for one in mails if one.question and one.answer), key=lambda one: one.ticket)[
        -MOST_MAILS:
    ]
    found: list[Gap] = []
    for chinese in (False, True):
        group = [one for one in newest if is_mostly_cjk(one.question) == chinese]
        if len(group) < at_least:
            continue
        model = None if chinese else embedder
        questions, answers = (
            rows_of([getattr(one, side) for one in group], model) for side in ("question", "answer")
        )
        alike = np.asarray((questions @ questions.T + answers @ answers.T) / 2, np.float32)
        found += [
            _draft([group[at] for at in members], alike[np.ix_(members, members)], model)
            for members in _clusters(alike, at_least)
        ]
    return tuple(sorted(found, key=lambda gap: (-len(gap.tickets), gap.tickets)))


def article_text(gap: Gap) -> str:
    """Return the drafted article as a file; which tickets it is made from stands in its front matter."""
    front: dict[str, object] = {"title": gap.title, "questions": list(gap.questions)}
    if gap.language:
        front["lang"] = gap.language
    said = yaml.safe_dump(front, allow_unicode=True, sort_keys=False, width=110)
    tickets = ", ".join(f"#{number}" for number in gap.tickets)
    return f"---\n# would have answered {tickets}\n{said}---\n{gap.body}\n"


def drafted_from(text: str) -> frozenset[int]:
    """Return the tickets an earlier draft was made from."""
    line = next((one for one in text.splitlines()[:3] if one.startswith("# would have answered")), "")
    return frozenset(int(number) for number in re.findall(r"#(\d{1,9})", line))


def own_words(answer: str) -> str:
    """Return what an operator's answer says to the matter: no greeting, no courtesy, no sign-off, no signature."""
    kept: list[str] = []
    for written in answer.replace("\r\n", "\n").split("\n"):
        line = written.rstrip()
        lowered = line.strip().lower()
        if any(kept) and (DELIMITER.match(line) or (len(lowered) <= _TITLE and SIGN_OFF.match(lowered))):
            break
        if lowered.startswith(">") or SENT_FROM.match(lowered) or (lowered and COURTESY.match(lowered)):
            continue
        kept.append(line if any(kept) else _without_greeting(line))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def rows_of(texts: Sequence[str], embedder: Embedder | None) -> Rows:
    """Return one row per text whose dot products are likeness in meaning (where a model reads it) and in spelling."""
    spelled = _spelling(texts)
    if embedder is None:
        return spelled
    dense = embedder.embed(texts)
    return np.concatenate([dense * _DENSE_SHARE**0.5, spelled * (1 - _DENSE_SHARE) ** 0.5], axis=1).astype(
        np.float32
    )


def _without_greeting(line: str) -> str:
    lowered = line.strip().lower()
    greeting = GREETING_PREFIX.match(lowered)
    rest = line.strip()[greeting.end() :] if greeting else ""
    if len(rest.split()) > _LONGEST_NAME:
        return rest
    return "" if GREETING_LINE.match(lowered) else line


def _spelling(texts: Sequence[str]) -> Rows:
    counts = np.zeros((len(texts), _BUCKETS), np.float32)
    for row, text in enumerate(texts):
        for gram in grams(text):
            counts[row, zlib.crc32(gram.encode("utf-8", "surrogatepass")) % _BUCKETS] += 1
    weighed = np.log1p(counts) * (np.log((len(texts) + 1) / (np.count_nonzero(counts, axis=0) + 1)) + 1)
    return np.asarray(weighed / np.maximum(np.linalg.norm(weighed, axis=1, keepdims=True), 1e-9), np.float32)


def _clusters(alike: Rows, at_least: int) -> list[list[int]]:
    """Return the groups of mails around those with most others like them; no mail is in two."""
    near = alike >= ALIKE
    free = np.ones(len(alike), np.bool_)
    found: list[list[int]] = []
    while free.any():
        neighbours = (near & free).sum(axis=1) * free
        best = int(neighbours.argmax())
        if neighbours[best] < at_least:
            break
        members = np.flatnonzero(near[best] & free)
        found.append([int(member) for member in members])
        free[members] = False
    return found


def _draft(mails: Sequence[AnsweredMail], alike: Rows, embedder: Embedder | None) -> Gap:
    # The answer most like the others, of those after which nobody asked again.
    good = np.array([one.settled for one in mails])
    middle = int(np.where(good | ~good.any(), alike.sum(axis=1), -1).argmax())
    questions = _distinct([mails[at].question for at in np.argsort(-alike[middle], kind="stable")])
    title = _title(questions[0])
    body = _with_recurring(mails[middle].answer, [one.answer for one in mails], embedder)
    return Gap(
        _slug(title),
        title,
        questions[:MOST_QUESTIONS],
        body,
        tuple(one.ticket for one in mails),
        mails[middle].language,
    )


def _distinct(questions: Sequence[str]) -> tuple[str, ...]:
    return tuple({one.casefold().strip(" .!?。？"): one for one in reversed(questions)}.values())[::-1]


def _title(question: str) -> str:
    """Return the question as a title: its first sentence, cut between words."""
    first = re.split(r"(?<=[.!?])\s|(?<=[。！？])", question.strip())[0]
    return first if len(first) <= _TITLE else first[:_TITLE].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def _slug(title: str) -> str:
    """Return a file name for a title; where it has no Latin letters, one by its hash."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)[:8]
    return "-".join(words) if words else f"gap-{hashlib.sha256(title.encode()).hexdigest()[:8]}"


def _with_recurring(chosen: str, answers: Sequence[str], embedder: Embedder | None) -> str:
    """Return the chosen answer with the sentences behind it that recur in the others and are missing in it."""
    own, others = _sentences(chosen), [_sentences(answer) for answer in answers]
    texts = list(dict.fromkeys((*own, *(one for answer in others for one in answer))))
    if not texts:
        return chosen
    rows = rows_of(texts, embedder)
    same = rows @ rows.T >= _SAME_SENTENCE
    place = {text: at for at, text in enumerate(texts)}
    covered = {int(at) for text in own for at in np.flatnonzero(same[place[text]])}
    added: list[str] = []
    for at, text in enumerate(texts):
        recurs = sum(any(same[at, place[one]] for one in answer) for answer in others)
        if at not in covered and recurs >= _RECURS * len(answers):
            added.append(text)
            covered |= {int(other) for other in np.flatnonzero(same[at])}
    return "\n\n".join((chosen, *added))


def _sentences(text: str) -> tuple[str, ...]:
    found = (one.strip() for one in re.split(r"(?<=[.!?])\s+|(?<=[。！？])|\n+", text))
    return tuple(one for one in found if len(one) > 3)  # noqa: PLR2004  "ok." says nothing
