import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.peers import is_variable, peer_key


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("case-4711@desk.test", "case-4712@desk.test", True),
        ("support+t12@desk.test", "Support+t13@Desk.test", True),
        ("ann@desk.test", "ben@desk.test", False),
        ("case-1@desk.test", "case-1@other.test", False),
        ("10001@qq.com", "10002@qq.com", False),
        ("+491701234567@sms.test", "+491701234568@sms.test", False),
        ("491701234567@sms.test", "491701234567+x@sms.test", True),
    ],
)
def test_who_is_the_same_peer(first: str, second: str, *, same: bool) -> None:
    """A number or a plus detail makes no other peer; another name, which may be a number, or another domain does."""
    assert (peer_key(first) == peer_key(second)) is same


def test_most_people_have_one_address() -> None:
    """Only an address with something that machines change in it is looked for under other addresses."""
    assert not is_variable("ann.smith@desk.test")
    assert is_variable("case-1@desk.test")


@given(st.text(max_size=40))
def test_any_text_has_a_key(text: str) -> None:
    """Nothing raises, and the key of a key is the key."""
    assert peer_key(peer_key(text)) == peer_key(text)
