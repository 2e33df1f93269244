"""Many small desks out of a few labelled sets: what a calibrator must hold on is a desk it has never seen.

A virtual desk has 4 to most of a set's articles, drawn at random, with 1 to 10 phrasings each. It is asked other
phrasings of its articles, those of the articles it does not have (near misses, with the set's own questions that have
no article), and questions of other sets (far misses). The dice are fixed: the same folders give the same desks.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from inboxd.knowledge.articles import Article, load_articles

PHRASINGS = (1, 2, 3, 3, 4, 5, 5, 6, 8, 10)
SMALLEST = 4
# Questions of each kind a desk is asked at most; far ones from each other set.
ASKED = 250
FAR = 30
# An article needs one phrasing to be known by and two to be asked.
FEWEST = 3


@dataclass(frozen=True, slots=True)
class Pool:
    """All labelled texts of one set: of every article, and of none (``foreign``)."""

    family: str
    articles: tuple[Article, ...]
    texts: dict[str, tuple[str, ...]]
    foreign: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a virtual desk; ``family`` is the set it is from, ``article`` None when none fits."""

    text: str
    article: str | None
    family: str


@dataclass(frozen=True, slots=True)
class VirtualDesk:
    """Articles with ``phrasings`` questions each, and what they are asked."""

    family: str
    phrasings: int
    articles: tuple[Article, ...]
    asked: tuple[Asked, ...]


def read_pools(folders: Sequence[Path]) -> tuple[Pool, ...]:
    """Return one pool per set; folders whose names agree up to the first ``-`` are one set."""
    families: dict[str, list[Path]] = defaultdict(list)
    for folder in folders:
        families[folder.name.partition("-")[0]].append(folder)
    return tuple(_pool(family, of_set) for family, of_set in families.items())


def virtual_desks(pools: Sequence[Pool], each: int, seed: int = 1) -> Iterator[VirtualDesk]:
    """Yield ``each`` desks of every pool that has articles enough."""
    dice = np.random.default_rng(seed)
    for pool in pools:
        known = [one for one in pool.articles if len(pool.texts[one.slug]) >= FEWEST]
        if len(known) > SMALLEST:
            others = [other for other in pools if other is not pool]
            for _ in range(each):
                yield _desk(pool, known, others, dice)


def _pool(family: str, folders: Sequence[Path]) -> Pool:
    articles: dict[str, Article] = {}
    owners: dict[str, set[str | None]] = defaultdict(set)
    for folder in folders:
        for article in load_articles(folder / "kb")[0]:
            articles[article.slug] = article
            for text in article.questions:
                owners[text].add(article.slug)
        for name in ("questions", "history"):
            for line in _lines(folder / f"{name}.jsonl"):
                owners[line["text"]] |= {line["article"], *(line.get("also") or ())}
    texts: dict[str, list[str]] = {slug: [] for slug in articles}
    foreign: list[str] = []
    for text, slugs in owners.items():
        # What two articles answer teaches nothing of either.
        if len(slugs) == 1:
            (slug,) = slugs
            (foreign if slug is None else texts[slug]).append(text)
    return Pool(
        family, tuple(articles.values()), {one: tuple(own) for one, own in texts.items()}, tuple(foreign)
    )


def _desk(
    pool: Pool, known: Sequence[Article], others: Sequence[Pool], dice: np.random.Generator
) -> VirtualDesk:
    size = int(np.exp(dice.uniform(np.log(SMALLEST), np.log(max(0.8 * len(known), SMALLEST + 1)))))
    phrasings = int(dice.choice(PHRASINGS))
    order = dice.permutation(len(known))
    articles: list[Article] = []
    inside: list[Asked] = []
    for at in order[:size]:
        own = list(dice.permutation(np.array(pool.texts[known[at].slug], dtype=object)))
        some = min(phrasings, len(own) - 2)
        articles.append(replace(known[at], questions=tuple(own[:some])))
        inside += [Asked(text, known[at].slug, pool.family) for text in own[some:]]
    near = [text for at in order[size:] for text in pool.texts[known[at].slug]] + list(pool.foreign)
    outside = [Asked(text, None, pool.family) for text in near]
    far = [
        Asked(text, None, other.family)
        for other in others
        for text in _some(
            [*other.foreign, *(text for own in other.texts.values() for text in own)], FAR, dice
        )
    ]
    asked = (*_some(inside, ASKED, dice), *_some(outside, ASKED, dice), *far)
    return VirtualDesk(pool.family, phrasings, tuple(articles), asked)


def _some(entries: Sequence[Any], most: int, dice: np.random.Generator) -> list[Any]:
    return [entries[at] for at in dice.permutation(len(entries))[:most]]


def _lines(path: Path) -> list[dict[str, Any]]:
    return (
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []
    )
