import dataclasses
import datetime as dt
import email
import email.policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.compose import OutgoingMail, compose
from inboxd.core.mail import Address, Attachment
from inboxd.core.mail_kind import Kind

DATE = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.UTC)
ANY_TEXT = st.text(alphabet=st.characters(), max_size=400)
PLAIN = OutgoingMail(
    kind=Kind.RELAY,
    from_=Address("Ada, Acme Support", "support@acme.test"),
    to=(Address("Jörg Müller", "joerg@example.test"),),
    subject="Re: [#12] Geld zurück",
    text="Hello Jörg,\n\nit is on its way.\n",
    html="<p>Hello Jörg</p>",
    message_id="<t12.m34.abc@acme.test>",
    date=DATE,
    automatic=False,
    reply_to=Address("", "support+t12.abc@acme.test"),
    in_reply_to="<q@example.test>",
    references=("<p@example.test>", "<q@example.test>"),
    language="de",
)


def parsed(mail: OutgoingMail) -> EmailMessage:
    """Return the composed bytes as another mail program reads them, free of defects."""
    raw = compose(mail)
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not [defect for part in message.walk() for defect in part.defects]
    return message


def content(message: EmailMessage, kind: str) -> str:
    """Return the text of the body part of that kind, with plain line ends."""
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_headers_say_what_the_value_says() -> None:
    """Every identity field reads back as given."""
    message = parsed(PLAIN)
    assert message["From"].addresses[0].display_name == "Ada, Acme Support"
    assert message["To"].addresses[0].display_name == "Jörg Müller"
    assert message["Subject"] == "Re: [#12] Geld zurück"
    assert message["Reply-To"].addresses[0].addr_spec == "support+t12.abc@acme.test"
    assert message["Date"].datetime == DATE
    assert message["Message-ID"] == "<t12.m34.abc@acme.test>"
    assert message["In-Reply-To"] == "<q@example.test>"
    assert message["References"].split() == ["<p@example.test>", "<q@example.test>"]
    assert message["Content-Language"] == "de"
    assert message["X-Inboxd-Kind"] == "relay"


def test_text_and_html_are_alternatives() -> None:
    """The text comes first, the HTML second (RFC 2046 5.1.4), and both read back."""
    message = parsed(PLAIN)
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert content(message, "plain") == PLAIN.text
    assert content(message, "html") == "<p>Hello Jörg</p>\n"


def test_without_html_it_is_a_single_part() -> None:
    """A text-only mail has no MIME structure around it."""
    assert parsed(dataclasses.replace(PLAIN, html="")).get_content_type() == "text/plain"


def test_same_value_same_bytes() -> None:
    """Composing twice gives the same bytes, another Message-ID other boundaries."""
    with_file = dataclasses.replace(
        PLAIN, attachments=(Attachment("a.txt", "text/plain", 1, False, "", b"a"),)
    )
    assert compose(with_file) == compose(with_file)
    other = parsed(dataclasses.replace(with_file, message_id="<other@acme.test>"))
    assert other.get_boundary() != parsed(with_file).get_boundary()


@pytest.mark.parametrize(
    ("kind", "submitted", "precedence"),
    [
        (Kind.ACKNOWLEDGEMENT, "auto-replied", "bulk"),
        (Kind.ANSWER, "auto-replied", "auto_reply"),
        (Kind.RESULT, "auto-replied", None),
        (Kind.NOTIFICATION, "auto-generated", None),
        (Kind.CHASE, "auto-generated", None),
        (Kind.SURVEY, "auto-generated", "bulk"),
        (Kind.DIGEST, "auto-generated", None),
        (Kind.ALARM, "auto-generated", None),
    ],
)
def test_automatic_mail_is_marked(kind: Kind, submitted: str, precedence: str | None) -> None:
    """Every automatic mail carries the marks of RFC 3834; none asks Exchange to swallow the bounce."""
    message = parsed(dataclasses.replace(PLAIN, kind=kind, automatic=True))
    assert message["Auto-Submitted"] == submitted
    assert message["Precedence"] == precedence
    suppressed = message["X-Auto-Response-Suppress"].split(", ")
    assert {"OOF", "AutoReply"} <= set(suppressed)
    assert not {"NDR", "All"} & set(suppressed)
    assert message["X-Inboxd-Kind"] == kind.value


def test_a_persons_words_are_not_marked_automatic() -> None:
    """The relay of what the operator wrote is personal mail."""
    message = parsed(PLAIN)
    assert not [
        name for name in ("Auto-Submitted", "Precedence", "X-Auto-Response-Suppress") if name in message
    ]


def test_injection_is_impossible() -> None:
    """Line ends in names, subjects, ids and file names add no field and no part."""
    evil = "x\r\nBcc: eve@evil.test\r\n\r\n<script>"
    mail = dataclasses.replace(
        PLAIN,
        from_=Address(evil, "support@acme.test"),
        to=(Address(evil, "joerg@example.test"), Address("Eve", "a@b.test\r\nBcc: eve@evil.test")),
        subject=evil,
        in_reply_to=f"<{evil}@x>",
        references=(f"<{evil}>",),
        language="en\r\nBcc: x",
        headers=(
            ("X-Note", evil),
            (evil, "y"),
            ("Bcc", "eve@evil.test"),
            ("Received", "x"),
            ("From", "e@e.test"),
        ),
        attachments=(Attachment(evil, "text/plain\r\nBcc: x", 1, True, f"<{evil}>", b"a"),),
    )
    message = parsed(mail)
    assert "Bcc" not in message
    assert "Received" not in message
    assert len(message.get_all("From", [])) == 1
    assert len(message["To"].addresses) == 1
    assert "In-Reply-To" not in message
    assert "Content-Language" not in message
    assert len(list(message.iter_attachments())) == 1


@given(subject=ANY_TEXT, text=ANY_TEXT, html=ANY_TEXT, name=ANY_TEXT, filename=ANY_TEXT)
@settings(max_examples=100)
def test_any_words_compose(subject: str, text: str, html: str, name: str, filename: str) -> None:
    """No text whatever makes composing fail or the result malformed."""
    mail = dataclasses.replace(
        PLAIN,
        subject=subject,
        text=text,
        html=html,
        to=(Address(name, "a@b.test"),),
        attachments=(Attachment(filename, name, 3, False, "", b"abc"),),
    )
    message = parsed(mail)
    assert message["To"].addresses[0].addr_spec == "a@b.test"
    assert next(message.iter_attachments()).get_filename()


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=300))
@settings(max_examples=100)
def test_printable_text_survives(text: str) -> None:
    """Printable text of any language reads back as written, however it is encoded for the way."""
    assert content(parsed(dataclasses.replace(PLAIN, text=text)), "plain").removesuffix(
        "\n"
    ) == text.removesuffix("\n")


def test_long_lines_are_not_wrapped_but_encoded() -> None:
    """A long line reaches the reader as one line."""
    text = "word " * 500
    assert content(parsed(dataclasses.replace(PLAIN, text=text)), "plain") == text + "\n"


def test_chinese_is_base64_and_german_quoted_printable() -> None:
    """The shorter transfer encoding is taken."""
    chinese = parsed(dataclasses.replace(PLAIN, html="", text="你好世界" * 10))
    german = parsed(dataclasses.replace(PLAIN, html="", text="schöne Grüße aus München, bis bald"))
    assert chinese["Content-Transfer-Encoding"] == "base64"
    assert german["Content-Transfer-Encoding"] == "quoted-printable"


def test_attachments_keep_name_type_and_bytes() -> None:
    """Files follow the text, with non-ASCII names (RFC 2231) and unchanged bytes."""
    files = (
        Attachment("Rechnung März 发票.pdf", "application/pdf", 4, False, "", b"%PDF"),
        Attachment("mail.eml", "message/rfc822", 9, False, "", b"From: a\n\nb\n"),
        Attachment("../../etc/passwd", "nonsense", 1, False, "", b"\x00"),
    )
    message = parsed(dataclasses.replace(PLAIN, attachments=files))
    found = [
        (p.get_filename(), p.get_content_type(), p.get_payload(decode=True))
        for p in message.iter_attachments()
    ]
    assert message.get_content_type() == "multipart/mixed"
    assert found[0] == ("Rechnung März 发票.pdf", "application/pdf", b"%PDF")
    assert found[1] == ("mail.eml", "application/octet-stream", b"From: a\n\nb\n")
    assert "/" not in str(found[2][0])
    assert found[2][1:] == ("application/octet-stream", b"\x00")


def test_images_shown_by_the_html_travel_with_it() -> None:
    """An inline image the HTML names stands in multipart/related; one it does not name is an attachment."""
    image = Attachment("a.png", "image/png", 3, True, "<img1@acme.test>", b"png")
    shown = parsed(dataclasses.replace(PLAIN, html='<img src="cid:img1@acme.test">', attachments=(image,)))
    html = list(shown.iter_parts())[1]
    assert html.get_content_type() == "multipart/related"
    assert html.get_param("type") == "text/html"
    assert [part["Content-ID"] for part in html.iter_parts()] == [None, "<img1@acme.test>"]
    not_shown = parsed(dataclasses.replace(PLAIN, attachments=(image,)))
    assert not_shown.get_content_type() == "multipart/mixed"


@pytest.mark.parametrize(
    "change",
    [
        {"from_": Address("", "nobody")},
        {"to": (Address("Ben", ""),)},
        {"message_id": "<>"},
        {"date": DATE.replace(tzinfo=None)},
    ],
)
def test_unusable_mail_is_refused(change: dict[str, object]) -> None:
    """A mail that could not be delivered or recognised is never composed."""
    with pytest.raises(ValueError):
        compose(dataclasses.replace(PLAIN, **change))  # type: ignore[arg-type]
