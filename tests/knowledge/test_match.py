import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inboxd.knowledge.articles import Article, Passage
from inboxd.knowledge.index import Index, build_index
from inboxd.knowledge.match import match


def chinese(*titles: str) -> tuple[Article, ...]:
    """Return articles that have a title only."""
    return tuple(
        Article(title, title, (), (), (), "zh", True, (Passage("", title),), title, "x.md", "0")
        for title in titles
    )


def test_finds_the_article_that_is_asked_for(index: Index) -> None:
    """The article of a known question comes first, five at most, only the first may be sure."""
    found = match(index, "", "How can I reset my password?", "en", 0.05)
    assert found.matches[0].article == "reset-password"
    assert found.matches[0].title == "Resetting a password"
    assert found.matches[0].passage
    assert not any(other.sure for other in found.matches[1:])
    assert found.questions == 1


def test_a_wrapped_question_is_the_same_question(index: Index) -> None:
    """Greeting, context and sign-off change neither the article nor much of the confidence."""
    bare = match(index, "", "How can I reset my password?", "en", 0.05).matches[0]
    mail = "Hello team,\n\nMy name is Bob.\nHow can I reset my password?\nThanks a lot!\n\nBest regards\nBob"
    wrapped = match(index, "Customer inquiry", mail, "en", 0.05).matches[0]
    assert wrapped.article == bare.article
    assert wrapped.confidence == pytest.approx(bare.confidence, abs=0.05)


def test_two_questions_are_seen_as_two(index: Index) -> None:
    """A mail that asks for two articles is no mail for one answer."""
    text = "How can I reset my password? And where is the invoice?"
    assert match(index, "", text, "en", 0.05).questions == 2


def test_a_question_no_article_is_about_is_named(index: Index) -> None:
    """What would stay unanswered is a question of its own; what goes on with the sentence before is none."""
    found = match(
        index, "", "How can I reset my password? Do you deliver pizza on Friday evenings?", "en", 0.05
    )
    assert (found.questions, found.unanswered) == (2, ("Do you deliver pizza on Friday evenings?",))
    assert (
        match(index, "", "I forgot my password. How would I change that tomorrow?", "en", 0.05).questions == 1
    )


def test_an_empty_mail_matches_nothing(index: Index) -> None:
    """Nothing said, nothing found."""
    assert not match(index, "", " \n ", "en", 0.03).matches


def test_an_english_mail_is_not_answered_in_chinese() -> None:
    """Spelling says nothing across scripts."""
    assert not match(
        build_index(chinese("更换电池的方法如下"), None), "", "How do I change it?", "en", 0.03
    ).matches


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("如何更换电池？", "更换电池的方法如下"),
        ("如何设置闹钟？", "设置闹钟的方法如下"),
        ("我的网络连接不稳定", "请检查您的网络连接，重启路由器或重新连接。"),
    ],
)
def test_chinese_questions_find_their_articles(asked: str, answered: str) -> None:
    """Without sentence vectors the right article is first, more probable than not, and far ahead."""
    titles = ("更换电池的方法如下", "设置闹钟的方法如下", "请检查您的网络连接，重启路由器或重新连接。")
    first, second = match(build_index(chinese(*titles), None), "", asked, "zh", 0.03).matches[:2]
    assert first.article == answered
    assert first.confidence > 0.5 > 5 * second.confidence


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200))
def test_never_raises(text: str, index: Index) -> None:
    """Whatever a customer writes, the confidences are probabilities in falling order."""
    found = match(index, text[:20], text, "", 0.03).matches
    confidences = [one.confidence for one in found]
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 <= confidence <= 1 for confidence in confidences)
