"""Finding a draft again that a mail client has saved anew."""

from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.drafts_folder import Seen, Wanted, marked, successor

OURS = Wanted("<T1.d5.abc@acme.test>", "<Question@customer.test>", 7)
MARK = "t1.d5.abc"


def test_id_or_mark_is_enough() -> None:
    """A client keeps the Message-ID or an unknown field, seldom both; the case of ids does not count."""
    seen = (Seen(8, "<t1.d5.abc@acme.test>"), Seen(9, mark=MARK), Seen(3, "<x@y>"), Seen(4, mark="t1.d6.abc"))

    assert marked(OURS, seen) == (8, 9)
    assert successor(OURS, seen) == 9


def test_without_both_it_is_the_newest_answer_to_the_same_mail() -> None:
    """Only what was saved after ours and answers the same mail can be what he made of it."""
    question = ("<question@customer.test>",)
    seen = (Seen(5, refers=question), Seen(8, refers=question), Seen(9, refers=question), Seen(10))

    assert marked(OURS, seen) == ()
    assert successor(OURS, seen) == 9


def test_another_draft_of_ours_is_none_of_it() -> None:
    """A draft that bears the mark of another is that one, whatever it answers."""
    assert successor(OURS, (Seen(8, mark="t1.d6.abc", refers=("<question@customer.test>",)),)) is None


def test_an_answer_to_the_draft_itself_counts() -> None:
    """Some clients make a saved draft refer to the one it replaces."""
    assert successor(OURS, (Seen(8, refers=("<t1.d5.abc@acme.test>",)),)) == 8


_ids = st.sampled_from(("", "<t1.d5.abc@acme.test>", "<question@customer.test>", "<other@acme.test>"))
_seen = st.builds(
    Seen,
    st.integers(1, 20),
    _ids,
    st.sampled_from(("", MARK, "t1.d6.abc")),
    st.lists(_ids, max_size=2).map(tuple),
)


@given(st.lists(_seen, max_size=8))
def test_only_mails_that_lie_there_are_found(seen: list[Seen]) -> None:
    """Whatever lies in the folder, what is found lies there, and what is surely ours comes first."""
    there = {one.uid for one in seen}
    found = successor(OURS, seen)

    assert set(marked(OURS, seen)) <= there
    assert found is None or found in there
    assert not marked(OURS, seen) or found in marked(OURS, seen)
