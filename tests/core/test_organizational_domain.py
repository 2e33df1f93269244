import pytest

from inboxd.core.organizational_domain import is_aligned, organizational_domain


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("mail.acme.co.uk", "acme.co.uk"),
        ("Acme.Example.", "acme.example"),
        ("co.uk", ""),
        ("github.io", ""),
        # https://raw.githubusercontent.com/publicsuffix/list/main/tests/test_psl.txt
        ("b.c.kobe.jp", "b.c.kobe.jp"),
        ("a.b.c.kobe.jp", "b.c.kobe.jp"),
        ("c.kobe.jp", ""),
        ("www.city.kobe.jp", "city.kobe.jp"),
        ("www.www.ck", "www.ck"),
        ("xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"),
        ("b.example.example", "example.example"),
        ("localhost", ""),
        ("", ""),
        ("a" * 300 + ".com", ""),
        (".com", ""),
        ("a..com", ""),
    ],
)
def test_organizational_domain(domain: str, expected: str) -> None:
    """The registered part is found; public suffixes and broken names have none."""
    assert organizational_domain(domain) == expected


@pytest.mark.parametrize(
    ("left", "right", "strict", "expected"),
    [
        ("acme.example", "ACME.example", True, True),
        ("mail.acme.example", "acme.example", False, True),
        ("mail.acme.example", "acme.example", True, False),
        ("notacme.example", "acme.example", False, False),
        ("evil.co.uk", "acme.co.uk", False, False),
        ("co.uk", "acme.co.uk", False, False),
        ("", "", False, False),
    ],
)
def test_alignment(left: str, right: str, *, strict: bool, expected: bool) -> None:
    """Relaxed alignment needs one organisation, strict alignment one name (RFC 7489 3.1)."""
    assert is_aligned(left, right, strict=strict) is expected
