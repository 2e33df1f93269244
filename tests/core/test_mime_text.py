"""The texts of our mails as MIME: what the standard library reads in them is what was written."""

import email
from email import policy
from email.message import MIMEPart

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.mime_text import (
    alternative_entity,
    boundary_of,
    clean_text,
    text_entity,
    transfer_encoding,
)

_TEXTS = st.lists(st.text(st.sampled_from("ab .=\t\näö中\r\x0b")) | st.text(max_size=20), max_size=30).map(
    "".join
)


def read_back(entity: bytes) -> str:
    parsed = email.message_from_bytes(entity, policy=policy.SMTP)
    return str(parsed.get_payload(decode=True), "utf-8").replace("\r\n", "\n")  # type: ignore[arg-type]  # bytes of a text


@settings(max_examples=150)
@given(_TEXTS)
def test_what_was_written_is_what_is_read(text: str) -> None:
    """Every text comes back to the letter, in ASCII lines of at most 78 characters that end in CRLF."""
    entity = text_entity(text, "plain")
    assert read_back(entity) == clean_text(text)
    assert entity.isascii()
    assert b"\n" not in entity.replace(b"\r\n", b"")
    assert b"\r" not in entity.replace(b"\r\n", b"")
    assert all(len(line) <= 78 for line in entity.split(b"\r\n"))


@settings(max_examples=60)
@given(_TEXTS)
def test_the_standard_library_writes_the_same(text: str) -> None:
    """Where a text needs no quoted-printable, the library makes the same bytes of it; there it breaks lines too late."""
    encoding = transfer_encoding(clean_text(text))
    part = MIMEPart(policy=policy.SMTP.clone(cte_type="7bit"))
    part.set_content(clean_text(text), subtype="plain", charset="utf-8", cte=encoding)
    if encoding != "quoted-printable":
        assert text_entity(text, "plain") == part.as_bytes()


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Hello\n", "7bit"),
        ("a" * 79 + "\n", "quoted-printable"),
        ("Grüße aus Köln\n", "quoted-printable"),
        ("你好，谢谢\n", "base64"),
        ("", "7bit"),
    ],
)
def test_the_encoding_follows_the_words(text: str, encoding: str) -> None:
    """Latin script stays readable for filters, Chinese is base64, plain lines are not encoded at all."""
    assert transfer_encoding(text) == encoding


def test_quoted_printable_keeps_to_76_characters() -> None:
    """RFC 2045 6.7 (5): no encoded line is longer than 76 characters, and no line ends in a blank or is a dot."""
    entity = text_entity("ü" + "a" * 200 + " \n.\n", "plain")
    body = entity.partition(b"\r\n\r\n")[2].split(b"\r\n")
    assert all(len(line) <= 76 and not line.endswith(b" ") and line != b"." for line in body)


def test_two_forms_of_one_text() -> None:
    """Both forms stand in one multipart, the plain one first, whose boundary depends on the Message-ID alone."""
    forms = (text_entity("Hi\n", "plain"), text_entity("<p>Hi</p>", "html"))
    entity = alternative_entity(forms, boundary_of("<1@a.test>", 0))
    assert entity == alternative_entity(forms, boundary_of("<1@a.test>", 0))
    assert boundary_of("<1@a.test>", 0) != boundary_of("<2@a.test>", 0)
    parsed = email.message_from_bytes(entity, policy=policy.SMTP)
    assert [part.get_content_type() for part in parsed.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert not [part.defects for part in parsed.walk() if part.defects]
