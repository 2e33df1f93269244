import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.mail import Address, Mail
from inboxd.core.reply_headers import (
    base_subject,
    outlook_thread,
    references_for,
    reply_subject,
)

IDS = st.lists(
    st.text(alphabet="abcdef", min_size=1, max_size=120).map(lambda left: f"<{left}@x.test>"), max_size=60
)


def a_mail(**headers: str) -> Mail:
    """Return a mail that has only these header fields (``_`` for ``-``)."""
    fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    none = Address("", "")
    return Mail(fields, "", none, None, (), (), (), None, "", (), (), "", "", "", (), (), 0, None)  # type: ignore[arg-type]


def test_the_parent_comes_last() -> None:
    """References are the parent's and then its own Message-ID, each once (RFC 5322 3.6.4)."""
    assert references_for("<c@x>", ("<a@x>", "<c@x>", "<b@x>", "<a@x>")) == ("<a@x>", "<b@x>", "<c@x>")


def test_in_reply_to_stands_in_for_references() -> None:
    """A parent without References but with one In-Reply-To passes that on; with several, none."""
    assert references_for("<b@x>", (), ("<a@x>",)) == ("<a@x>", "<b@x>")
    assert references_for("<c@x>", (), ("<a@x>", "<b@x>")) == ("<c@x>",)
    assert references_for("", ()) == ()


@given(IDS, st.integers(min_value=0, max_value=3000))
def test_references_are_short_and_keep_both_ends(ids: list[str], limit: int) -> None:
    """The field's value fits the limit where two ids can, and the first and last ids stay."""
    given_ids = tuple(dict.fromkeys(ids))
    kept = references_for("<parent@x.test>", given_ids, limit=limit)
    assert kept[-1] == "<parent@x.test>"
    if given_ids and len(given_ids[0]) + 1 + len("<parent@x.test>") <= limit:
        assert kept[0] == given_ids[0]
        assert len(" ".join(kept)) <= limit
    assert list(kept) == [one for one in (*given_ids, "<parent@x.test>") if one in kept]


def test_no_more_ids_are_dropped_than_must_be() -> None:
    """Forty ids of 60 bytes: as many of the newest as fit into 1,500 bytes stay beside the first."""
    ids = tuple(f"<{number:055d}@x>" for number in range(40))
    kept = references_for("<parent@x>", ids)
    assert len(" ".join(kept)) <= 1500 < len(" ".join(kept)) + 60
    assert (kept[0], kept[-2]) == (ids[0], ids[-1])


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("How?", "Re: [#12] How?"),
        ("Re: AW: RE[2]: Re (3): How?", "Re: [#12] How?"),
        ("回复：Re: 答复: 退款", "Re: [#12] 退款"),
        ("Re: [#12] How?", "Re: [#12] How?"),
        ("Re: [#12] Re: How? [#12]", "Re: [#12] How?"),
        ("[#7] How?", "Re: [#12] [#7] How?"),
        ("Fwd: How?", "Re: [#12] Fwd: How?"),
        ("Report: numbers", "Re: [#12] Report: numbers"),
        ("", "Re: [#12]"),
        ("Re:", "Re: [#12]"),
        ("a\r\nBcc: b", "Re: [#12] a Bcc: b"),
    ],
)
def test_reply_subjects(subject: str, expected: str) -> None:
    """One Re:, one tag in front, and the customer's own words behind it."""
    assert reply_subject(subject, 12) == expected


@given(st.text(alphabet=st.sampled_from("Re: AW回复：[#12]x\r\n "), max_size=400))
def test_a_reply_to_a_reply_keeps_its_subject(subject: str) -> None:
    """Answering our own answer changes nothing any more."""
    once = reply_subject(subject, 12)
    assert reply_subject(once, 12) == once
    assert len(once) <= 220
    assert not base_subject(subject, 12).startswith(("Re:", "AW:"))


def test_outlook_conversations_go_on() -> None:
    """A well-formed Thread-Index is copied with its topic; anything else is not."""
    index = "AQHbZ0" + "A" * 24
    mail = a_mail(Thread_Topic="How?", Thread_Index=f"{index[:10]}\r\n {index[10:]}")
    assert outlook_thread(mail) == (("Thread-Topic", "How?"), ("Thread-Index", index))
    assert outlook_thread(a_mail(Thread_Index="<script>")) == ()
    assert outlook_thread(a_mail(Thread_Topic="How?")) == ()
