"""Message identifiers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.message_ids import MAX_IDS, read_message_id, read_message_ids


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("<a@b> <c@d>", ("<a@b>", "<c@d>")),
        ("<a@b>,<c@d>,\t<a@b>", ("<a@b>", "<c@d>")),
        ("<a@b><c@d>", ("<a@b>", "<c@d>")),
        ("<a@\r\n b>", ("<a@b>",)),
        ("a@b c@d", ("<a@b>", "<c@d>")),
        ('Message from joe@x.test of "Mon" <a@b>', ("<a@b>",)),
        ("<no-at-sign>", ("<no-at-sign>",)),
        ("<a@b", ("<a@b>",)),
        ("<>", ()),
        ("", ()),
    ],
)
def test_ids(value: str, ids: tuple[str, ...]) -> None:
    """Ids are found however they are separated, once each, in order."""
    assert read_message_ids(value) == ids


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        (
            'Message from Ada Lane <ada@x.test> of "Mon, 26 Aug 2002 09:58:51 EDT." <1.2@x.test>',
            ("<1.2@x.test>",),
        ),
        ('Message from Ada2 <ada2@x.test>\n of "Mon, 26 Aug." <1.2@x.test>', ("<1.2@x.test>",)),
        ('Ada Lane <ada@x.test> "Re: GA Development" (Sep 25,  9:37pm)', ()),
        ('ada@x.test\'s message of "Tue, 27 Aug 2002 13:17:15 +0100"', ()),
        ('Message from list-request@x.test of "Tue, 03 Sep 2002 09:25:01 PDT."', ()),
        ("ada's message of Tue, 3 Sep 2002 09:25:01 -0700. <1.2@x.test>", ("<1.2@x.test>",)),
        ("message-id <1.2@x.test> of Fri, Sep 06 17:10:25 2002", ("<1.2@x.test>",)),
        ("<1.2@x.test>; from ada@x.test on Mon, Feb 04, 2002 at 01:18:07PM +0100", ("<1.2@x.test>",)),
        ('Your message of "Sun, 08 Sep 2002 12:19:10 EDT." <AAAA.ada@x.test>', ("<AAAA.ada@x.test>",)),
        ("<1.2@lists.x.te st>", ("<1.2@lists.x.test>",)),
    ],
)
def test_prose_of_old_clients(value: str, ids: tuple[str, ...]) -> None:
    """In what exmh, Gnus, VM, mutt, elm and Z-Mail wrote only the id counts, never the address of whom they answer."""
    assert read_message_ids(value) == ids


def test_number_is_limited() -> None:
    """Of very many ids the first and the latest are kept."""
    ids = read_message_ids(" ".join(f"<{number}@x>" for number in range(1_000)))
    assert (len(ids), ids[0], ids[-1]) == (MAX_IDS, "<0@x>", "<999@x>")


@pytest.mark.parametrize(
    ("value", "expected"), [("<a@b>", "<a@b>"), ("a b", "<ab>"), (" ", ""), ("<a@b", "<a@b>")]
)
def test_own_id(value: str, expected: str) -> None:
    """A mail's own id is kept even when it is not well formed."""
    assert read_message_id(value) == expected


@given(st.text("<>@ab ,\r\n", max_size=60))
def test_shape(value: str) -> None:
    """Every id has its brackets and no white space."""
    for each in (*read_message_ids(value), *filter(None, [read_message_id(value)])):
        assert each.startswith("<")
        assert each.endswith(">")
        assert not any(character.isspace() for character in each)
