from typing import Never

import pytest

from inboxd.core.dns_answers import remember
from inboxd.core.spf_policy import check_spf, spf_domain
from inboxd.errors import TransientError

ZONE = {
    ("acme.example", "TXT"): (
        "other",
        "v=spf1 ip4:198.51.100.0/24 ip6:2001:db8::/32 include:relay.example mx a:w.acme.example -all",
    ),
    ("relay.example", "TXT"): ("v=spf1 exists:%{i}.allow.relay.example ?all",),
    ("203.0.113.9.allow.relay.example", "A"): ("127.0.0.2",),
    ("acme.example", "MX"): ("10 mx.acme.example.",),
    ("mx.acme.example", "A"): ("203.0.113.1",),
    ("w.acme.example", "A"): ("203.0.113.2",),
    ("two.example", "TXT"): ("v=spf1 +all", "v=spf1 -all"),
    ("loop.example", "TXT"): ("v=spf1 include:loop.example -all",),
    ("wide.example", "TXT"): ("v=spf1 " + " ".join(f"a:h{n}.wide.example" for n in range(30)) + " +all",),
    ("broken.example", "TXT"): ("v=spf1 ip4:nonsense %{ -all",),
    ("mxless.example", "MX"): ("no number",),
    ("mxless.example", "TXT"): ("v=spf1 mx +all",),
}


def _check(client_ip: str, sender: str, helo: str = "mx.acme.example") -> str:
    return check_spf(client_ip, sender, helo, remember(lambda name, rdtype: ZONE.get((name, rdtype), ())))


@pytest.mark.parametrize(
    ("client_ip", "sender", "expected"),
    [
        ("198.51.100.7", "casey@acme.example", "pass"),
        ("2001:db8::1", "casey@acme.example", "pass"),
        ("203.0.113.1", "casey@acme.example", "pass"),
        ("203.0.113.2", "casey@acme.example", "pass"),
        ("203.0.113.9", "casey@acme.example", "pass"),
        ("203.0.113.99", "casey@acme.example", "fail"),
        ("::ffff:198.51.100.7", "casey@acme.example", "pass"),
        ("203.0.113.99", "casey@nothing.example", "none"),
        ("203.0.113.99", "casey@two.example", "permerror"),
        ("203.0.113.99", "casey@loop.example", "permerror"),
        ("203.0.113.99", "casey@wide.example", "permerror"),
        ("203.0.113.99", "casey@broken.example", "permerror"),
        ("203.0.113.99", "casey@mxless.example", "pass"),
        ("127.0.0.1", "casey@acme.example", "none"),
        ("192.168.1.4", "casey@acme.example", "none"),
        ("no address", "casey@acme.example", "none"),
        ("", "", "none"),
    ],
)
def test_results(client_ip: str, sender: str, expected: str) -> None:
    """Mechanisms, limits and mistakes of records give the results of RFC 7208; our own network gives none."""
    assert _check(client_ip, sender) == expected


def test_the_null_reverse_path_is_checked_by_helo() -> None:
    """A bounce has no sender: RFC 7208 2.4 takes the name the server greeted with."""
    assert _check("198.51.100.7", "", "acme.example") == "pass"
    assert spf_domain("", "ACME.example.") == "acme.example"
    assert spf_domain("", "[198.51.100.7]") == spf_domain("", "localhost") == ""


def test_a_silent_dns_is_a_temporary_error() -> None:
    """When nobody answers in time nothing is decided."""

    def silent(_name: str, _rdtype: str) -> Never:
        raise TransientError("time-out")

    assert check_spf("203.0.113.99", "casey@acme.example", "", silent) == "temperror"
