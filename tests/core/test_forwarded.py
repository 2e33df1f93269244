import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.forwarded import ForwardedMail, forwards_own, read_forwarded
from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.parse import parse

OWN = OwnAddresses(frozenset({"support@acme.test"}))
OPERATORS = ("ada@acme.test",)

GMAIL = """---------- Forwarded message ---------
From: Eve Sand <eve@sand.test>
Date: Mon, Nov 16, 2026 at 9:00 AM
Subject: Discount
To: Ada <ada@acme.test>


Hello, is there a discount?
"""
THUNDERBIRD = """-------- Forwarded Message --------
Subject: \tDiscount
Date: \tMon, 16 Nov 2026 09:00:00 +0100
From: \tEve Sand <eve@sand.test>
To: \tada@acme.test

Hello, is there a discount?
"""
APPLE = """Begin forwarded message:

> From: Eve Sand <eve@sand.test>
> Subject: Discount
> Date: 16. November 2026 at 09:00:00 CET
> To: Ada <ada@acme.test>
>
> Hello, is there a discount?
"""
OUTLOOK_GERMAN = """________________________________
Von: Eve Sand [mailto:eve@sand.test]
Gesendet: Montag, 16. November 2026 09:00
An: Ada
Betreff: Discount

Hello, is there a discount?
"""
CHINESE = """-----原始邮件-----
发件人： Eve Sand <eve@sand.test>
发送时间： 2026年11月16日 09:00
收件人： ada@acme.test
主题： Discount

Hello, is there a discount?
"""


def _read(text: str, subject: str = "Fwd: Discount", more: str = "") -> ForwardedMail | None:
    raw = (
        f"From: Ada <ada@acme.test>\nTo: support@acme.test\nSubject: {subject}\nMessage-ID: <carrier@acme.test>\n"
        f"Content-Type: text/plain; charset=utf-8\n{more}\n{text}"
    )
    return read_forwarded(parse(raw.encode()), OWN, OPERATORS)


@pytest.mark.parametrize("text", [GMAIL, THUNDERBIRD, APPLE, OUTLOOK_GERMAN, CHINESE])
@pytest.mark.parametrize("above", ["", "#tag sales\nA friend of mine.\n\n"])
def test_each_client_is_read(text: str, above: str) -> None:
    """Whose mail it is, what it says and what stands above it is told for the forwards of every client."""
    found = _read(above + text)
    assert found is not None
    assert (found.mail.from_.display_name, found.mail.from_.key) == ("Eve Sand", "eve@sand.test")
    assert found.mail.subject == "Discount"
    assert found.written.new_text == "Hello, is there a discount?"
    assert found.forwarded.own_text == above.strip()
    assert (found.forwarded.by, found.forwarded.carrier_id) == ("ada@acme.test", "<carrier@acme.test>")


def test_the_date_is_the_mails_own() -> None:
    """Where the date can be read it is that of the forwarded mail; else there is none."""
    found, other = _read(THUNDERBIRD), _read(APPLE)
    assert found is not None
    assert other is not None
    assert found.mail.date == dt.datetime(2026, 11, 16, 8, 0, tzinfo=dt.UTC)
    assert other.mail.date is None


def test_the_id_forwarded_is_kept() -> None:
    """Clients name the mail they forward in References: our answer refers to it. Recipients join nothing."""
    found = _read(GMAIL, more="References: <root@sand.test> <last@sand.test>\n")
    assert found is not None
    assert (found.mail.message_id, found.mail.references, found.mail.to) == ("<last@sand.test>", (), ())


def test_an_id_of_ours_is_not_the_customers() -> None:
    """Forwarded out of a thread of ours the mail refers to our ids: it must not look like our own mail coming back."""
    found = _read(GMAIL, more="References: <t1.m2.abcdefghijklmnop@acme.test>\n")
    assert found is not None
    assert found.mail.message_id == ""


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        (GMAIL, "Re: Fwd: Discount"),
        (GMAIL, "Discount"),
        ("Just words.", "Fwd: Discount"),
        (GMAIL.replace("<eve@sand.test>", ""), "Fwd: Discount"),
        (GMAIL.replace("eve@sand.test", "support+t1.abc@acme.test"), "Fwd: Discount"),
        (GMAIL.replace("eve@sand.test", "ADA@acme.test"), "Fwd: Discount"),
    ],
)
def test_what_is_no_customers_mail_is_none(text: str, subject: str) -> None:
    """An answer, a mail without header block or sender, our own mail and an operator's are not forwarded customers."""
    assert _read(text, subject) is None


def test_the_first_of_nested_forwards_counts() -> None:
    """The mail forwarded to the operator is its writer's, whatever that one forwards in turn."""
    found = _read(GMAIL + "\n" + THUNDERBIRD.replace("eve@", "zoe@"))
    assert found is not None
    assert found.mail.from_.key == "eve@sand.test"


INNER = b"From: Eve <eve@sand.test>\r\nTo: ada@acme.test, bob@sand.test\r\nSubject: Discount\r\nMessage-ID: <x@sand.test>\r\n\r\nHello.\r\n"
ATTACHED = (
    b"From: ada@acme.test\r\nTo: support@acme.test\r\nSubject: Fwd: Discount\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n#tag x\r\n--b\r\n"
    b"Content-Type: message/rfc822\r\n\r\n" + INNER + b"\r\n--b--\r\n"
)


def test_an_attached_mail_is_itself() -> None:
    """Forwarded as an attachment it keeps its own id, and who else got it is no participant."""
    found = read_forwarded(parse(ATTACHED), OWN, OPERATORS)
    assert found is not None
    assert (found.mail.from_.key, found.mail.message_id, found.mail.to) == (
        "eve@sand.test",
        "<x@sand.test>",
        (),
    )
    assert (found.written.new_text, found.forwarded.own_text) == ("Hello.", "#tag x")


def test_an_answer_with_a_mail_attached_is_an_answer() -> None:
    """A reply that carries another mail along forwards nothing; two mails attached are a collection."""
    reply = ATTACHED.replace(b"Subject: Fwd:", b"In-Reply-To: <n@acme.test>\r\nSubject: Re:")
    assert read_forwarded(parse(reply), OWN, OPERATORS) is None
    part = b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + INNER
    assert read_forwarded(parse(ATTACHED.replace(part, part + b"\r\n" + part)), OWN, OPERATORS) is None


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from([*GMAIL.splitlines(), *APPLE.splitlines(), "x:" * 40, ">" * 50, ""]), max_size=30
    )
)
def test_it_never_raises(lines: list[str]) -> None:
    """Torn and shuffled header blocks are read or not, and a sender it names is an address."""
    found = _read("\n".join(lines))
    assert found is None or "@" in found.mail.from_.key


@pytest.mark.parametrize(
    ("text", "subject", "ours"),
    [
        (GMAIL.replace("eve@sand.test", "support@acme.test"), "Fwd: [#1] Discount", True),
        (APPLE.replace("eve@sand.test", "support+t1.abc@acme.test"), "WG: [#1] Discount", True),
        (GMAIL, "Fwd: Discount", False),
        (GMAIL.replace("eve@sand.test", "support@acme.test"), "Re: Fwd: [#1] Discount", False),
        (GMAIL.replace("eve@sand.test", "support@acme.test"), "[#1] Discount", False),
        ("Just words.", "Fwd: Discount", False),
    ],
)
def test_a_forward_of_our_own_mail(text: str, subject: str, *, ours: bool) -> None:
    """The forward of a mail of the desk is told from the forward of a customer's, from an answer, from mere words."""
    raw = f"From: ada@acme.test\nTo: support@acme.test\nSubject: {subject}\n\nGrace, look.\n\n{text}"
    assert forwards_own(parse(raw.encode()), OWN) is ours
