import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.auth_results import parse_field

GMAIL = (
    "mx.google.com; dkim=pass header.i=@corp.example header.s=s1 header.b=abc/de+f=; "
    "spf=pass (google.com: domain of a@b.example designates 192.0.2.4 as permitted sender) "
    "smtp.mailfrom=bounces+a=b@corp.example; dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=corp.example"
)
MICROSOFT = (
    "spf=pass (sender IP is 192.0.2.4) smtp.mailfrom=corp.example; dkim=none (message not signed) header.d=none;"
    "dmarc=bestguesspass action=none header.from=corp.example;compauth=pass reason=109"
)


@pytest.mark.parametrize(
    ("value", "authserv_id", "results"),
    [
        (GMAIL, "mx.google.com", {"dkim": "corp.example", "spf": "corp.example", "dmarc": "corp.example"}),
        (MICROSOFT, "", {"spf": "corp.example"}),
        ("mx.desk.example 1; none", "mx.desk.example", {}),
        (
            "MX.Desk.example; DMARC=Pass header.from=Corp.example",
            "mx.desk.example",
            {"dmarc": "corp.example"},
        ),
        ("mx.desk.example; dmarc/1=pass header.from=a.b", "mx.desk.example", {"dmarc": "a.b"}),
        ("mx.desk.example; dmarc/2=pass header.from=a.b", "mx.desk.example", {}),
        ("mx (a; dmarc=pass); dkim=fail", "mx", {}),
        ('mx; dkim=fail reason="x; dmarc=pass" header.d=a.b', "mx", {}),
        (
            'mx; dkim=pass reason="\\" header.d=corp.example" header.d=evil.example',
            "mx",
            {"dkim": "evil.example"},
        ),
        ("mx; dkim=fail reason=x dmarc=pass", "mx", {}),
        ("mx; (dmarc=pass) dkim=fail", "mx", {}),
    ],
)
def test_fields(value: str, authserv_id: str, results: dict[str, str]) -> None:
    """Who says it, which methods pass, and for which domain: comments, quotes and versions change nothing."""
    field = parse_field(value)

    assert field.authserv_id == authserv_id
    passed = {result.method: result.domain for result in field.results if result.result == "pass"}
    assert {name: domain for name, domain in passed.items() if name in {"spf", "dkim", "dmarc"}} == results


@pytest.mark.parametrize("value", ["", "mx; dmarc=pass (", 'mx; dmarc=pass "', "mx; " + "a=b; " * 10_000])
def test_malformed_fields_say_nothing(value: str) -> None:
    """A field that is empty, never closes a comment or quote, or is far too long, is not believed."""
    field = parse_field(value)

    assert field is None or not field.results


@given(st.text(alphabet=st.sampled_from('ab=;()\\" ./1@'), max_size=200))
def test_never_raises(value: str) -> None:
    """Any text is a field or none."""
    parse_field(value)


def test_hostile_fields_take_no_longer() -> None:
    """Nested comments and endless words cost time in proportion to their size."""
    start = time.process_time()
    for value in (
        "mx; " + "(" * 15_000,
        "mx; " + "a" * 15_000,
        "mx " + "a=" * 7_000,
        "mx;" + " " * 15_000 + "=",
    ):
        parse_field(value)
    assert time.process_time() - start < 1
