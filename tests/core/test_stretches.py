"""A long mail read piece by piece says what it would say read whole."""

import base64
import random
import time
from email.message import Message

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core import stretches
from inboxd.core.mime_tree import read_tree
from inboxd.core.parse import parse
from inboxd.core.part_content import part_bytes
from inboxd.core.stretches import LEAST, Stretches

HEAD = b"From: Ann <ann@customer.example>\r\nSubject: Big\r\nMIME-Version: 1.0\r\n"
MIXED = HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nHello.\r\n'
FILE = b'--b\r\nContent-Type: x/y; name="a.bin"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
CONTENT = random.Random(1).randbytes(600_000)
LINES = [
    b"a",
    b"--",
    b"--b",
    b"--b--",
    b"",
    b" x",
    b"A: b",
    b"From me",
    b"Content-Type: message/rfc822",
    b"\xe4",
    b"x" * 9,
]
ENDS = [b"\r\n", b"\n", b"\r"]


def encoded(content: bytes) -> bytes:
    """Return content in base64 with CRLF line ends."""
    return base64.encodebytes(content).replace(b"\n", b"\r\n")


def tree(raw: bytes) -> object:
    """Return fields, defects and bodies of the tree of a mail."""
    root = read_tree(raw)[0]
    root.unfold()
    return shape(root)


def shape(part: Message) -> object:
    """Return fields, defects and bodies of a part."""
    payload = part.get_payload()
    below = (
        [shape(one) for one in payload if isinstance(one, Message)] if isinstance(payload, list) else payload
    )
    return list(part.raw_items()), [type(one) for one in part.defects], part.preamble, part.epilogue, below


def test_a_long_attachment_is_what_was_sent() -> None:
    """Base64 is undone octet by octet without the library's text of it."""
    mail = parse(MIXED + FILE + encoded(CONTENT) + b"--b--\r\n")
    (attachment,) = mail.attachments
    assert attachment.content == CONTENT
    assert (mail.text.strip(), mail.defects) == ("Hello.", ())
    assert Stretches(MIXED + FILE + encoded(CONTENT))


@pytest.mark.parametrize(
    "broken",
    [
        encoded(CONTENT)[:-10],
        encoded(CONTENT).replace(b"A", b"!", 3),
        b"====" + encoded(CONTENT),
        encoded(CONTENT) + b"AAA",
        encoded(CONTENT[:1]) * 90_000,
    ],
)
def test_broken_base64_is_read_as_a_short_one_would_be(
    broken: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is no base64 any more comes out as the library reads it, with the same defects."""
    raw = MIXED + FILE + broken + b"\r\n--b--\r\n"
    long = parse(raw)
    monkeypatch.setattr(stretches, "LEAST", len(raw) + 1)
    whole = parse(raw)
    assert [one.content for one in long.attachments] == [one.content for one in whole.attachments]
    assert long.defects == whole.defects


def test_a_long_text_is_read_and_cut() -> None:
    """Of four million characters the first are read, in any charset, and the mail says that the rest was not."""
    for octets, charset in (
        (b"line of text\r\n", "us-ascii"),
        ("Grüße\r\n".encode("cp1252"), "windows-1252"),
    ):
        kind = f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode()
        mail = parse(HEAD + kind + b"Hello:\r\n\r\n" + octets * (9_000_000 // len(octets)))
        assert len(mail.text) == 4_000_000
        assert mail.text.startswith("Hello:\n\n" + octets.decode(charset).replace("\r\n", "\n"))
        assert "text of more than 4000000 characters: the rest was not read" in mail.defects


def test_an_attached_mail_with_a_long_body_comes_out_whole() -> None:
    """What is written out again by the library holds no placeholder."""
    inner = (
        HEAD + b"Content-Type: text/plain; charset=windows-1252\r\n\r\n" + b"Gr\xfc\xdfe\r\n" * (LEAST // 4)
    )
    mail = parse(MIXED + b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--b--\r\n")
    (attached,) = mail.attachments
    assert attached.content.replace(b"\r\n", b"\n").rstrip() == inner.replace(b"\r\n", b"\n").rstrip()


@given(st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(ENDS)), max_size=40), st.integers(1, 30))
@settings(max_examples=100, deadline=None)
def test_the_tree_is_the_same_with_stretches_of_any_length(
    lines: list[tuple[bytes, bytes]], least: int
) -> None:
    """Fields, parts, bodies and defects do not depend on what the parser was shown of a body."""
    raw = MIXED + b"".join(line + end for line, end in lines)
    whole = tree(raw)
    before = stretches.LEAST
    stretches.LEAST = least
    try:
        assert tree(raw) == whole
    finally:
        stretches.LEAST = before


def test_millions_of_lines_that_may_be_boundaries_cost_little() -> None:
    """Looking for stretches reads each octet a constant number of times."""
    raw = MIXED + b"--\r\n" * 700_000 + b"--\r" * 300_000
    began = time.process_time()
    assert not Stretches(raw)
    assert time.process_time() - began < 2.0


def test_no_more_than_asked_for_is_made_of_a_long_text() -> None:
    """Whoever reads the first part of a text does not pay for all of it."""
    mail = parse(HEAD + b"\r\n" + b"line of text\r\n" * 100_000)
    assert len(part_bytes(mail.mime, 1_000)) == 1_000  # type: ignore[arg-type]  # the tree's own class
