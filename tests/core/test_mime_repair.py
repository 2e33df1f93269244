"""Repairs of broken structure."""

from inboxd.core.mime_repair import mend_boundaries, mend_header
from inboxd.core.mime_tree import read_tree


def test_sound_header_is_left_alone() -> None:
    """Nothing is mended where nothing is broken."""
    assert mend_header(b"From: a@b\r\nSubject: x\r\n\r\nbody") is None


def test_words_before_a_colon_are_no_header() -> None:
    """A mail without a header section whose text has one field-like line stays text."""
    assert mend_header(b"Hello\r\nSubject: not really\r\n\r\nbody") is None


def test_body_is_not_touched() -> None:
    """Only the header section is mended."""
    mended = mend_header(b"From: a@b\r\nstray\r\nTo: c@d\r\nDate: x\r\n\r\nbody\r\nstray\r\n")
    assert mended == b"From: a@b\r\n stray\r\nTo: c@d\r\nDate: x\r\n\r\nbody\r\nstray\r\n"


def test_missing_boundary_parameter() -> None:
    """A multipart that names no boundary is read by the one in its text."""
    root, budget = read_tree(
        b"Content-Type: multipart/mixed\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nhi\r\n--x--\r\n"
    )
    mend_boundaries(root, budget)
    assert [part.get_payload() for part in root.parts] == ["hi"]


def test_text_without_boundary_stays_text() -> None:
    """Where no boundary shows, nothing is made up."""
    root, budget = read_tree(b"Content-Type: multipart/mixed; boundary=x\r\n\r\n-- \r\njust text\r\n")
    mend_boundaries(root, budget)
    assert root.parts == ()
