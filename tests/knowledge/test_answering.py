from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.facts import KbMatch
from inboxd.knowledge.answering import articles_of, diagnose, settle, settle_parts, split_parts
from inboxd.knowledge.articles import Article, Passage
from inboxd.knowledge.match import Matching
from inboxd.knowledge.question import read_question

TWO = "I bought it last week. How do I get a refund? Also, where is the invoice? I need it for my taxes."


def article(slug: str, *, auto_reply: bool = True) -> Article:
    """Return an article."""
    return Article(
        slug, slug.title(), (), (), (), "en", auto_reply, (Passage("", "x"),), "x", f"{slug}.md", "0"
    )


ARTICLES = {slug: article(slug) for slug in ("refund", "invoice")} | {
    "never": article("never", auto_reply=False)
}


def found(*matches: tuple[str, float, bool], questions: int = 1) -> Matching:
    """Return what matched: article, confidence, sure."""
    kb = tuple(KbMatch(slug, slug.title(), "", chance, sure, chance) for slug, chance, sure in matches)
    return Matching(kb, questions, (), 0.9)


def no(_article: Article) -> str:
    """Say that nothing is demoted."""
    return ""


def test_a_sure_article_stays_sure() -> None:
    """With no reason against it a sure match may be answered by itself."""
    (best,) = settle(found(("refund", 0.97, True)), ARTICLES, no)
    assert (best.sure, best.withheld) == (True, "")


@pytest.mark.parametrize(
    ("matching", "why"),
    [
        (found(("never", 0.99, True)), "auto_reply"),
        (found(("refund", 0.97, True), ("invoice", 0.6, False)), "close"),
        (found(("refund", 0.97, True), questions=2), "2 things"),
        (found(("gone", 0.97, True)), "suggested"),
    ],
)
def test_withheld(matching: Matching, why: str) -> None:
    """``auto_reply: false``, two close articles, several questions: nothing is sure, and the match says why."""
    settled = settle(matching, ARTICLES, no)
    assert not any(one.sure for one in settled)
    assert why in settled[0].withheld


def test_a_demoted_article_is_withheld() -> None:
    """An article with complaints is suggested and no more."""
    (best,) = settle(found(("refund", 0.99, True)), ARTICLES, lambda _article: "3 complaints")
    assert (best.sure, best.withheld) == (False, "3 complaints")


def test_parts_keep_their_context() -> None:
    """Each question goes with the sentences before it; what follows the last belongs to it."""
    assert split_parts(read_question("", TWO)) == (
        "I bought it last week. How do I get a refund?",
        "Also, where is the invoice? I need it for my taxes.",
    )


def ask_of(sure: Sequence[str]) -> object:
    """Return a desk that knows both articles and is sure of some."""

    def ask(part: str) -> Matching:
        slug = "refund" if "refund" in part else "invoice"
        return found((slug, 0.95 if slug in sure else 0.5, slug in sure))

    return ask


def test_several_questions_are_answered_together_when_all_are_sure() -> None:
    """A mail whose parts are each surely known is answered by all their articles."""
    question = read_question("", TWO)
    both = ask_of(("refund", "invoice"))
    best, *rest = settle_parts(question, found(("refund", 0.9, False), questions=2), ARTICLES, no, both)  # type: ignore[arg-type]
    assert (best.article, best.sure, best.confidence) == ("refund+invoice", True, 0.95)
    assert not any(one.sure for one in rest)
    assert [one.slug for one in articles_of("refund+invoice", ARTICLES)] == ["refund", "invoice"]


def test_one_unsure_part_makes_a_draft() -> None:
    """When one part is not sure nothing is sent by itself, and the parts that fit are the operator's draft."""
    question = read_question("", TWO)
    one = ask_of(("refund",))
    best, *_ = settle_parts(question, found(("refund", 0.9, True), questions=2), ARTICLES, no, one)  # type: ignore[arg-type]
    assert (best.article, best.sure) == ("refund+invoice", False)
    assert "not every part" in best.withheld


def test_unknown_articles_make_no_answer() -> None:
    """A joined answer whose article is gone is no answer; one article alone is found by its slug."""
    assert articles_of("refund+gone", ARTICLES) == ()
    assert articles_of("refund", ARTICLES) == (ARTICLES["refund"],)


@given(st.lists(st.sampled_from(["How? ", "It broke. ", "Where is it? ", "Hm. "]), max_size=12))
@settings(max_examples=40, deadline=None)
def test_no_sentence_is_lost(sentences: list[str]) -> None:
    """Whatever is asked in whatever order, the parts together are the whole mail."""
    question = read_question("", "".join(sentences))
    assert " ".join(split_parts(question)).split() == " ".join(question.sentences).split()


def test_settled_matches_keep_their_order() -> None:
    """Settling changes what may be sent, not which article is best."""
    matching = replace(found(("refund", 0.6, False), ("invoice", 0.5, False)))
    assert [one.article for one in settle(matching, ARTICLES, no)] == ["refund", "invoice"]


def with_symptoms(slug: str, *symptoms: str) -> Article:
    """Return an article with symptoms."""
    return replace(article(slug), symptoms=symptoms)


@pytest.mark.parametrize(
    ("missing", "told", "sure"),
    [((), "all", True), (("offline",), "some", False), (("sync", "offline"), "none", False)],
)
def test_symptoms_decide(missing: tuple[str, ...], told: str, sure: bool) -> None:  # noqa: FBT001  a table
    """All symptoms named is a match; some or none is none, however like the words are."""
    articles = {"sync": with_symptoms("sync", "sync", "offline")}
    matches = found(("sync", 0.95, True)).matches
    (best,) = diagnose(matches, articles, lambda _article: missing, no)
    assert (best.symptoms, best.sure, best.missing) == (told, sure, missing)


def test_a_diagnosis_needs_no_other_match_and_is_the_only_one() -> None:
    """All symptoms named is enough where no words fit; with two such articles a person decides."""
    one, other = with_symptoms("sync", "a"), with_symptoms("light", "b")
    (best, *_) = diagnose((), {"sync": one}, lambda _article: (), no)
    assert (best.article, best.sure) == ("sync", True)
    assert diagnose((), {"sync": one, "light": other}, lambda _article: (), no) == ()
    (kept,) = diagnose((), {"sync": replace(one, auto_reply=False)}, lambda _article: (), no)
    assert (kept.sure, bool(kept.withheld)) == (False, True)
