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
