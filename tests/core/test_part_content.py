"""Content and names of single parts."""

import pytest

from inboxd.core.mime_tree import Part, read_tree
from inboxd.core.part_content import MAX_FILENAME, part_bytes, part_filename, part_text


def leaf(fields: str | bytes, body: bytes = b"") -> Part:
    """Return a part as the parser makes it."""
    head = fields if isinstance(fields, bytes) else fields.encode()
    return read_tree(head + b"\r\n\r\n" + body)[0]


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ('Content-Disposition: attachment; filename="a b.pdf"', "a b.pdf"),
        ("Content-Type: application/pdf; name=a.pdf", "a.pdf"),
        ("Content-Disposition: attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.txt", "Grüße.txt"),
        ("Content-Disposition: attachment; filename*0*=utf-8''Gr%C3%BC; filename*1=nes.txt", "Grünes.txt"),
        ("Content-Disposition: attachment;\r\n filename*0=long; filename*1=er.txt", "longer.txt"),
        (
            'Content-Disposition: attachment; filename="=?utf-8?q?Gr=C3=BC=C3=9Fe?= =?utf-8?q?=2Etxt?="',
            "Grüße.txt",
        ),
        ('Content-Type: x/y; name="=?utf-8?b?5pel5p?=\r\n =?utf-8?b?ys?=.txt"', "日本.txt"),
        ("Content-Disposition: attachment; filename=\"utf-8''%E6%97%A5.txt\"", "日.txt"),
        ("Content-Disposition: attachment; filename=../../etc/passwd", "passwd"),
        ('Content-Disposition: attachment; filename="C:\\\\temp\\\\a.png"', "a.png"),
        ("Content-Disposition: attachment; filename*=klingon''a%20b.txt", "a b.txt"),
        ("Content-Type: application/x-y\r\nContent-Description: plan.dwg", "plan.dwg"),
        ("Content-Type: image/png", "image-1.png"),
        ('Content-Type: nonsense;;;="', "part-1.txt"),
    ],
)
def test_file_names(fields: str, name: str) -> None:
    """Names are read from every place and in every encoding they are written in, never as a path."""
    assert part_filename(leaf(fields), 1) == name


def test_raw_8bit_file_name() -> None:
    """A name in raw bytes is no reason to lose it."""
    assert part_filename(leaf('Content-Disposition: attachment; filename="Grüße.txt"'), 1) == "Grüße.txt"


def test_long_name_keeps_its_extension() -> None:
    """A name no file system would take is cut in front of its extension."""
    name = part_filename(leaf(f"Content-Type: x/y; name={'a' * 500}.pdf"), 1)
    assert len(name) == MAX_FILENAME
    assert name.endswith("aaa.pdf")


def test_direction_marks_are_removed() -> None:
    """A name cannot show another extension than it has."""
    assert part_filename(leaf('Content-Type: x/y; name="inv\u202efdp.exe"'), 1) == "invfdp.exe"


@pytest.mark.parametrize(
    ("encoding", "body", "content"),
    [
        ("base64", b"aGVsbG8=", b"hello"),
        ("BASE64 (comment)", b"aGVs\r\nbG8", b"hello"),
        ("quoted-printable", b"h=65llo=\r\n!", b"hello!"),
        ("base64", b"This is no base64, it only says so.", b"This is no base64, it only says so."),
        ("x-nonsense", b"hello", b"hello"),
        ("8bit", b"h\xe9", b"h\xe9"),
    ],
)
def test_transfer_encodings(encoding: str, body: bytes, content: bytes) -> None:
    """Transfer encodings are undone where they are what they say, else the bytes stay."""
    assert part_bytes(leaf(f"Content-Transfer-Encoding: {encoding}", body)) == content


def test_charset_of_html_from_its_own_declaration() -> None:
    """HTML that declares its charset only inside is read in it."""
    body = '<meta charset="windows-1251">Привет'.encode("cp1251")
    assert part_text(leaf("Content-Type: text/html", body)).endswith("Привет")


def test_flowed_text_is_joined() -> None:
    """Flowed lines are joined as their parameters say."""
    assert part_text(leaf("Content-Type: text/plain; format=flowed", b"one \r\ntwo\r\n")) == "one two\n"


@pytest.mark.parametrize("charset", ["idna", "undefined", "a\0b", "utf-8''x", '"', "zip"])
def test_hostile_charset_names(charset: str) -> None:
    """No charset name makes reading raise, not even in the library's own methods."""
    part = leaf(f"Content-Type: text/plain; charset={charset}", b"caf\xe9")
    assert part_text(part).startswith("caf")
    part.get_payload()
