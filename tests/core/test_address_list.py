"""Address fields."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.address_list import MAX_ADDRESSES, read_addresses


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a@b.test", [("", "a@b.test")]),
        ("Jane Doe <jane@b.test>", [("Jane Doe", "jane@b.test")]),
        ('"Doe, Jane" <jane@b.test>, x@y.test', [("Doe, Jane", "jane@b.test"), ("", "x@y.test")]),
        ("jane@b.test (Jane Doe)", [("Jane Doe", "jane@b.test")]),
        ("Team: a@b.test, C <c@d.test>;", [("", "a@b.test"), ("C", "c@d.test")]),
        ("undisclosed-recipients:;", []),
        ("=?utf-8?q?J=C3=B6rg=2C_M=2E?= <j@b.test>", [("Jörg, M.", "j@b.test")]),
        ('"=?utf-8?q?J=C3=B6rg?=" <j@b.test>', [("Jörg", "j@b.test")]),
        ("=?utf-8?q?J=C3=B6rg_=3Cj=40b=2Etest=3E?=", [("Jörg", "j@b.test")]),
        ("paypal@bank.test <thief@evil.test>", [("paypal@bank.test", "thief@evil.test")]),
        ("a@b.test; c@d.test", [("", "c@d.test"), ("", "a@b.test")]),
        ("Big Bug bb@bug.test", [("Big Bug", "bb@bug.test")]),
        ("<a@b.test", [("", "a@b.test")]),
        ("<<a@b.test>>", [("", "a@b.test")]),
        ("'a@b.test'", [("", "a@b.test")]),
        ("John..Doe. <john..doe.@docomo.test>", [("John..Doe.", "john..doe.@docomo.test")]),
        ('"odd name"@b.test', [("", '"odd name"@b.test')]),
        ("nobody", []),
        ("", []),
    ],
)
def test_addresses(value: str, expected: list[tuple[str, str]]) -> None:
    """Lists, groups, names and the usual mistakes are read."""
    found = [(address.display_name, address.addr_spec) for address in read_addresses(value)]
    assert sorted(found) == sorted(expected)


def test_raw_8bit_name() -> None:
    """A name in raw bytes is read in the hinted charset."""
    value = "Müller <m@b.test>".encode("latin-1").decode("ascii", "surrogateescape")
    assert read_addresses(value, "latin-1")[0].display_name == "Müller"


def test_number_is_limited() -> None:
    """A list of very many addresses is cut."""
    many = ", ".join(f"u{number}@b.test" for number in range(MAX_ADDRESSES + 100))
    assert len(read_addresses(many)) == MAX_ADDRESSES


_VALUE = st.lists(
    st.sampled_from(
        ["<", ">", '"', ",", ";", ":", "@", "(", ")", "\\", "[", "]", "a@b.c", "=?utf-8?q?a?=", "\udcff", " "]
    )
    | st.text("abé.", max_size=3),
    max_size=30,
).map("".join)


@given(_VALUE)
def test_never_raises(value: str) -> None:
    """Any value gives addresses that have an ``@`` and can be encoded."""
    for address in read_addresses(value):
        assert "@" in address.addr_spec
        f"{address.display_name}{address.addr_spec}".encode()
