"""The ladder from bytes to text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.charset import codec_of, decode_text


@pytest.mark.parametrize(
    ("text", "written", "declared"),
    [
        ("“smart” – quotes", "cp1252", "iso-8859-1"),
        ("“smart” – quotes", "cp1252", "us-ascii"),
        ("Grüße", "utf-8", "iso-8859-1"),
        ("Grüße", "latin-1", "ISO-8859-1"),
        ("镕基", "gb18030", "gb2312"),
        ("똠방각하", "cp949", "ks_c_5601-1987"),
        ("①②テスト", "cp932", "shift_jis"),
        ("日本語", "iso2022_jp", "ISO-2022-JP"),
        ("日本語", "iso2022_jp", ""),
        ("Привет", "koi8-r", '"KOI8-R"'),
        ("ไทย", "cp874", "windows-874"),
        ("שלום", "iso8859-8", "iso-8859-8-i"),
        ("ä", "utf-7", "unicode-1-1-utf-7"),
        ("Ünïcode", "utf-16", "utf-16"),
        ("Ünïcode", "utf-8-sig", ""),
        ("häuser", "utf-8", "x-unknown"),
        ("häuser", "utf-8", "utf8mb4"),
    ],
)
def test_what_senders_mean(text: str, written: str, declared: str) -> None:
    """Charset labels are read as what senders write under them."""
    assert decode_text(text.encode(written), declared).text == text


def test_vendor_characters_in_iso_2022_jp() -> None:
    """Circled digits and the names only vendors' rows have are read in the mails that hold them."""
    raw = b"A\x1b$B-!F|K\\|b\x1b(B \x1b(I1\x1b(B!"
    for declared in ("iso-2022-jp", "csiso2022jp", ""):
        assert decode_text(raw, declared).text == "A①日本髙 ｱ!"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Привет, не могу войти в систему", "koi8-r"),
        ("Привет, не могу войти в систему", "cp1251"),
        ("こんにちは、お元気ですか", "euc_jp"),
        ("こんにちは、お元気ですか", "cp932"),
        ("你好，我的账号登录不了", "gb18030"),
        ("안녕하세요 로그인이 안 됩니다", "cp949"),
        ("Größe und Übergröße für die Bestellung", "cp1252"),
        ("proszę o pomoc, źle działa od wczoraj", "cp1250"),
    ],
)
def test_undeclared_text_is_guessed(text: str, written: str) -> None:
    """Text without a charset is read as the one its bytes look like, with a note."""
    decoded = decode_text(text.encode(written))
    assert decoded.text == text
    assert "without charset" in decoded.defect


def test_lie_is_noted() -> None:
    """A declared charset the bytes are not in is replaced, and that is said."""
    decoded = decode_text("Ärger mit der Rechnung".encode("latin-1"), "utf-8")
    assert decoded.text == "Ärger mit der Rechnung"
    assert "not valid utf-8" in decoded.defect


def test_one_broken_character_does_not_change_the_charset() -> None:
    """Text cut in the middle of a character stays what it was."""
    decoded = decode_text("Ähnliche Wörter für später, überall".encode() * 3 + b"\xc3", "utf-8")
    assert decoded.text.startswith("Ähnliche Wörter")
    assert decoded.codec == "utf-8"


def test_unknown_name_is_noted() -> None:
    """A charset nobody knows is named in the defect."""
    assert "'klingon'" in decode_text(b"\xc3\xa4", "klingon").defect


@pytest.mark.parametrize(
    "name", ["idna", "punycode", "unicode_escape", "zip", "rot13", "undefined", "\0", "a" * 999]
)
def test_codecs_that_are_no_charsets_are_refused(name: str) -> None:
    """Codecs of Python that are no charsets are no charsets of mails either."""
    assert codec_of(name) == ""
    assert decode_text(b"abc\xff", name).text


@given(
    st.binary(max_size=200),
    st.text(max_size=20) | st.sampled_from(["utf-7", "utf-16", "hz", "gb2312", "cp037"]),
)
def test_never_raises(raw: bytes, declared: str) -> None:
    """Any bytes under any label become text that can be encoded."""
    decode_text(raw, declared).text.encode()


@given(st.text(max_size=200))
def test_utf8_is_kept(text: str) -> None:
    """UTF-8 that says so comes back unchanged (but for a byte order mark)."""
    assert decode_text(text.encode(), "utf-8").text == text.removeprefix("\ufeff")
