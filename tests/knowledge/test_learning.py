from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.facts import KbMatch
from inboxd.core.outcome import Learnt as Stored
from inboxd.knowledge.learning import evidence_of, is_held_out, rehearse
from inboxd.knowledge.shelf import Learnt

ASKED = [f"How do I export sheet number {number}?" for number in range(100)]


def answers(slug: str, *, sure: bool = True) -> Sequence[KbMatch]:
    """Return one match of that article."""
    return (KbMatch(slug, slug, "", 0.99, sure, 1.0),)


def test_answered_mails_become_phrasings_and_wrong_ones_strangers() -> None:
    """Right evidence is a phrasing; wrong and unanswered is nobody's, unless the same mail is right elsewhere."""
    stored = [
        Stored("export", "How to get a CSV?", "#send"),
        Stored("export", "Are you hiring?", "#wrong", right=False),
        Stored(None, "What is your favourite colour?", "by_hand", weight=0.6),
        Stored("import", "Read a CSV?", "#wrong", right=False),
        Stored("export", "Read a CSV?", "#kb"),
        Stored("export", "Hm?", "draft.deleted", right=False, weight=0.2),
    ]
    assert set(evidence_of(stored)) == {
        Learnt("How to get a CSV?", "export"),
        Learnt("Are you hiring?", None),
        Learnt("What is your favourite colour?", None),
        Learnt("Read a CSV?", "export"),
    }


def test_a_mail_that_asked_several_things_is_neither() -> None:
    """An answer of two articles together teaches no phrasing when it was right, and no stranger when it was wrong."""
    stored = [
        Stored("export+import", "CSV out? And in?", "thanks", weight=0.8),
        Stored("export+import", "Excel out? And in?", "wrote_back", right=False, weight=0.7),
    ]
    assert evidence_of(stored) == ()


def test_few_mails_are_adopted_on_the_operators_word() -> None:
    """With nothing to compare by, what operators said counts, and the lesson says so."""
    lesson = rehearse([], [Stored("export", "CSV?", "#kb")], lambda _known: lambda _text: (), 0.03)
    assert lesson.adopted
    assert "too few" in lesson.why


def test_evidence_that_makes_answers_wrong_is_not_adopted() -> None:
    """When held-out mails are answered wrongly with the fresh evidence and not without, it does not count."""
    good = [Stored("export", text, "#send") for text in ASKED]
    bad = [Stored("import", "How do I export?", "#kb")]

    def build(known: Sequence[Learnt]) -> object:
        slug = "import" if any(one.article == "import" for one in known) else "export"
        return lambda _text: answers(slug)

    lesson = rehearse(good, bad, build, 0.03)  # type: ignore[arg-type]  # a test's own stand-in
    assert not lesson.adopted
    assert lesson.before.wrong == 0 < lesson.after.wrong
    assert lesson.held_out == sum(map(is_held_out, ASKED))


def test_evidence_that_helps_is_adopted_and_held_out_mails_are_not_learnt_before() -> None:
    """More right answers are better; the mails that are asked about are in no index they are asked of."""
    seen: list[str] = []

    def build(known: Sequence[Learnt]) -> object:
        seen.extend(one.text for one in known)
        return lambda _text: answers("export", sure=len(known) > 0)

    lesson = rehearse([], [Stored("export", text, "#send") for text in ASKED], build, 0.03)  # type: ignore[arg-type]
    assert lesson.adopted
    assert lesson.before.right == 0 < lesson.after.right
    assert not any(map(is_held_out, seen))


_stored = st.builds(
    Stored,
    st.sampled_from(["a", "b", None]),
    st.text(max_size=20),
    st.just("#kb"),
    st.booleans(),
    st.sampled_from([0.1, 0.6, 1.0]),
)


@given(st.lists(_stored, max_size=20))
@settings(max_examples=60)
def test_no_mail_is_both_a_phrasing_and_a_stranger(stored: list[Stored]) -> None:
    """Whatever is stored, a text is either asked for an article or for none."""
    found = evidence_of(stored)
    inside = {one.text for one in found if one.article}
    assert not inside & {one.text for one in found if one.article is None}
