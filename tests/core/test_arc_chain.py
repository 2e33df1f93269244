import base64
import time
from typing import Never

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.arc_chain import check_chain
from inboxd.core.parse import parse
from inboxd.errors import TransientError

MAIL = (
    b"Authentication-Results: relay.example; dmarc=pass header.from=acme.example\r\n"
    b"From: Casey <casey@acme.example>\r\nTo: x@y.example\r\nSubject: Hi\r\n\r\nSome  words.\r\n"
)
_KEY = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505  small is quick, and nobody trusts it
PRIVATE = _KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
)
PUBLIC = base64.b64encode(
    _KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
).decode()


def _seal(mail: bytes = MAIL) -> bytes:
    fields = dkim.arc_sign(
        mail, b"sel", b"relay.example", PRIVATE, b"relay.example", include_headers=[b"from", b"subject"]
    )
    return b"".join(fields) + mail


def _check(raw: bytes, record: str = f"v=DKIM1; k=rsa; p={PUBLIC}") -> str:
    def resolve(name: str, rdtype: str) -> tuple[str, ...]:
        assert rdtype == "TXT"
        return ("some other record", record) if name == "sel._domainkey.relay.example" else ()

    return check_chain(raw, parse(raw), resolve)


SEALED = _seal()


def test_an_unbroken_chain_passes() -> None:
    """What one forwarder sealed passes, with LF line ends too; a mail without seals has no chain."""
    assert _check(SEALED) == "pass"
    assert _check(SEALED.replace(b"\r\n", b"\n")) == "pass"
    assert _check(MAIL) == _check(b"") == "none"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Some  words", b"Other words"),
        (b"Subject: Hi", b"Subject: Ho"),
        (b"dmarc=pass header.from", b"dmarc=fail header.from"),
        (b"cv=none", b"cv=pass"),
        (b"ARC-Seal:", b"X-Seal:"),
    ],
)
def test_a_broken_chain_fails(old: bytes, new: bytes) -> None:
    """A changed body, subject, result or status breaks it, and so does a missing field of a set."""
    assert old in SEALED
    assert _check(SEALED.replace(old, new)) == "fail"


def test_a_key_that_is_not_there_is_a_failure() -> None:
    """Without a key nobody vouches."""
    assert _check(SEALED, "v=DKIM1; p=") == "fail"


def test_a_silent_dns_is_a_temporary_error() -> None:
    """Without an answer the chain is neither whole nor broken."""

    def silent(_name: str, _rdtype: str) -> Never:
        raise TransientError("time-out")

    assert check_chain(SEALED, parse(SEALED), silent) == "temperror"


@settings(max_examples=40)
@given(st.binary(max_size=100), st.integers(0, 900))
def test_damage_never_raises(junk: bytes, at: int) -> None:
    """Bytes pushed in anywhere give some status other than an exception."""
    assert _check(SEALED[:at] + junk + SEALED[at:]) in {"none", "pass", "fail", "policy", "temperror"}


def test_hostile_chains_take_no_longer() -> None:
    """Hundreds of sets, long fields and runs of blanks cost time in proportion to their size."""
    many = b"".join(b"ARC-Seal: i=%d; a=rsa-sha256; cv=pass; d=x; s=s; b=AA==\r\n" % n for n in range(1, 500))
    start = time.process_time()
    assert _check(many + MAIL) == "policy"
    assert _check(b"ARC-Seal: " + b"x" * 30_000 + b"\r\n" + MAIL) == "policy"
    assert _check(SEALED + b" " * 300_000 + b"x" + b" \t" * 100_000 + b"\r\n") == "fail"
    mixed = SEALED.replace(
        b"ARC-Message-Signature:", b"ARC-Message-Signature: c=simple/simple;\r\nARC-Message-Signature:"
    )
    assert _check(mixed) == "policy"
    assert time.process_time() - start < 3
