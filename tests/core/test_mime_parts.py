"""A mail's own parts."""

from email import message_from_bytes

from inboxd.core.mime_parts import own_parts, part_text


def test_the_inside_of_an_attached_mail_is_not_own() -> None:
    """It belongs to that mail."""
    raw = b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\none\n--b\nContent-Type: message/rfc822\n\nSubject: in\n\ntwo\n--b--\n'
    assert [part.get_content_type() for part in own_parts(message_from_bytes(raw))] == [
        "text/plain",
        "message/rfc822",
    ]


def test_status_blocks_are_text_again() -> None:
    """The standard library takes them apart."""
    raw = b"Content-Type: message/delivery-status\n\nA: 1\n\nB: 2\n"
    assert part_text(message_from_bytes(raw)).split() == ["A:", "1", "B:", "2"]


def test_a_forbidden_transfer_encoding_is_undone() -> None:
    """RFC 6522 allows none there; mail systems use base64."""
    raw = (
        b"Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\nQWN0aW9uOiBmYWlsZWQ=\n"
    )
    assert "Action: failed" in part_text(message_from_bytes(raw))


def test_broken_encodings_do_not_raise() -> None:
    """What cannot be decoded is read as it stands."""
    for encoding in (b"base64", b"x-uuencode", b"quoted-printable", b"nonsense"):
        for kind in (b"text/plain", b"message/delivery-status", b"message/rfc822"):
            raw = (
                b"Content-Type: "
                + kind
                + b"\nContent-Transfer-Encoding: "
                + encoding
                + b"\n\n=?=\xff\xfe\n\nA: b\n"
            )
            assert isinstance(part_text(message_from_bytes(raw)), str)
