"""To which part of the mail lines belong."""

from inboxd.core.quoting_boundaries import find_boundaries
from inboxd.core.quoting_lines import read_lines
from inboxd.core.quoting_parts import Part, mend_quotes, part_lines


def new_lines(text: str, *, strict: bool = False) -> list[str]:
    """Return the lines that count as written now."""
    lines = mend_quotes(read_lines(text))
    parts = part_lines(lines, find_boundaries(lines, frozenset()), keep_forwards=not strict, strict=strict)
    return [line.text for line, part in zip(lines, parts, strict=True) if part is Part.NEW and line.bare]


def test_answers_between_quoted_lines_survive() -> None:
    """Above, between and below."""
    text = "Hi\nOn 1 Jan 2024, A <a@b.test> wrote:\n> One?\nyes\n> Two?\n\nno\n\n> Three?\nmaybe"
    assert new_lines(text) == ["Hi", "yes", "no", "maybe"]


def test_a_wrapped_quotation_is_mended() -> None:
    """The rest of a long quoted line that lost its mark is no answer; a short answer below is one."""
    long = "> Lorem ipsum dolor sit amet, consectetur adipiscing elit. Nullam pharetra d"
    assert new_lines(f"{long}\nignissim odio?\n> next") == []
    assert new_lines("> Shall we?\nyes\n> And then?") == ["yes"]
    assert new_lines("> See (http://example.com/a\nbcd)\n> next") == []


def test_below_an_unmarked_mail_everything_is_quoted() -> None:
    """Without marks nobody can tell answers from the earlier mail, when text stands above."""
    assert new_lines("Hi\n-----Original Message-----\n\nearlier\nmail") == ["Hi"]


def test_a_mail_that_begins_with_a_boundary_is_kept() -> None:
    """Nothing above and no marks below: the person answered below, or forwards; nothing may be lost."""
    text = "-----Original Message-----\nFrom: a@b.test\nSubject: x\n\nearlier\nmine"
    assert "mine" in new_lines(text)
    assert new_lines(text, strict=True) == []


def test_forwards_are_kept() -> None:
    """From the separator on everything is what the person wants to show, quote marks included."""
    text = "FYI\n\n---------- Forwarded message ---------\nFrom: a@b.test\n\n> old\nText"
    assert new_lines(text)[-2:] == ["> old", "Text"]
    assert new_lines(f"Hi\n-----Original Message-----\n\n{text}") == ["Hi"]
