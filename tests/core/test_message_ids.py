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
        ("<>", ()),
        ("", ()),
    ],
)
def test_ids(value: str, ids: tuple[str, ...]) -> None:
    """Ids are found however they are separated, once each, in order."""
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
