import pytest

from inboxd.core.domain_check import check_dkim, check_domain
from inboxd.core.parse import parse
from inboxd.errors import TransientError

GOOD = {
    ("acme.com", "MX"): ("10 mx.acme.com.",),
    ("acme.com", "TXT"): ("google-site-verification=x", "v=spf1 include:_spf.acme.com -all"),
    ("_dmarc.acme.com", "TXT"): ("v=DMARC1; p=reject",),
    ("s1._domainkey.acme.com", "TXT"): ("v=DKIM1; k=rsa; p=MIIB",),
}


def resolver(records: dict[tuple[str, str], tuple[str, ...]]) -> object:
    """Return a DNS that knows these records."""
    return lambda name, rdtype: records.get((name, rdtype), ())


def wrong(domain: str, records: dict[tuple[str, str], tuple[str, ...]]) -> set[str]:
    """Return the names of the checks that fail."""
    return {one.name for one in check_domain(domain, resolver(records)) if not one.ok}  # type: ignore[arg-type]


def test_a_well_kept_domain() -> None:
    """With all records there is nothing to say; the organisation's DMARC policy holds for a subdomain."""
    assert wrong("acme.com", GOOD) == set()
    records = GOOD | {("help.acme.com", "MX"): ("10 mx",), ("help.acme.com", "TXT"): ("v=spf1 -all",)}
    assert wrong("help.acme.com", records) == set()


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({("acme.com", "MX"): ()}, "mx record"),
        ({("acme.com", "MX"): ("0 .",)}, "mx record"),
        ({("acme.com", "TXT"): ("hello",)}, "spf record"),
        ({("acme.com", "TXT"): ("v=spf1 -all", "v=spf1 +all")}, "spf record"),
        ({("_dmarc.acme.com", "TXT"): ()}, "dmarc record"),
        ({("_dmarc.acme.com", "TXT"): ("v=DMARC1; p=none", "v=DMARC1; p=none")}, "dmarc record"),
    ],
)
def test_missing_and_doubled_records(changes: dict[tuple[str, str], tuple[str, ...]], name: str) -> None:
    """Each missing or ambiguous record is one check that fails."""
    assert wrong("acme.com", GOOD | changes) == {name}


@pytest.mark.parametrize("domain", ["acme.test", "inboxd.localhost", "example.org", ""])
def test_names_for_trying_out(domain: str) -> None:
    """A reserved name is nobody's fault: no question is asked."""

    def never(name: str, rdtype: str) -> tuple[str, ...]:
        raise AssertionError(name + rdtype)

    (check,) = check_domain(domain, never)
    assert check.ok


def test_a_silent_dns_is_told() -> None:
    """Nobody answering is not the same as no record."""

    def silent(name: str, rdtype: str) -> tuple[str, ...]:
        raise TransientError(f"no answer for {rdtype} of {name}")

    assert all("no answer" in one.detail and not one.ok for one in check_domain("acme.com", silent))


@pytest.mark.parametrize(
    ("field", "ok", "words"),
    [
        ("v=1; d=acme.com; s=s1; b=x", True, "is published"),
        ("v=1; d=ACME.com;\r\n s=s1; b=x", True, "is published"),
        ("v=1; d=acme.com; s=s2; b=x", False, "is missing"),
        ("v=1; d=relay.net; s=s1; b=x", False, "signed by relay.net"),
        ("nonsense", False, "signed by nobody"),
        ("v=1; d=acme.com; s=" + "x" * 400, False, "no name"),
    ],
)
def test_dkim_of_our_own_mail(field: str, words: str, *, ok: bool) -> None:
    """The signature must be the domain's own and its key published."""
    mail = parse(f"From: a@acme.com\r\nDKIM-Signature: {field}\r\n\r\nhi\r\n".encode())
    check = check_dkim(mail, "acme.com", resolver(GOOD))  # type: ignore[arg-type]
    assert (check.ok, words in check.detail) == (ok, True)
