import base64
import datetime as dt
import time
from typing import Any, Never

import dkim
import nacl.signing
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.dkim_signatures import DkimResult, _objection, check_signatures, summary
from inboxd.errors import TransientError

NOW = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
KEY = nacl.signing.SigningKey(b"k" * 32)
PUBLIC = base64.b64encode(bytes(KEY.verify_key)).decode()
RECORD = f"v=DKIM1; k=ed25519; p={PUBLIC}"
MAIL = b"From: Casey <casey@acme.example>\r\nTo: x@y.example\r\nSubject: Hi\r\n\r\nSome  words.\r\n"


def _sign(mail: bytes = MAIL, **options: Any) -> bytes:
    signature = dkim.sign(
        mail,
        b"sel",
        b"acme.example",
        base64.b64encode(bytes(KEY)),
        signature_algorithm=b"ed25519-sha256",
        include_headers=[b"from", b"subject"],
        **options,
    )
    return signature + mail


def _check(raw: bytes, *records: str, now: dt.datetime = NOW) -> tuple[DkimResult, ...]:
    def resolve(name: str, rdtype: str) -> tuple[str, ...]:
        assert rdtype == "TXT"
        return records if name == "sel._domainkey.acme.example" else ()

    return check_signatures(raw, resolve, now)


RELAXED = _sign(canonicalize=(b"relaxed", b"relaxed"))


@pytest.mark.parametrize(
    "canonicalize", [(b"relaxed", b"relaxed"), (b"simple", b"simple"), (b"relaxed", b"simple")]
)
def test_a_good_signature_passes(canonicalize: tuple[bytes, bytes]) -> None:
    """What the domain signed passes, whatever the canonicalization, and with LF line ends too."""
    raw = _sign(canonicalize=canonicalize)

    assert _check(raw, RECORD) == (DkimResult("pass", "acme.example"),)
    assert _check(raw.replace(b"\r\n", b"\n"), RECORD) == (DkimResult("pass", "acme.example"),)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Some  words", b"Other words"),
        (b"casey@", b"mallory@"),
        (b"Subject: Hi", b"Subject: Ho"),
        (b"To: x@y", b"From: m@evil.example\r\nTo: x@y"),
        (b"v=1;", b"v=8;"),
        (b"d=acme.example", b"d=evil.example"),
        (b"a=ed25519-sha256", b"a=rsa-sha1"),
        (b"h=from : subject", b"h=subject"),
    ],
)
def test_whatever_is_changed_does_not_pass(old: bytes, new: bytes) -> None:
    """A change of body, signed field or signature, or a second From, breaks it."""
    assert old in RELAXED

    assert summary(_check(RELAXED.replace(old, new, 1), RECORD)) != "pass"


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (RECORD.replace("k=", "t=s; k="), "pass"),
        (RECORD.replace("k=", "h=sha1:sha256; s=email; k="), "pass"),
        (RECORD.replace("v=DKIM1; ", ""), "pass"),
        (RECORD.replace("k=", "t=y; k="), "neutral"),
        (RECORD.replace("k=", "h=sha1; k="), "permerror"),
        (RECORD.replace("k=", "s=tlsrpt; k="), "permerror"),
        (RECORD.replace("DKIM1", "DKIM2"), "permerror"),
        (RECORD.replace("k=ed25519", "k=rsa"), "permerror"),
        ("v=DKIM1; k=ed25519; p=", "permerror"),
        ("v=DKIM1; k=ed25519; p=" + "A" * 5000, "permerror"),
        ("v=DKIM1; k=ed25519; p=nonsense", "fail"),
        ("nonsense", "permerror"),
    ],
)
def test_what_the_key_record_restricts(record: str, expected: str) -> None:
    """Test keys, revoked keys and keys for something else are no pass (RFC 6376 3.6.1)."""
    assert summary(_check(RELAXED, record)) == expected


def test_a_strict_key_signs_for_its_own_domain_only() -> None:
    """With ``t=s`` an identity in a subdomain does not pass, which dkimpy alone would let through."""
    raw = _sign(identity=b"casey@sub.acme.example")

    assert summary(_check(raw, RECORD)) == "pass"
    assert summary(_check(raw, RECORD.replace("k=", "t=s; k="))) == "permerror"


def test_a_length_that_leaves_text_unsigned_does_not_pass() -> None:
    """With ``l=`` anybody could add a body of his own (RFC 6376 8.2)."""
    raw = _sign(length=True)

    assert summary(_check(raw, RECORD)) == "pass"
    assert summary(_check(raw + b"Send me money.\r\n", RECORD)) == "policy"


def test_an_expired_signature_does_not_pass() -> None:
    """``x=`` is measured at the time the mail came, without grace."""
    tags = {"v": "1", "d": "acme.example", "s": "sel", "a": "rsa-sha256", "h": "from"}
    now = round(NOW.timestamp())

    assert _objection({**tags, "x": str(now)}, NOW) == ""
    assert _objection({**tags, "x": str(now - 1)}, NOW) == "fail"
    assert _objection({**tags, "x": "soon"}, NOW) == "fail"


def test_one_selector_may_have_keys_of_both_kinds() -> None:
    """The record of the signature's own kind is taken, wherever it stands."""
    assert summary(_check(RELAXED, "v=DKIM1; k=rsa; p=AAAA", "text", RECORD)) == "pass"


def test_only_the_first_five_are_checked() -> None:
    """More signatures cost nothing; the sixth does not count."""
    junk = b"DKIM-Signature: v=1; a=ed25519-sha256; d=x.example; s=s; h=from; bh=AA==; b=AA==\r\n"

    assert summary(_check(junk * 4 + RELAXED, RECORD)) == "pass"
    assert summary(_check(junk * 5 + RELAXED, RECORD)) == "permerror"
    assert len(_check(junk * 900 + RELAXED, RECORD)) == 5


def test_a_silent_dns_is_a_temporary_error() -> None:
    """Without an answer the signature is neither good nor bad."""

    def silent(_name: str, _rdtype: str) -> Never:
        raise TransientError("time-out")

    assert check_signatures(RELAXED, silent, NOW) == (DkimResult("temperror", "acme.example"),)


def test_unsigned_mail_has_no_result() -> None:
    """No signature, or nothing like a header section, is ``none``."""
    assert summary(_check(MAIL)) == summary(_check(b" not a mail")) == summary(_check(b"")) == "none"


@settings(max_examples=60)
@given(st.binary(max_size=200), st.integers(0, 400))
def test_damaged_mail_never_raises_and_never_passes(junk: bytes, at: int) -> None:
    """Bytes pushed into header or signature give some result other than an exception."""
    raw = RELAXED[:at] + junk + RELAXED[at:]

    assert {result.result for result in _check(raw, RECORD)} <= {
        "pass",
        "fail",
        "permerror",
        "policy",
        "temperror",
    }
    assert {result.result for result in _check(junk + MAIL, RECORD)} <= {"fail", "permerror", "policy"}


def test_hostile_mail_takes_no_longer() -> None:
    """Runs of blanks, thousands of fields and endless tags cost time in proportion to their size."""
    blanks = RELAXED + b" " * 300_000 + b"x" + b" \t" * 100_000 + b"\r\n"
    crowd = RELAXED.replace(b"Subject:", b"x:\r\n" * 100_000 + b"Subject:")
    names = RELAXED.replace(b"h=from", b"h=" + b":".join(b"a%d" % n for n in range(600)) + b":from")
    folded = RELAXED.replace(b"b=", b"b=" + b"\r\n " * 1000)
    start = time.process_time()
    for raw in (blanks, crowd, names, folded):
        assert summary(_check(raw, RECORD)) != "pass" or raw is folded
    assert time.process_time() - start < 3
