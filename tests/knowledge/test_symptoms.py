from dataclasses import replace

import pytest

from inboxd.knowledge.articles import Article
from inboxd.knowledge.embed import Embedder
from inboxd.knowledge.index import build_index
from inboxd.knowledge.match import match
from inboxd.knowledge.question import read_question
from inboxd.knowledge.symptoms import is_diagnosed


@pytest.mark.parametrize(
    ("symptoms", "text", "named"),
    [
        (("screen is black", "fan loud"), "Since today the screen is black. The fan is very loud.", True),
        (("screen is black", "fan loud"), "Since today the screen is black.", False),
        (("屏幕黑", "风扇响"), "电脑屏幕黑了，风扇响得很大", True),
        ((), "Since today the screen is black.", False),
    ],
)
def test_all_symptoms_must_be_named(
    articles: tuple[Article, ...], symptoms: tuple[str, ...], text: str, *, named: bool
) -> None:
    """Each symptom stands within one sentence, in any order; one missing, and it is no diagnosis."""
    assert is_diagnosed(replace(articles[0], symptoms=symptoms), read_question("", text)) is named


def test_a_diagnosed_article_is_first_and_sure(articles: tuple[Article, ...], embedder: Embedder) -> None:
    """What its author said of an article counts more than any likeness; two diagnoses are none."""
    ill = replace(articles[3], symptoms=("screen is black", "fan loud"))
    text = "My screen is black since monday and the fan is loud."
    found = match(build_index((*articles[:3], ill, *articles[4:]), embedder), "", text, "en", 0.03).matches
    assert (found[0].article, found[0].sure) == (ill.slug, True)
    twin = replace(articles[0], symptoms=ill.symptoms)
    both = match(
        build_index((twin, *articles[1:3], ill, *articles[4:]), embedder), "", text, "en", 0.03
    ).matches
    assert not both[0].sure
