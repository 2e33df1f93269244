"""From what matches to what may be answered: the guards that look at articles, and mails that ask several things."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from inboxd.core.facts import KbMatch
from inboxd.core.guards import withheld
from inboxd.core.view_parts import ArticleView
from inboxd.knowledge.articles import JOIN, Article
from inboxd.knowledge.question import Question

if TYPE_CHECKING:
    from inboxd.knowledge.match import Matching

# Two articles that may both be meant: a person knows which. Costs 0 to 2 % of the right answers (docs/matching.md).
CLOSE = 0.3
# A part of a mail that no article fits better than this has none.
LEAST_CONFIDENCE = 0.25
MOST_PARTS = 4
# What an author's diagnosis is worth at least.
DIAGNOSED = 0.97
ALL, SOME, NONE = "all", "some", "none"

Demoted = Callable[[Article], str]
Ask = Callable[[str], "Matching"]


def settle(found: "Matching", articles: Mapping[str, Article], demoted: Demoted) -> tuple[KbMatch, ...]:
    """Return the matches of a mail that asks one thing; none is sure where its article may not be sent by itself.

    ``demoted`` says in words why an article is only suggested at present, or nothing.
    """
    why = _reason(found.matches, articles, demoted)
    if not why and found.questions > 1:
        why = f"it asks {found.questions} things"
    return withheld(found.matches, why) if why else found.matches


def settle_parts(
    question: Question, found: "Matching", articles: Mapping[str, Article], demoted: Demoted, ask: Ask
) -> tuple[KbMatch, ...]:
    """Return the matches of a mail that asks several things: the articles of all parts together first.

    They are sure only where each part's own article is; else they are a draft of the parts for the operator.
    """
    parts = split_parts(question)
    if not 1 < len(parts) <= MOST_PARTS:
        return settle(found, articles, demoted)
    best = [next(iter(settle(ask(part), articles, demoted)), None) for part in parts]
    fitting = [one for one in best if one is not None and one.confidence >= LEAST_CONFIDENCE]
    if not fitting:
        return settle(replace(found, questions=len(parts)), articles, demoted)
    whole = _joined(fitting, complete=len(fitting) == len(parts))
    rest = withheld(found.matches, f"it asks {len(parts)} things")
    return (whole, *(one for one in rest if one.article != whole.article))


def diagnose(
    matches: Sequence[KbMatch],
    articles: Mapping[str, Article],
    missing: Callable[[Article], tuple[str, ...]],
    demoted: Demoted,
) -> tuple[KbMatch, ...]:
    """Return the matches in the light of what authors say of symptoms: all named is a match, fewer is none.

    ``missing`` says which symptoms of an article the mail does not name. Two articles with all named are no diagnosis.
    """
    lacking = {one.slug: missing(one) for one in articles.values() if one.symptoms}
    whole = [slug for slug, left in lacking.items() if not left]
    found = tuple(_with_symptoms(one, articles, lacking) for one in matches)
    if len(whole) != 1:
        return found
    article = articles[whole[0]]
    before = next((one for one in matches if one.article == article.slug), None)
    chance = max(DIAGNOSED, before.confidence if before else 0.0)
    sure = KbMatch(
        article.slug, article.title, before.passage if before else "", chance, sure=True, score=chance
    )
    reason = before.withheld if before and before.withheld else _reason((sure,), articles, demoted)
    rest = tuple(replace(one, sure=False) for one in found if one.article != article.slug)
    return (
        replace(sure, symptoms=ALL) if not reason else withheld((replace(sure, symptoms=ALL),), reason)[0],
        *rest,
    )


def _with_symptoms(
    match: KbMatch, articles: Mapping[str, Article], lacking: Mapping[str, tuple[str, ...]]
) -> KbMatch:
    """Return a match with how far its article's symptoms are named; unless all are, it is none to be sure of."""
    left = lacking.get(match.article)
    if not left:
        return match if left is None else replace(match, symptoms=ALL)
    named = len(articles[match.article].symptoms) - len(left)
    why = f"it names {named} of {named + len(left)} symptoms"
    told = replace(match, symptoms=SOME if named else NONE, missing=left)
    return replace(told, sure=False, withheld=told.withheld or why)


def split_parts(question: Question) -> tuple[str, ...]:
    """Return the parts of a mail that asks several things: each question with the sentences that lead up to it."""
    parts: list[list[str]] = [[]]
    for sentence in question.sentences:
        parts[-1].append(sentence)
        if sentence in question.asked:
            parts.append([])
    if not parts[-1] and len(parts) > 1:
        parts.pop()
    elif len(parts) > 1:
        # What follows the last question belongs to it.
        last = parts.pop()
        parts[-1] += last
    return tuple(" ".join(part) for part in parts)


def articles_of(slug: str, articles: Mapping[str, Article]) -> tuple[Article, ...]:
    """Return the article of a slug, or those of a joined one; nothing when one of them is not there."""
    if slug in articles:
        return (articles[slug],)
    found = tuple(articles[one] for one in slug.split(JOIN) if one in articles)
    return found if len(found) == len(slug.split(JOIN)) else ()


def view_of(articles: Sequence[Article], confidence: float) -> ArticleView:
    """Return one article, or several that make an answer together, as templates see them."""
    if len(articles) == 1:
        return ArticleView(articles[0].slug, articles[0].title, articles[0].body, confidence)
    body = "\n\n".join(f"## {one.title}\n\n{one.body}" for one in articles)
    slug, title = JOIN.join(one.slug for one in articles), " · ".join(one.title for one in articles)
    return ArticleView(slug, title, body, confidence, several=True)


def _reason(matches: Sequence[KbMatch], articles: Mapping[str, Article], demoted: Demoted) -> str:
    """Return why the best article may not be sent by itself, or nothing."""
    if not matches:
        return ""
    article = articles.get(matches[0].article)
    if article is None or not article.auto_reply:
        return "its article is only ever suggested (auto_reply: false)"
    if len(matches) > 1 and matches[0].sure and matches[1].confidence >= CLOSE:
        return f"two articles are close: {matches[0].article} and {matches[1].article}"
    return demoted(article)


def _joined(parts: Sequence[KbMatch], *, complete: bool) -> KbMatch:
    """Return several matches as one: as sure as its least sure part."""
    own = list({one.article: one for one in parts}.values())
    sure = complete and all(one.sure for one in parts)
    why = (
        ""
        if sure
        else next((one.withheld for one in parts if one.withheld), "not every part is surely known")
    )
    return KbMatch(
        article=JOIN.join(one.article for one in own),
        title=" · ".join(one.title for one in own),
        passage=" · ".join(one.passage for one in own if one.passage),
        confidence=min(one.confidence for one in parts),
        sure=sure,
        score=min(one.score for one in parts),
        withheld=why,
    )
