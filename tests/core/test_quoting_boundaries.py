"""Where earlier mails begin."""

import time

import pytest

from inboxd.core.quoting_boundaries import BoundaryKind, find_boundaries
from inboxd.core.quoting_lines import read_lines


def kinds(text: str) -> list[tuple[int, int, BoundaryKind]]:
    """Return start, end and kind of the boundaries in a text."""
    return [(b.start, b.end, b.kind) for b in find_boundaries(read_lines(text), frozenset())]


def test_a_separator_and_the_fields_below_it_are_one_boundary() -> None:
    """The drawn line above belongs to it, too."""
    text = "Hi\n\n________\n\nFrom: a@example.com\nSent: today\nTo: b\nSubject: c\n\nearlier"
    assert kinds(text) == [(2, 8, BoundaryKind.HEADER_BLOCK)]
    text = "Hi\n-----Original Message-----\nFrom: a@example.com\nSubject: c\n\nearlier"
    assert kinds(text) == [(1, 4, BoundaryKind.ORIGINAL)]


def test_quoted_lines_hold_no_boundary() -> None:
    """What an earlier mail quotes is its own affair."""
    assert kinds("> On 1 Jan 2024, A <a@example.com> wrote:\n> > Hi") == []


def test_code_holds_no_boundary() -> None:
    """Lines in a fence are skipped."""
    lines = read_lines("```\n-----Original Message-----\n```")
    assert find_boundaries(lines, frozenset({0, 1, 2})) == ()


@pytest.mark.parametrize(
    "line",
    [
        "On Mon, Jan 15, 2024 at 3:45 PM John Doe <john@example.com> wrote:",
        "On Mon, Jan 15, 2024 at 3:45 PM John Doe <john@example.com>",
        "From: a@example.com",
        "From: a@example.com\nSent: 2024\nTo: b\nSubject: c",
        "-" * 80,
        "-- Please reply above this line --",
        "> (open",
        "",
    ],
)
def test_a_flood_of_one_line_is_read_in_linear_time(line: str) -> None:
    """Ten thousand times the same line takes a moment, not minutes."""
    start = time.perf_counter()
    find_boundaries(read_lines((line + "\n") * 10_000), frozenset())
    assert time.perf_counter() - start < 5
