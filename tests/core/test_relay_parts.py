"""Which attachments go to the customer."""

from email.message import EmailMessage

from inboxd.core.mail import Attachment, Mail
from inboxd.core.parse import parse
from inboxd.core.relay_parts import part_digests, relay_parts

PNG = b"\x89PNG\r\n\x1a\n"


def mail_with(*parts: tuple[str, bytes, str, str], html: str = "") -> Mail:
    """Return a mail with attachments: (name, content, type, content id)."""
    mail = EmailMessage()
    mail["From"] = "ada@acme.test"
    mail.set_content(html or "Look", subtype="html" if html else "plain")
    for name, content, kind, content_id in parts:
        maintype, _, subtype = kind.partition("/")
        mail.add_attachment(
            content,
            maintype=maintype,
            subtype=subtype,
            filename=name,
            cid=f"<{content_id}>" if content_id else None,
            disposition="inline" if content_id else "attachment",
        )
    return parse(mail.as_bytes())


def names(parts: tuple[Attachment, ...]) -> list[str]:
    """Return the names of parts."""
    return [part.filename for part in parts]


def test_his_files_travel() -> None:
    """What he attached goes along, byte for byte."""
    mail = mail_with(("price list.pdf", b"%PDF", "application/pdf", ""))

    [part] = relay_parts(mail, "", frozenset())

    assert (part.filename, part.content, part.content_type) == ("price list.pdf", b"%PDF", "application/pdf")


def test_what_we_sent_him_does_not_come_back() -> None:
    """Pictures and files of our notification stay out, under whatever name his client sends them back."""
    ours = mail_with(("logo.png", PNG + b"1", "image/png", "logo@acme.test"))
    mail = mail_with(
        ("image001.png", PNG + b"1", "image/png", "image001@01DB"), ("new.png", PNG + b"2", "image/png", "")
    )

    assert names(relay_parts(mail, "", part_digests([ours]))) == ["new.png"]


def test_pictures_go_with_the_words_they_stand_beside() -> None:
    """A picture the relayed mark-up shows stays inline; one in his signature or in the quotation stays out."""
    html = '<p>Look</p><img src="cid:shot@x"><div id="Signature"><img src="cid:logo@x"></div>'
    parts = (("shot.png", PNG + b"1", "image/png", "shot@x"), ("logo.png", PNG + b"2", "image/png", "logo@x"))
    mail = mail_with(*parts, html=html)

    [shown] = relay_parts(mail, '<p>Look</p><img src="cid:shot@x">', frozenset())
    [as_file] = relay_parts(mail, "", frozenset())

    assert (shown.filename, shown.inline) == ("shot.png", True)
    assert (as_file.filename, as_file.inline) == ("shot.png", False)


def test_our_mails_attached_to_his_stay_inside() -> None:
    """A notification as .eml, even inside another mail, and any file that names an operator's address is left out."""
    token = b"support+o12.abcdefghijklmnop@acme.test"
    notification = b"From: support@acme.test\r\nX-Inboxd-Kind: notification\r\n\r\nHe is difficult.\r\n"
    nested = EmailMessage()
    nested["From"] = "ada@acme.test"
    nested.set_content("see below")
    nested.add_attachment(notification, maintype="application", subtype="octet-stream", filename="n.eml")
    encoded = EmailMessage()
    encoded["From"] = "support@acme.test"
    encoded.set_content(token.decode(), cte="base64")
    mail = mail_with(
        ("a.eml", notification, "application/octet-stream", ""),
        ("b.eml", nested.as_bytes(), "application/octet-stream", ""),
        ("c.eml", encoded.as_bytes(), "application/octet-stream", ""),
        ("d.txt", b"write to " + token, "text/x-log", ""),
        ("e.eml", b"From: eve@sand.example\r\n\r\nHello", "application/octet-stream", ""),
    )

    assert names(relay_parts(mail, "", frozenset())) == ["e.eml"]


def test_the_signature_of_his_mail_stays_out() -> None:
    """Under our mail it would be a broken one."""
    mail = mail_with(
        ("smime.p7s", b"0", "application/pkcs7-signature", ""),
        ("x.asc", b"0", "application/pgp-signature", ""),
    )

    assert relay_parts(mail, "", frozenset()) == ()
