import time

from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.fingerprint import fingerprint

MAIL = (
    b"Received: from a by b; Tue, 04 Mar 2025 10:00:00 +0000\r\n"
    b"From: Casey <casey@customer.example>\r\n"
    b"To: support@desk.example\r\n"
    b"Subject: A chair\r\n that broke\r\n"
    b"Date: Tue, 04 Mar 2025 10:00:00 +0000\r\n"
    b"Message-ID: <1@customer.example>\r\n"
    b"\r\n"
    b"It broke.\r\n\r\nCasey\r\n"
)


def test_the_message_id_comes_with_its_brackets() -> None:
    """The Message-ID is read as it stands, folded or not, and without its comment."""
    folded = MAIL.replace(b"Message-ID: <1@", b"message-id:\r\n <1@").replace(
        b"example>\r\n\r\n", b"example> (x)\r\n\r\n"
    )

    assert fingerprint(MAIL).message_id == "<1@customer.example>"
    assert fingerprint(folded) == fingerprint(MAIL)


def test_trace_fields_do_not_count() -> None:
    """The same mail delivered by another way is the same."""
    other = (
        b"Return-Path: <casey@customer.example>\r\nDelivered-To: help@desk.example\r\nX-Spam: no\r\n" + MAIL
    )

    assert fingerprint(other.replace(b"from a by b", b"from c by d")) == fingerprint(MAIL)


def test_line_endings_and_white_space_at_ends_do_not_count() -> None:
    """What relays do to line endings, and blanks at the end of lines and body, makes no other mail."""
    assert fingerprint(MAIL.replace(b"\r\n", b"\n")) == fingerprint(MAIL)
    assert fingerprint(MAIL.replace(b"It broke.", b"It broke. \t") + b"\r\n\r\n") == fingerprint(MAIL)


def test_a_reused_message_id_with_other_content_is_another_mail() -> None:
    """Printers and forms use one Message-ID for everything: body, date, subject and author tell them apart."""
    for old, new in (
        (b"It broke", b"It fell"),
        (b"10:00:00", b"10:00:01"),
        (b"A chair", b"A table"),
        (b"Casey <", b"C <"),
    ):
        other = fingerprint(MAIL.replace(old, new))
        assert other.message_id == fingerprint(MAIL).message_id
        assert other.content != fingerprint(MAIL).content


def test_without_a_message_id_all_bytes_count() -> None:
    """A monitor that sends the same text twice without Message-ID means it, unless every byte is the same."""
    bare = MAIL.replace(b"Message-ID: <1@customer.example>\r\n", b"")
    empty = MAIL.replace(b"<1@customer.example>", b"<>")

    assert fingerprint(bare).message_id == "" == fingerprint(empty).message_id
    assert fingerprint(bare) == fingerprint(bare)
    assert fingerprint(bare) != fingerprint(bare.replace(b"from a", b"from c"))


def test_a_message_id_in_the_body_is_none() -> None:
    """Only the header section is looked at."""
    assert fingerprint(b"From: a@b\n\nMessage-ID: <x@y>\n").message_id == ""
    assert fingerprint(b"\nMessage-ID: <x@y>\n").message_id == ""


def test_an_odd_message_id_is_kept() -> None:
    """An id without brackets is one too; NUL, which PostgreSQL cannot store, is replaced."""
    assert fingerprint(b"Message-ID: 17\x00@x\n\n").message_id == "<17?@x>"


@settings(max_examples=50)
@given(st.binary(max_size=300))
def test_never_raises(raw: bytes) -> None:
    """Any bytes have a fingerprint, and always the same."""
    assert fingerprint(raw) == fingerprint(raw)


def test_hostile_mail_takes_no_longer() -> None:
    """Runs of blanks, line ends and brackets cost time in proportion to their size only."""
    hostile = (
        b"Message-ID: <a@b>\n\n" + b" " * 3_000_000 + b"x",
        b"Message-ID: " + b"<" * 900_000,
        b"\r" * 3_000_000,
        b"Subject:\n" + b" \n" * 300_000,
    )
    start = time.process_time()
    for raw in hostile:
        fingerprint(raw)
    assert time.process_time() - start < 2


def test_a_large_mail_is_read_in_pieces() -> None:
    """Where a piece ends makes no difference: line ends and blanks across it count as they do within one."""
    line = b"It broke. \t\r\n"
    large = MAIL + line * 60_000 + b" \r\n" * 100_000 + b"Casey" + b"\r\n" * 200_000
    plain = MAIL.replace(b"\r\n", b"\n") + b"It broke.\n" * 60_000 + b"\n" * 100_000 + b"Casey"

    assert fingerprint(large).content == fingerprint(plain).content
    assert fingerprint(large).content != fingerprint(large.replace(b"\nCasey\r", b"\nCase\r", 1)).content
