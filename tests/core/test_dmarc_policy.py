from typing import Never

import pytest

from inboxd.core.dmarc_policy import check_dmarc
from inboxd.core.dns_answers import Resolve
from inboxd.errors import TransientError


def _zone(records: dict[str, tuple[str, ...]]) -> Resolve:
    return lambda name, _rdtype: records.get(name, ())


@pytest.mark.parametrize(
    ("record", "spf", "dkim", "expected"),
    [
        ("v=DMARC1; p=reject", "", ("acme.example",), "pass"),
        ("v=DMARC1; p=none", "", (), "fail"),
        ("v=DMARC1; p=none", "acme.example", (), "pass"),
        ("v=DMARC1;p=none;aspf=s", "bounce.acme.example", (), "fail"),
        ("v=DMARC1;p=none", "bounce.acme.example", (), "pass"),
        ("v=DMARC1;p=none;adkim=s", "", ("mail.acme.example",), "fail"),
        ("v=DMARC1;p=none", "evil.example", ("evil.example", "mail.acme.example"), "pass"),
        ("v=DMARC1;p=none", "evil.example", ("evil.example",), "fail"),
        ("v=DMARC1", "", ("acme.example",), "none"),
        ("v=DMARC1;p=reject;;x", "", ("acme.example",), "none"),
        ("v=spf1 -all", "", ("acme.example",), "none"),
    ],
)
def test_alignment_decides(record: str, spf: str, dkim: tuple[str, ...], expected: str) -> None:
    """What passed must speak for the From domain, as strictly as its record asks."""
    assert check_dmarc("acme.example", spf, dkim, _zone({"_dmarc.acme.example": (record,)})) == expected


def test_policy_of_the_organisation() -> None:
    """A subdomain without a record has its organisation's; two records are none (RFC 7489 6.6.3)."""
    one = {"_dmarc.acme.example": ("v=DMARC1; p=reject", "other text")}
    two = {"_dmarc.acme.example": ("v=DMARC1; p=reject", "v=DMARC1; p=none")}

    assert check_dmarc("mail.acme.example", "", (), _zone(one)) == "fail"
    assert check_dmarc("mail.acme.example", "", (), _zone(two)) == "none"


def test_without_an_answer_nothing_is_decided() -> None:
    """A policy that cannot be asked for is neither pass nor fail."""

    def silent(_name: str, _rdtype: str) -> Never:
        raise TransientError("time-out")

    assert check_dmarc("acme.example", "acme.example", ("acme.example",), silent) == "temperror"
