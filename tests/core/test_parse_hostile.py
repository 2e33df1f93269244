"""Mails that were written to do harm, or that nobody wrote: parsing ends soon and always with a mail."""

import datetime as dt
import time

from hypothesis import given, settings
from hypothesis import strategies as st
from written_parts import HEADER, as_json, multipart, part

from inboxd.core.mime_tree import MAX_DEPTH, MAX_PARTS
from inboxd.core.parse import MAX_FIELDS, parse


def test_depth_is_limited() -> None:
    """Nesting beyond the limit is cut, noted, and costs no stack."""
    raw = HEADER
    for level in range(2_000):
        raw += f'Content-Type: multipart/mixed; boundary="n{level}"\r\n\r\n--n{level}\r\n'.encode()
    mail = parse(raw)
    assert f"nested deeper than {MAX_DEPTH}: read no further down" in mail.defects


def test_parts_are_limited() -> None:
    """Parts beyond the limit are not read, and that is noted."""
    mail = parse(HEADER + multipart("mixed", *[part("image/png", b"x")] * (MAX_PARTS + 50)))
    assert len(mail.attachments) == MAX_PARTS
    assert f"more than {MAX_PARTS} parts: the rest was not read" in mail.defects


def test_fields_are_limited() -> None:
    """A section of very many fields is read up to the limit."""
    mail = parse(b"X-A: b\r\n" * (MAX_FIELDS + 10) + b"\r\nx")
    assert len(mail.header_fields) == MAX_FIELDS
    assert mail.text == "x"


def test_hostile_header_values_take_no_time() -> None:
    """Long runs of any special character in address and text fields are read in linear time."""
    pieces = (
        b"<",
        b"(",
        b'"',
        b"\\",
        b"=?utf-8?q?a?= ",
        b"=?utf-8?q?",
        b"@",
        b",",
        b";",
        b":",
        b"a@b.c, ",
        b"\xff<",
    )
    raw = b"".join(
        name + b": " + piece * (20_000 // len(piece)) + b"\r\n"
        for piece in pieces
        for name in (b"To", b"Subject", b"References", b"Content-Type", b"Content-Disposition", b"Date")
    )
    started = time.process_time()
    as_json(parse(raw + b"\r\nx")).encode()
    assert time.process_time() - started < 5


def test_long_line() -> None:
    """A line of a million characters is text like any other."""
    assert len(parse(HEADER + b"\r\n" + b"x" * 1_000_000).text) == 1_000_000


_TOKENS = st.sampled_from(
    [
        *(
            b"From: ",
            b"To: ",
            b"Subject: ",
            b"Content-Type: ",
            b"multipart/mixed; boundary=b\r\n",
            b"--b\r\n",
            b"--b--\r\n",
        ),
        *(
            b"message/rfc822\r\n",
            b"text/html\r\n",
            b"text/plain; charset=",
            b"utf-16",
            b"gb2312",
            b"idna",
            b"undefined",
        ),
        *(
            b"=?utf-8?b?",
            b"=?gb2312?q?=",
            b"?=",
            b"\r\n\r\n",
            b"\r\n",
            b"\r",
            b"\n",
            b" ",
            b'"',
            b"<",
            b">",
            b"@",
            b";",
        ),
        *(
            b"Content-Transfer-Encoding: ",
            b"base64\r\n",
            b"quoted-printable\r\n",
            b"uuencode\r\n",
            b"filename*0*=utf-8''%",
        ),
        *(
            b"Content-Disposition: attachment; ",
            b"message/delivery-status\r\n",
            b"\xff\xfe",
            b"\x1b$B",
            b"\0",
            b"<div>",
        ),
        *(
            b"multipart/alternative\r\n",
            b"name=",
            b"charset*=x''",
            b"Date: ",
            b"Message-ID: ",
            b"References: ",
            b"<a@b>",
        ),
    ]
)


@settings(max_examples=250, deadline=None)
@given(st.lists(_TOKENS | st.binary(max_size=12), max_size=40).map(b"".join))
def test_never_raises_and_is_always_json(raw: bytes) -> None:
    """Whatever the bytes are, there is a mail, and it can be written as UTF-8 JSON."""
    mail = parse(raw)
    as_json(mail).encode()
    assert mail.size == len(raw)
    assert mail.date is None or mail.date.utcoffset() == dt.timedelta(0)


@settings(max_examples=50, deadline=None)
@given(st.lists(_TOKENS | st.binary(max_size=12), max_size=40).map(b"".join))
def test_same_bytes_same_mail(raw: bytes) -> None:
    """Parsing has no memory."""
    assert parse(raw) == parse(raw)
