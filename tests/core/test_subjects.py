import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.subjects import comparable_subject, is_same_subject, quotes_any


@pytest.mark.parametrize(
    "subject",
    [
        "Broken chair",
        "Re: Broken chair",
        "RE : re[2]: [#12] Broken  Chair",
        "AW: WG: Broken chair",
        "回复：Broken chair",
        "Re: [External] [#12] Fwd: broken chair",
        "Отв: Broken chair (still)",
        "",
        "Re:",
        "[#12]",
    ],
)
def test_replies_go_on_with_the_subject(subject: str) -> None:
    """Reply marks of many languages, tags, case and additions make no new subject; nor does an empty one."""
    assert is_same_subject(subject, ("Broken chair",))


@pytest.mark.parametrize("subject", ["Invoice 7", "Re: Invoice 7", "cha"])
def test_another_subject_is_another(subject: str) -> None:
    """A reply mark before it does not make a new subject old."""
    assert not is_same_subject(subject, ("Broken chair",))


def test_any_earlier_subject_counts() -> None:
    """A ticket whose subject changed on the way knows all of them."""
    assert is_same_subject("Re: Two", ("One", "Two"))
    assert not is_same_subject("Re: Two", ())


def test_quotes_are_found_however_wrapped_or_marked() -> None:
    """What we sent is recognised behind ``>``, rewrapped, and in other case."""
    sent = "We will send a new one tomorrow, together with the missing screws.\nKind regards"

    assert quotes_any(
        "Thanks!\n> We will send a new one tomor-\n> row, together with\n>> the missing screws.", (sent,)
    )
    assert quotes_any(
        "yes\nWe will send a new one\n tomorrow, together with the missing screws.", ("x" * 30, sent)
    )
    assert not quotes_any("I have a question about invoice 7.", (sent,))
    assert not quotes_any("", (sent, ""))
    assert quotes_any("> Done.", ("Done.",))


@given(st.text(max_size=300))
def test_comparing_is_stable(subject: str) -> None:
    """A comparable subject stays what it is, and every subject goes on with itself."""
    assert comparable_subject(comparable_subject(subject)) == comparable_subject(comparable_subject(subject))
    assert is_same_subject(subject, (subject,))


def test_hostile_texts_take_no_longer() -> None:
    """Stacked marks, open brackets and endless texts cost time in proportion to their size."""
    start = time.process_time()
    comparable_subject("re:" * 100_000)
    comparable_subject("[" * 100_000)
    comparable_subject(" " * 100_000)
    quotes_any("a" * 3_000_000, ("ab" * 100_000,))
    assert time.process_time() - start < 2
