"""Taking words out of a mail wherever they stand."""

import base64
from email.header import Header
from email.message import EmailMessage

from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.mail_rewriting import rewrite_mail
from inboxd.core.parse import parse


def hide(text: str) -> str:
    return text.replace("Carla Müller", "…").replace("carla@customer.test", "…")


def test_unchanged_bytes_stay() -> None:
    """A mail without the words is the same, byte for byte, broken lines and 8-bit octets included."""
    raw = b"From: a@b.test\nSubject: caf\xe9\r\n\r\n\xff\xfe text\n"
    assert rewrite_mail(raw, hide) == raw


def test_words_are_found_in_every_encoding() -> None:
    """Plain, base64, quoted-printable with soft line breaks and encoded header fields are all read."""
    long = "x" * 60 + " carla@customer.test and Carla Müller " + "y" * 60
    for encoding in ("base64", "quoted-printable", "8bit"):
        mail = EmailMessage()
        mail["From"] = "Carla Müller <carla@customer.test>"
        mail["Subject"] = Header("Von Carla Müller", "utf-8").encode()
        mail.set_content(long, cte=encoding)
        mail.add_attachment("by carla@customer.test", filename="note.txt", cte="base64")
        new = rewrite_mail(mail.as_bytes(), hide)
        seen = parse(new)
        everything = " ".join(
            (str(seen), new.decode("utf-8", "replace"), *(str(one.content) for one in seen.attachments))
        )
        assert "carla@customer.test" not in everything
        assert "Müller" not in everything
        assert "x" * 60 in seen.text
        assert base64.b64encode(b"carla@customer") not in new


@given(st.binary(max_size=2000))
def test_rewriting_never_raises(raw: bytes) -> None:
    """Whatever the octets are, a mail comes back, and a second time changes nothing more."""
    once = rewrite_mail(raw, hide)
    assert rewrite_mail(once, hide) == once


@given(st.text(alphabet='=?utf-8bqQ_ \r\n:;/"', max_size=300))
def test_hostile_fields_never_raise(value: str) -> None:
    """Broken encoded words and parameters are no reason to fail."""
    raw = f"Subject: {value}\r\nContent-Type: text/plain; {value}\r\n\r\n{value}".encode()
    assert isinstance(rewrite_mail(raw, hide), bytes)
