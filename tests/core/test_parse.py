"""What parse makes of whole mails, well made and broken; hostile ones stand in test_parse_hostile.py."""

import datetime as dt

from written_parts import HEADER, multipart, part

from inboxd.core.mail import Address
from inboxd.core.parse import parse


def test_plain_mail() -> None:
    """A simple mail is read field by field."""
    mail = parse(
        HEADER + b"Cc: a@x.test, B <b@x.test>\r\nReply-To: other@example.com\r\nSender: bot@example.com\r\n"
        b"Date: Sat, 21 Nov 2026 11:00:00 +0100\r\nMessage-ID: <1@example.com>\r\nIn-Reply-To: <0@acme.test>\r\n"
        b"References: <-1@acme.test>\r\n <0@acme.test>\r\n\r\nHello,\r\nworld\r\n"
    )
    assert mail.subject == "login"
    assert mail.from_ == Address("Jane Doe", "jane@example.com")
    assert mail.sender == Address("", "bot@example.com")
    assert [a.addr_spec for a in mail.cc] == ["a@x.test", "b@x.test"]
    assert [a.addr_spec for a in mail.reply_to] == ["other@example.com"]
    assert mail.date == dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC)
    assert mail.message_id == "<1@example.com>"
    assert mail.in_reply_to == ("<0@acme.test>",)
    assert mail.references == ("<-1@acme.test>", "<0@acme.test>")
    assert mail.text == mail.plain == "Hello,\nworld\n"
    assert (mail.html, mail.attachments, mail.defects) == ("", (), ())


def test_doubled_subject_takes_the_first() -> None:
    """Two Subject fields give the first as text, and both stay among the fields."""
    mail = parse(b"Subject: one\r\nSubject: two\r\n\r\nx")
    assert mail.subject == "one"
    assert mail.headers("subject") == ("one", "two")


def test_raw_8bit_header_uses_the_charset_of_the_body() -> None:
    """Raw bytes in a header field are read in the charset the body declares."""
    head = (
        b"Subject: \xcf\xf0\xe8\xe2\xe5\xf2\r\nContent-Type: text/plain; charset=windows-1251\r\n\r\n\xe4\xe0"
    )
    mail = parse(head)
    assert (mail.subject, mail.text) == ("Привет", "да")


def test_alternative_gives_plain_text_and_keeps_html() -> None:
    """Of an alternative the plain form is the text, and both forms are kept."""
    mail = parse(
        HEADER + multipart("alternative", part("text/plain", b"hi"), part("text/html", b"<p>hi</p>"))
    )
    assert (mail.text, mail.plain, mail.html) == ("hi", "hi", "<p>hi</p>")


def test_empty_plain_alternative_gives_way_to_html() -> None:
    """A blank plain form is not what the person wrote."""
    mail = parse(
        HEADER + multipart("alternative", part("text/plain", b" \r\n"), part("text/html", b"<p>hi</p>"))
    )
    assert mail.text == "hi"


def test_stub_alternative_gives_way_to_html() -> None:
    """A plain form that only says that HTML is needed is not the text."""
    html = b"<p>" + b"My invoice is wrong, please correct it. " * 20 + b"</p>"
    stub = part("text/plain", b"Your program cannot show HTML.")
    assert parse(HEADER + multipart("alternative", stub, part("text/html", html))).text.startswith(
        "My invoice"
    )


def test_all_texts_of_a_mixed_body_in_order() -> None:
    """Several texts in a multipart/mixed are all read, in order, around what is attached."""
    mail = parse(
        HEADER
        + multipart(
            "mixed",
            part("text/plain", b"first"),
            part("image/png", b"x", "Content-Disposition: inline; filename=a.png"),
            part("text/html", b"<p>second</p>"),
            part("text/plain", b"footer"),
        )
    )
    assert mail.text == "first\nsecond\nfooter"
    assert mail.plain == mail.text
    assert mail.html.index("first") < mail.html.index("second") < mail.html.index("footer")
    assert [(a.filename, a.inline) for a in mail.attachments] == [("a.png", True)]


def test_attached_mail_stays_an_attachment() -> None:
    """The text of an attached mail is not the text of this mail; it is named by its subject."""
    inner = b"Subject: Re: lost/found\r\nFrom: x@y.z\r\n\r\nsecret text"
    mail = parse(HEADER + multipart("mixed", part("text/plain", b"see below"), part("message/rfc822", inner)))
    assert mail.text == "see below"
    attached = mail.attachments[0]
    assert (attached.filename, attached.content_type) == ("Re: lost-found.eml", "message/rfc822")
    assert b"secret text" in attached.content
    assert attached.size == len(attached.content)


def test_base64_attached_mail_is_decoded() -> None:
    """An attached mail in base64 (forbidden, seen) is named and held decoded."""
    inner = b"U3ViamVjdDogaW5uZXIKCmJvZHkK"
    field = "Content-Transfer-Encoding: base64"
    mail = parse(HEADER + multipart("mixed", part("text/plain", b"x"), part("message/rfc822", inner, field)))
    assert mail.attachments[0].filename == "inner.eml"
    assert mail.attachments[0].content == b"Subject: inner\n\nbody\n"


def test_parts_without_names_are_named() -> None:
    """Invitations, cards, winmail.dat, signatures and reports without a name get the usual one."""
    kinds = (
        *("text/calendar", "text/vcard", "application/ms-tnef", "application/pkcs7-signature"),
        *("application/pgp-signature", "image/jpeg", "application/x-strange-thing"),
    )
    mail = parse(HEADER + multipart("mixed", part("text/plain", b"x"), *(part(kind, b"y") for kind in kinds)))
    names = [attachment.filename for attachment in mail.attachments]
    assert names == [
        *("invite.ics", "contact.vcf", "winmail.dat", "smime.p7s"),
        *("signature.asc", "image-6.jpg", "part-7.bin"),
    ]


def test_inline_picture_of_html_keeps_its_cid() -> None:
    """A picture of a multipart/related is inline and known by its Content-ID."""
    picture = part("image/png", b"aGk=", "Content-ID: <p1@x>", "Content-Transfer-Encoding: base64")
    mail = parse(HEADER + multipart("related", part("text/html", b"<img src=cid:p1@x>hi"), picture))
    attachment = mail.attachments[0]
    assert (attachment.inline, attachment.content_id, attachment.content) == (True, "p1@x", b"hi")
    assert mail.text == "hi"


def test_root_that_is_no_text_is_an_attachment() -> None:
    """A mail that is one file has no text and one attachment."""
    mail = parse(HEADER + b'Content-Type: application/zip; name="a.zip"\r\n\r\nPK')
    assert (mail.text, mail.attachments[0].filename) == ("", "a.zip")


def test_missing_headers() -> None:
    """Bytes without any header section are all text."""
    mail = parse(b"just words\r\nand more\r\n")
    assert mail.text == "just words\nand more\n"
    assert mail.from_ == Address("", "")


def test_stray_line_in_the_header_section_is_repaired() -> None:
    """A line that is no field does not turn the rest of the section into text."""
    mail = parse(b"Subject: a long\r\nsubject broken badly\r\nFrom: a@b.test\r\nTo: c@d.test\r\n\r\nbody")
    assert mail.subject == "a long subject broken badly"
    assert (mail.from_.addr_spec, mail.text) == ("a@b.test", "body")


def test_wrong_boundary_is_repaired() -> None:
    """A multipart whose parts stand between another boundary is read by that one."""
    body = multipart("mixed", part("text/plain", b"hello"), part("application/pdf; name=a.pdf", b"%PDF"))
    mail = parse(HEADER + body.replace(b'boundary="b1"', b'boundary="other"'))
    assert (mail.text, [a.filename for a in mail.attachments]) == ("hello", ["a.pdf"])
    assert any("boundary" in defect for defect in mail.defects)


def test_bare_cr_nul_and_controls_leave_clean_text() -> None:
    """Text has newlines only, and no NUL (no database takes it)."""
    mail = parse(HEADER + b"\r\none\rtwo\0\x07three\x0cfour")
    assert mail.text == "one\ntwothree\nfour"


def test_html_named_as_plain_text_is_html() -> None:
    """A text/plain that is an HTML document is shown as HTML."""
    assert parse(HEADER + b"\r\n<!DOCTYPE html><html><body><p>hi</p></body></html>").text == "hi"


def test_named_picture_declared_as_text_is_an_attachment() -> None:
    """Bytes that are no text do not become one because the type says so."""
    mail = parse(HEADER + b'Content-Type: text/plain; name="a.gif"\r\n\r\nGIF89a\0\1\2')
    assert (mail.text, [a.filename for a in mail.attachments]) == ("", ["a.gif"])


def test_from_without_address_keeps_its_words() -> None:
    """A From that names nobody reachable is kept as a name."""
    assert parse(b"From: The Moderator\r\n\r\nx").from_ == Address("The Moderator", "")
