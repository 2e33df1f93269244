import ipaddress
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.spf_record import MacroValues, SpfSyntaxError, expand, is_spf_record, parse_record

# The examples of RFC 7208 7.4.
V4 = MacroValues(
    ipaddress.ip_address("192.0.2.3"),
    "strong-bad",
    "email.example.com",
    "mx.example.org",
    "email.example.com",
)
V6 = MacroValues(
    ipaddress.ip_address("2001:db8::cb01"),
    "strong-bad",
    "email.example.com",
    "mx.example.org",
    "email.example.com",
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%{s}", "strong-bad@email.example.com"),
        ("%{o}", "email.example.com"),
        ("%{d4}", "email.example.com"),
        ("%{d3}", "email.example.com"),
        ("%{d2}", "example.com"),
        ("%{d1}", "com"),
        ("%{dr}", "com.example.email"),
        ("%{d2r}", "example.email"),
        ("%{l}", "strong-bad"),
        ("%{l-}", "strong.bad"),
        ("%{lr}", "strong-bad"),
        ("%{lr-}", "bad.strong"),
        ("%{l1r-}", "strong"),
        ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
        ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
        ("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"),
        ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
        ("%{S}", "strong-bad%40email.example.com"),
        ("a%%b%_c%-d", "a%b c%20d"),
        ("%{h}", "mx.example.org"),
    ],
)
def test_macros(text: str, expected: str) -> None:
    """Macros stand for what the examples of RFC 7208 7.4 say."""
    assert expand(text, V4) == expected


def test_macros_of_an_ipv6_client() -> None:
    """An IPv6 address is written nibble by nibble."""
    assert expand("%{ir}.%{v}._spf.%{d2}", V6) == (
        "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com"
    )


def test_long_names_are_cut_from_the_left() -> None:
    """An expansion beyond 253 characters loses its leftmost labels (RFC 7208 7.3)."""
    name = expand("%{l}." + "a." * 200 + "example", V4)

    assert len(name) <= 253
    assert name.endswith(".a.example")


def test_a_record_is_read_in_order() -> None:
    """Directives keep their order, results and prefixes; unknown modifiers mean nothing."""
    record = parse_record(
        "v=spf1  mx -a:x.example/24//64 ip6:2001:db8::/32 ?ALL redirect=%{d}.y.example foo=bar"
    )

    assert [(one.result, one.name) for one in record.mechanisms] == [
        ("pass", "mx"),
        ("fail", "a"),
        ("pass", "ip6"),
        ("neutral", "all"),
    ]
    assert (record.mechanisms[1].domain_spec, record.mechanisms[1].prefix4, record.mechanisms[1].prefix6) == (
        "x.example",
        24,
        64,
    )
    assert record.redirect == "%{d}.y.example"


@pytest.mark.parametrize(
    "term",
    [
        "all:x",
        "include",
        "include:",
        "include:nodot",
        "include:x.123",
        "exists",
        "a:",
        "a/33",
        "a/024",
        "a//129",
        "mx/",
        "ptr/24",
        "ip4",
        "ip4:1.2.3",
        "ip4:1.2.3.4/33",
        "ip4:1.2.3.4/255.0.0.0",
        "ip6:1.2.3.4",
        "bogus",
        "=x",
        "a:%{d0}.example",
        "a:%{x}.example",
        "a:%d.example",
        "redirect=a.example redirect=b.example",
        "redirect=",
        "exp=a.example exp=a.example",
        "x=%{",
        "a:\u00e4.example",
        "a:b\tc.example",
    ],
)
def test_mistakes_spoil_the_record(term: str) -> None:
    """One malformed term is a ``permerror`` for all (RFC 7208 4.6)."""
    with pytest.raises(SpfSyntaxError):
        parse_record(f"v=spf1 {term} -all")


def test_only_version_one_is_spf() -> None:
    """Other texts at the same name are none."""
    assert is_spf_record("v=spf1")
    assert is_spf_record("V=SPF1 -all")
    assert not is_spf_record("v=spf10 -all")
    assert not is_spf_record("spf2.0/pra -all")


@given(st.text(alphabet=st.sampled_from("aimx4:/%{}d0.=-~ lnptr"), max_size=100))
def test_reading_gives_a_record_or_a_syntax_error(text: str) -> None:
    """Any text is a record whose names can be expanded, or ``SpfSyntaxError``."""
    try:
        record = parse_record(f"v=spf1 {text}")
    except SpfSyntaxError:
        return
    for mechanism in record.mechanisms:
        expand(mechanism.domain_spec, V6)


def test_hostile_records_take_no_longer() -> None:
    """Endless terms, macros and labels cost time in proportion to their size."""
    start = time.process_time()
    for text in (
        "a" * 100_000,
        "a:" + "a-" * 2000,
        "x=" + "%{d}" * 1000,
        "include:" + "a." * 2000,
        "a" + "/" * 4000,
    ):
        try:
            parse_record(f"v=spf1 {text}")
        except SpfSyntaxError:
            continue
    assert time.process_time() - start < 1
