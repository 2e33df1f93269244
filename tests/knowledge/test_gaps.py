import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.knowledge.articles import load_articles
from inboxd.knowledge.gaps import AnsweredMail, article_text, drafted_from, find_gaps, own_words

ASKED = ("Do you ship to Norway?", "Is shipping to Norway possible?", "Can you ship the box to Norway?")
SAID = "We ship to Norway and every other country of Europe by parcel with tracking number within five working days."
EXTRA = "Customs are yours."
OTHER = ("Which browser do I need?", "Any recent browser will do.")


def mails(times: int, *, extra: int = 0) -> list[AnsweredMail]:
    """Return one question asked in several ways, answered alike; ``extra`` answers say a second thing."""
    found = [
        AnsweredMail(
            number, ASKED[0 if extra else number % 3], f"{SAID} {EXTRA}" if number < extra else SAID, "en"
        )
        for number in range(times)
    ]
    return [*found, AnsweredMail(900, *OTHER, "en")]


def test_a_question_answered_ten_times_is_a_gap() -> None:
    """Ten answers to one question make a draft from the operator's words with the tickets; nine make none."""
    (gap,) = find_gaps(mails(10), None, 10)
    assert gap.tickets == tuple(range(10))
    assert gap.title in ASKED
    assert set(gap.questions) == set(ASKED)
    assert SAID in gap.body
    assert find_gaps(mails(9), None, 10) == ()


def test_what_recurs_is_in_the_draft() -> None:
    """A sentence most answers have is in the article, wherever it was said; the same mails make the same draft."""
    (gap,) = find_gaps(mails(10, extra=6), None, 10)
    assert EXTRA in gap.body
    assert find_gaps(mails(10, extra=6), None, 10) == (gap,)


def test_chinese_questions_are_grouped_by_their_characters() -> None:
    """Chinese mails are compared by spelling and get a file name that can be typed."""
    asked = [AnsweredMail(n, "可以寄到挪威吗？", "可以，五天内寄到挪威。", "zh") for n in range(10)]
    (gap,) = find_gaps(asked, None, 10)
    assert re.fullmatch(r"gap-[0-9a-f]{8}", gap.slug)


def test_the_draft_is_an_article_once_it_is_moved(tmp_path: Path) -> None:
    """The file can be read as an article, tells its tickets, and is none as long as it lies under drafts/."""
    (gap,) = find_gaps(mails(10), None, 10)
    text = article_text(gap)
    assert drafted_from(text) == frozenset(range(10))
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / f"{gap.slug}.md").write_text(text, encoding="utf-8")
    assert load_articles(tmp_path) == ((), ())
    (tmp_path / f"{gap.slug}.md").write_text(text, encoding="utf-8")
    (article,), problems = load_articles(tmp_path)
    assert (problems, article.title, article.questions) == ((), gap.title, gap.questions)
    assert article.body == gap.body


def test_own_words() -> None:
    """Greeting, courtesy, sign-off and signature are no part of an article."""
    answer = "Hi Carla,\n\nthank you for your mail.\nOpen the menu.\n\n1. Press Export.\n\nBest regards,\nAda"
    assert own_words(answer) == "Open the menu.\n\n1. Press Export."
    assert own_words("Hello, open the menu.") == "open the menu."


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30)), max_size=8))
@settings(max_examples=30, deadline=None)
def test_any_mails_make_drafts_or_none(pairs: list[tuple[str, str]]) -> None:
    """Whatever was written, no error, and no ticket is in two drafts."""
    found = find_gaps([AnsweredMail(n, *pair) for n, pair in enumerate(pairs)], None, 2)
    tickets = [number for gap in found for number in gap.tickets]
    assert len(tickets) == len(set(tickets))
    assert all(drafted_from(article_text(gap)) == frozenset(gap.tickets) for gap in found)
