"""Reply and forward marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.subject_marks import bare_subject, folded, is_forward, is_reply, leading_tags


@pytest.mark.parametrize(
    "subject", ["Re: x", "AW: x", "[list] Re: x", "Re[2]: x", "回复：x", "Odp: x", "RE : x"]
)
def test_reply_marks(subject: str) -> None:
    """In the languages mail clients speak."""
    assert is_reply(subject)


@pytest.mark.parametrize("subject", ["Fwd: x", "WG: x", "Re: Fwd: x", "转发: x", "x (fwd)", "TR : x"])
def test_forward_marks(subject: str) -> None:
    """Behind reply marks, too."""
    assert is_forward(subject)


@pytest.mark.parametrize(
    "subject", ["Refund: when", "Rent: late", "Reply", "Forward: march", "I have a question: why"]
)
def test_words_are_no_marks(subject: str) -> None:
    """A mark is the whole word before the colon."""
    assert not is_reply(subject)
    assert not is_forward(subject)


def test_tags_are_set_apart() -> None:
    """The tag of a list or a responder stands before the subject."""
    assert leading_tags("[Auto-Reply] [x] Hello") == ("auto-reply", "x")
    assert bare_subject("[Auto-Reply] [x] Hello") == "hello"


@given(st.text(max_size=200))
def test_folding_twice_changes_nothing(text: str) -> None:
    """Folded phrases can be compared with folded texts."""
    assert folded(folded(text)) == folded(text)
