"""What changed in articles between two versions, and which answers said what is no longer said."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inboxd.knowledge.articles import Article
from inboxd.knowledge.terms import words


@dataclass(frozen=True, slots=True)
class Change:
    """An article whose text is another now: the sentences that are gone, and those that are new.

    ``deleted``: there is no such article any more.
    """

    slug: str
    gone: tuple[str, ...]
    new: tuple[str, ...]
    deleted: bool = False


def changes(before: Sequence[Article], after: Sequence[Article]) -> tuple[Change, ...]:
    """Return the articles whose text changed, in slug order; those that are new never were an answer."""
    now = {article.slug: article for article in after}
    found = [_change(article, now.get(article.slug)) for article in before]
    return tuple(sorted((one for one in found if one.gone or one.new), key=lambda one: one.slug))


def relied_on(change: Change, answer: str) -> tuple[str, ...]:
    """Return what of an answer is no longer true: the sentences it quotes that are gone.

    Where nothing is gone but something was added, an answer without it relied on the shorter text: then that is returned.
    """
    said = _normal(answer)
    quoted = tuple(sentence for sentence in change.gone if f" {_normal(sentence)} " in f" {said} ")
    if quoted or change.gone:
        return quoted
    return tuple(sentence for sentence in change.new if f" {_normal(sentence)} " not in f" {said} ")


def _change(before: Article, after: Article | None) -> Change:
    old = _sentences(before.body)
    if after is None:
        return Change(before.slug, tuple(old.values()), (), deleted=True)
    fresh = _sentences(after.body)
    gone = tuple(text for key, text in old.items() if key not in fresh)
    return Change(before.slug, gone, tuple(text for key, text in fresh.items() if key not in old))


def _sentences(body: str) -> dict[str, str]:
    """Return the sentences of a Markdown text by their words; marks, links and spaces do not count."""
    found: dict[str, str] = {}
    for line in re.split(r"(?<=[.!?])\s+|(?<=[。！？])|\n+", body):
        text = line.strip().lstrip("#>-*0123456789. ")
        if key := _normal(text):
            found[key] = text
    return found


def _normal(text: str) -> str:
    bare = re.sub(r"\]\([^)\s]{0,500}\)|<https?://[^>\s]{0,500}>|https?://\S{0,500}", " ", text)
    return " ".join(words(bare)[:400])
