"""Header field values as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.header_text import decode_header_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("=?utf-8?Q?caf=C3=A9_now?=", "café now"),
        ("=?UTF-8?B?5pel5pys?=", "日本"),
        ("a =?utf-8?q?b?= c", "a b c"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?=\r\n =?utf-8?b?Yg==?=", "ab"),
        ("=?utf-8?b?5pel5p?= =?utf-8?b?ys?=", "日本"),
        ("=?utf-8?q?=E6=97?= =?utf-8?q?=A5?=", "日"),
        ("=?iso-8859-1*de?q?Gr=FC=DFe?=", "Grüße"),
        ("=?gb2312?B?6UY=?=", "镕"),
        ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?= =?iso-2022-jp?B?GyRCOGwbKEI=?=", "日本語"),
        ("=?utf-8?Q?blanks in it?=", "blanks in it"),
        ("Re: =?utf-8?q?what??=", "Re: what?"),
        ("folded\r\n value", "folded value"),
        ("=?utf-8?q?line=0Abreak?=", "line break"),
        ("=?nonsense", "=?nonsense"),
        ("=?UTF-8?B?nnDusSNdG92w6Fuw61fMjAxOF8=?=", "=?UTF-8?B?nnDusSNdG92w6Fuw61fMjAxOF8=?="),
    ],
)
def test_encoded_words(value: str, text: str) -> None:
    """Encoded words are read as RFC 2047 has them, and as programs get them wrong."""
    assert decode_header_text(value) == text


def test_raw_8bit() -> None:
    """Raw UTF-8 is read, other bytes are read in the charset hinted at."""
    assert decode_header_text("Grüße".encode().decode("ascii", "surrogateescape")) == "Grüße"
    cyrillic = "Счёт".encode("koi8-r").decode("ascii", "surrogateescape")
    assert decode_header_text(cyrillic, "koi8-r") == "Счёт"


_HEADER = st.lists(
    st.sampled_from(["=?utf-8?q?", "=?big5?b?", "?=", "=E4", "4A==", "\udcff", "\r\n ", "=?", "?", " "])
    | st.text(max_size=5),
    max_size=30,
).map("".join)


@given(_HEADER)
def test_never_raises_and_is_one_line(value: str) -> None:
    """Any value becomes one line of text without control characters."""
    if any(0xD800 <= ord(character) < 0xDC80 or 0xDD00 <= ord(character) <= 0xDFFF for character in value):
        return
    text = decode_header_text(value)
    text.encode()
    assert not any(ord(character) < 32 for character in text)
