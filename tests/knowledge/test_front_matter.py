from hypothesis import given
from hypothesis import strategies as st

from inboxd.knowledge.front_matter import read_front_matter


@given(st.text(max_size=200))
def test_never_raises(text: str) -> None:
    """Whatever stands in the block, it is read or it is a problem."""
    front, _, _, problems = read_front_matter(f"---\n{text}\n---\nbody\n", "x.md")
    assert (front is None) == bool(problems)


def test_words_yaml_takes_for_values_stay_words() -> None:
    """Dates, numbers and yes are what customers write, too."""
    front, _, _, _ = read_front_matter("---\ntitle: 2026-01-01\nquestions: [yes, 404, 1.5]\n---\nx", "x.md")
    assert front is not None
    assert (front.title, front.questions) == ("2026-01-01", ["yes", "404", "1.5"])


def test_unknown_keys_name_the_known_ones() -> None:
    """A key that is like none of the known ones lists them."""
    _, _, _, problems = read_front_matter("---\ntitle: x\nzzz: 1\n---\nx", "x.md")
    assert problems[0].line == 3
    assert "known: title, questions" in problems[0].message


def test_the_line_of_a_bad_question_is_found() -> None:
    """An empty question is shown where it stands."""
    _, _, _, problems = read_front_matter("---\ntitle: x\nquestions:\n  - a\n  - ''\n---\nx", "x.md")
    assert problems[0].line == 5


def test_norwegian_and_no_language() -> None:
    """YAML takes ``no`` for False, and a key without a value for nothing; an author means Norwegian, and no language."""
    for said, lang in (("no", "no"), ("", ""), ("pt-BR", "pt-BR")):
        front, _, _, _ = read_front_matter(f"---\ntitle: x\nlang: {said}\n---\nx", "x.md")
        assert front is not None
        assert front.lang == lang


def test_a_key_that_stands_twice_is_a_mistake() -> None:
    """Of two lists of questions one would be lost without a word; the second is shown with its line."""
    text = "---\ntitle: x\nquestions:\n  - a\nquestions:\n  - b\n---\nx"
    front, _, _, problems = read_front_matter(text, "x.md")
    assert front is None
    assert [(one.line, one.message) for one in problems] == [(5, "'questions' stands here a second time")]


def test_a_block_that_is_not_closed() -> None:
    """Who forgot the second fence is told that, and not that the first is missing."""
    _, _, _, problems = read_front_matter("---\ntitle: x\nText\n", "x.md")
    assert "has no end" in problems[0].message


def test_what_is_wanted_is_said() -> None:
    """A wrong value is told by what to write, not by a type or a pattern."""
    _, _, _, problems = read_front_matter(
        "---\ntitle: x\nlang: english please\nauto_reply: maybe\n---\nx", "x.md"
    )
    assert [(one.line, one.message) for one in problems] == [
        (3, "'lang': write a language's code, such as en or pt-BR"),
        (4, "'auto_reply': write true or false"),
    ]


def test_too_long_a_title_is_said_in_characters() -> None:
    """The limit is told as what it counts."""
    _, _, _, problems = read_front_matter(f"---\ntitle: {'x' * 2_001}\n---\nx", "x.md")
    assert problems[0].message == "'title': longer than 2000 characters"


def test_a_question_with_a_colon_is_not_garbled() -> None:
    """What YAML reads as a mapping or a list is no phrasing; its author is told to put it in quotes, at its line."""
    text = "---\ntitle: x\nquestions:\n  - fine\n  - Error 5: what now?\n  - [a, b]\n  -\n---\nx"
    front, _, _, problems = read_front_matter(text, "x.md")
    assert front is None
    assert [one.line for one in problems] == [5, 6, 7]
    assert all("quotes" in one.message for one in problems[:2])
    assert problems[2].message == "'questions.3': there is nothing"
    _, _, _, (title,) = read_front_matter("---\ntitle: Error 5: what now?\n---\nx", "x.md")
    assert (title.line, "quotes" in title.message) == (2, True)
