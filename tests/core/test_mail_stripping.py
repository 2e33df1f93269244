"""A mail without its attachments."""

from email.message import EmailMessage

from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.mail_stripping import strip_attachments
from inboxd.core.parse import parse


def test_texts_and_names_stay() -> None:
    """The text, the subject and the name of what was attached stay; its content and pictures in the text go."""
    mail = EmailMessage()
    mail["Subject"] = "With a file"
    mail.set_content("The text")
    mail.add_alternative("<p>The text</p>", subtype="html")
    mail.add_attachment(b"SECRETPDF" * 50, maintype="application", subtype="pdf", filename="bill.pdf")
    mail.add_attachment("SECRETNOTE", filename="note.txt")
    stripped = strip_attachments(mail.as_bytes())
    seen = parse(stripped)
    assert (seen.subject, seen.text.strip()) == ("With a file", "The text")
    assert [one.filename for one in seen.attachments] == ["bill.pdf", "note.txt"]
    assert [one.content for one in seen.attachments] == [b"", b""]
    assert strip_attachments(stripped) == stripped


def test_without_attachments_nothing_changes() -> None:
    """A mail of text alone is the same, byte for byte."""
    raw = b"Subject: x\r\n\r\ncaf\xe9\n"
    assert strip_attachments(raw) == raw


@given(st.binary(max_size=1500))
def test_stripping_never_raises(raw: bytes) -> None:
    """Whatever the octets are, a second time changes nothing more."""
    once = strip_attachments(raw)
    assert strip_attachments(once) == once
