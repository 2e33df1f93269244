import datetime as dt

import pytest

from inboxd.core.auth_results import is_trusted
from inboxd.core.authenticate import (
    OperatorProof,
    from_domain,
    prove_operator,
    read_results,
    reported_results,
    verify,
)
from inboxd.core.evidence import By, Evidence
from inboxd.core.mail import Envelope, Mail, SenderAuth
from inboxd.core.parse import parse
from inboxd.errors import TransientError

NOW = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
ADA, BOB = "ada@acme.example", "bob@acme.example"
OPERATORS = (ADA, BOB)
TRUSTED = ("MX.desk.example",)


def _mail(*fields: str, sender: str = ADA) -> Mail:
    return parse("\n".join((*fields, f"From: {sender}", "To: support@acme.example", "", "Text")).encode())


def _results(*values: str, sender: str = ADA) -> SenderAuth | None:
    return read_results(
        _mail(*(f"Authentication-Results: {value}" for value in values), sender=sender), TRUSTED
    )


@pytest.mark.parametrize(
    ("value", "method", "result", "authenticated"),
    [
        ("mx.desk.example; dmarc=pass header.from=acme.example", "dmarc", "pass", True),
        ("mx.desk.example; dmarc=pass", "dmarc", "pass", True),
        ("mx.desk.example; dmarc=pass header.from=other.example", "dmarc", "pass", False),
        (
            "mx.desk.example; dmarc=fail header.from=acme.example; dkim=pass header.d=acme.example",
            "dmarc",
            "fail",
            False,
        ),
        ("mx.desk.example; dmarc=fail header.from=acme.example; arc=pass", "arc", "pass", False),
        ("mx.desk.example; arc=pass", "dkim", "none", False),
        ("mx.desk.example; dmarc=none; dkim=pass header.d=acme.example", "dkim", "pass", True),
        (
            "mx.desk.example; dkim=fail header.d=acme.example; dkim=pass header.i=@acme.example",
            "dkim",
            "pass",
            True,
        ),
        ("mx.desk.example; dkim=pass header.d=mail.acme.example", "dkim", "pass", False),
        ("mx.desk.example; dkim=pass header.d=example", "dkim", "pass", False),
        ("mx.desk.example; spf=pass smtp.mailfrom=x@acme.example", "spf", "pass", True),
        ("mx.desk.example; none", "dkim", "none", False),
    ],
)
def test_trusted_results(value: str, method: str, result: str, *, authenticated: bool) -> None:
    """DMARC decides; without it an aligned DKIM or SPF pass does; ARC never authenticates."""
    found = _results(value)

    assert (found.method, found.result, found.authenticated) == (method, result, authenticated)
    assert found.authserv_id == "mx.desk.example"


@pytest.mark.parametrize(
    ("said", "arc"), [("arc=pass", "pass"), ("arc=fail (i=2)", "fail"), ("dkim=none", "")]
)
def test_arc_is_passed_on(said: str, arc: str) -> None:
    """What a trusted server found out about the chain of forwarders is kept as it said it."""
    assert _results(f"mx.desk.example; dmarc=none; {said}").arc == arc
    assert _results(f"mx.desk.example; dmarc=pass; {said}").arc == arc


def test_only_the_topmost_trusted_field_counts() -> None:
    """Other servers are ignored, and so is everything below the field our own server put on top."""
    good, bad = (f"mx.desk.example; dmarc={word} header.from=acme.example" for word in ("pass", "fail"))
    foreign = "mx.evil.example; dmarc=pass header.from=acme.example"

    assert _results(foreign) is None
    assert _results() is None
    assert not _results(foreign, bad, good).authenticated
    assert not _results("mx.desk.example; spf=none", good).authenticated
    assert _results(foreign, good, bad).authenticated
    assert read_results(_mail(f"Authentication-Results: {good}"), ()) is None
    assert read_results(_mail("Authentication-Results: spf=pass smtp.mailfrom=acme.example"), ("",)) is None


def test_a_provider_with_many_servers_is_trusted_as_one() -> None:
    """``*.mx.test`` trusts every server below mx.test, and none that only ends alike or is nobody."""
    trusted = (" *.MX.test ", "")

    assert all(is_trusted(one, trusted) for one in ("mx4.mx.test", "a.b.mx.test"))
    assert not any(
        is_trusted(one, trusted) for one in ("mx.test", "evilmx.test", "a.test", "*.mx.test.evil", "")
    )
    assert not is_trusted("mx.test", ("*.test", "*"))


def test_two_authors_are_not_one() -> None:
    """With two From fields, or two addresses in one, nobody is proven."""
    two = parse(b"From: ada@acme.example\nFrom: m@evil.example\n\nText")

    assert from_domain(two) == ""
    assert from_domain(_mail(sender="ada@acme.example, m@evil.example")) == ""
    assert from_domain(_mail(sender='"boss@corp.example" <m@evil.example>')) == "evil.example"
    assert (
        from_domain(_mail(sender="=?utf-8?q?Doe=2C_a=40b=2Eexample=2C?= <m@evil.example>")) == "evil.example"
    )
    assert not _results(
        "mx.desk.example; dmarc=pass", sender="ada@acme.example, m@evil.example"
    ).authenticated


def test_reported_results_are_the_topmost_of_anybody() -> None:
    """What ``inspect`` shows needs no configuration."""
    mail = _mail(
        "Authentication-Results: a.example; spf=softfail smtp.mailfrom=x@y.example; dkim=fail; dkim=pass",
        "Authentication-Results: b.example; dmarc=pass",
    )

    assert reported_results(mail) == ("softfail", "pass", "")
    assert reported_results(_mail()) == ("", "", "")


def _verify(
    mail: Mail,
    zone: dict[tuple[str, str], tuple[str, ...] | str],
    client_ip: str = "198.51.100.7",
    reverse_path: str = "ada@acme.example",
) -> SenderAuth:
    def resolve(name: str, rdtype: str) -> tuple[str, ...]:
        answer = zone.get((name, rdtype), ())
        if answer == "silent":
            raise TransientError(name)
        assert isinstance(answer, tuple)
        return answer

    envelope = Envelope(reverse_path, ("support@acme.example",))
    return verify(
        b"From: x\r\n\r\n", mail, envelope, client_ip=client_ip, helo="h.example", resolve=resolve, now=NOW
    )


SPF = {("acme.example", "TXT"): ("v=spf1 ip4:198.51.100.7 -all",)}
DMARC = {("_dmarc.acme.example", "TXT"): ("v=DMARC1; p=none",)}


def test_own_checks() -> None:
    """Mail that comes by SMTP is judged by SPF, DKIM, DMARC and ARC of its domain."""
    both, spf = ("pass", "none", "pass", "none"), ("pass", "none", "none", "none")
    assert _verify(_mail(), SPF | DMARC) == SenderAuth("dmarc", "pass", True, "", *both)
    assert _verify(_mail(), SPF) == SenderAuth("spf", "pass", True, "", *spf)
    assert _verify(_mail(), DMARC) == SenderAuth("dmarc", "fail", False, "", "none", "none", "fail", "none")
    assert _verify(_mail(), {}) == SenderAuth("dkim", "none", False, "", "none", "none", "none", "none")
    assert not _verify(_mail(), SPF | DMARC, reverse_path="m@evil.example").authenticated
    assert not _verify(_mail(), SPF | DMARC, client_ip="203.0.113.9").authenticated


def test_a_silent_dns_proves_nothing() -> None:
    """Without an answer there is neither pass nor fail."""
    found = _verify(_mail(), dict.fromkeys(SPF | DMARC, "silent"))

    assert (found.spf, found.dmarc, found.authenticated) == ("temperror", "temperror", False)


PASS = SenderAuth("dmarc", "pass", True, "mx.desk.example")
FAIL = SenderAuth("dmarc", "fail", False, "mx.desk.example")
DKIM = SenderAuth("dkim", "pass", True, "")
SPF_ONLY = SenderAuth("spf", "pass", True, "mx.desk.example")
TOKEN = (Evidence(By.REPLY_ADDRESS, 12, ADA),)


@pytest.mark.parametrize(
    ("sender", "auth", "signed", "submitter", "by"),
    [
        (ADA, PASS, (), "", "dmarc"),
        ("ADA@acme.example", PASS, (), "", "dmarc"),
        (ADA, DKIM, (), "", "dkim"),
        (ADA, None, TOKEN, "", "token"),
        (ADA, SPF_ONLY, TOKEN, "", "token"),
        (ADA, None, (), ADA, "submission"),
        (ADA, FAIL, (), ADA, "submission"),
        (ADA, None, (), "", None),
        (ADA, SPF_ONLY, (), "", None),
        (ADA, FAIL, TOKEN, "", None),
        (ADA, None, (Evidence(By.REPLY_ADDRESS, 12),), "", None),
        (ADA, None, (Evidence(By.SIGNED_ID, 12, BOB),), "", None),
        (BOB, None, TOKEN, "", None),
        (BOB, None, (), ADA, None),
        ("m@evil.example", PASS, TOKEN, ADA, None),
        (f"{ADA}, m@evil.example", None, TOKEN, ADA, None),
    ],
)
def test_operator_proof(
    sender: str, auth: SenderAuth | None, signed: tuple[Evidence, ...], submitter: str, by: str | None
) -> None:
    """An operator is proven by address and proof together (DESIGN 2.6), and by nothing less."""
    proof = prove_operator(_mail(sender=sender), auth, OPERATORS, signed, submitter)

    assert (proof.by if proof else None) == by


def test_a_token_speaks_for_its_own_ticket() -> None:
    """A token proves its operator for one ticket; the digest's and DMARC prove him for all."""
    digest = (*TOKEN, Evidence(By.SIGNED_ID, 0, ADA))

    assert prove_operator(_mail(), None, OPERATORS, TOKEN) == OperatorProof(ADA, "token", frozenset({12}))
    assert prove_operator(_mail(), None, OPERATORS, digest).covers(13)
    assert not prove_operator(_mail(), None, OPERATORS, TOKEN).covers(13)
    assert prove_operator(_mail(), PASS, OPERATORS, ()).covers(13)
