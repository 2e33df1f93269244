import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.own_addresses import OwnAddresses

OWN = OwnAddresses(frozenset({"support@acme.test", "help@acme.test"}))
PLAIN = OwnAddresses(frozenset({"support@acme.test"}), "")
SLASH = OwnAddresses(frozenset({"support@acme.test"}), "-")


@pytest.mark.parametrize(
    ("own", "address", "ours"),
    [
        (OWN, "support@acme.test", True),
        (OWN, "  SUPPORT@Acme.Test ", True),
        (OWN, "support+t12.abc@acme.test", True),
        (OWN, "support+a+b@acme.test", True),
        (OWN, "+support@acme.test", False),
        (OWN, "support@evil.test", False),
        (OWN, "support@acme.test@evil.test", False),
        (OWN, "support", False),
        (OWN, "", False),
        (OWN, None, False),
        (PLAIN, "support@acme.test", True),
        (PLAIN, "support+t12.abc@acme.test", False),
        (SLASH, "support-t12.abc@acme.test", True),
        (SLASH, "support+t12.abc@acme.test", False),
    ],
)
def test_which_addresses_are_ours(own: OwnAddresses, address: object, ours: bool) -> None:  # noqa: FBT001  a table
    """An address is ours in any case and with any detail behind the delimiter (RFC 5233), where there is one."""
    assert (address in own) is ours


def test_postmaster_is_accepted_but_not_ours() -> None:
    """RFC 5321 4.5.1: postmaster of our domains is taken; a mail from it is still no mail of ours."""
    assert OWN.accepts("Postmaster@ACME.test")
    assert not OWN.accepts("postmaster@evil.test")
    assert "postmaster@acme.test" not in OWN


@given(st.text(max_size=60))
def test_any_text_can_be_asked_about(text: str) -> None:
    """Whatever stands where an address should, the question has an answer, and the base of a base is itself."""
    assert isinstance(text in OWN, bool)
    assert isinstance(OWN.accepts(text), bool)
    assert OWN.base(OWN.base(text)) == OWN.base(text)
