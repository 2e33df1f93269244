"""Header field values as text: unfolded (RFC 5322 2.2.3), encoded words read (RFC 2047), raw 8-bit bytes decoded."""

import binascii
import re
from email import quoprimime
from typing import NamedTuple

from inboxd.core.charset import codec_of, decode_text

MAX_VALUE = 64_000  # characters of one field that are read

_FOLD = re.compile(r"\r?\n|\r")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# RFC 2047 2; the text may hold blanks, which the standard forbids and programs write.
_WORD = re.compile(r"=\?([^?\s]{1,75})\?([bBqQ])\?([^?]{0,4000}(?:\?(?!=)[^?]{0,4000}){0,8})\?=")
_BETWEEN = re.compile(r"[ \t\r\n]*")
_RAW_8BIT = re.compile("[\udc80-\udcff]")
_MOSTLY = 8  # one broken character in so many makes a word unreadable


class _Word(NamedTuple):
    """One encoded word, taken apart."""

    charset: str
    encoding: str
    text: str
    written: str


def decode_header_text(value: str, hint: str = "") -> str:
    """Return the text of a field as the parser of the standard library holds it (bytes as surrogate escapes).

    ``hint`` names the charset raw 8-bit bytes are probably in (the body's). White space at the ends is removed,
    control characters become blanks.
    """
    value = unfold(value[:MAX_VALUE])
    if _RAW_8BIT.search(value):
        value = decode_raw_8bit(value, hint)
    if "=?" in value:
        value = decode_encoded_words(value)
    return _CONTROL.sub(" ", value).strip()


def unfold(value: str) -> str:
    """Return ``value`` on one line (RFC 5322 2.2.3: remove the line break, keep the white space behind it)."""
    return _FOLD.sub("", value) if "\n" in value or "\r" in value else value


def decode_raw_8bit(value: str, hint: str = "") -> str:
    """Return ``value`` with its surrogate escapes read as the bytes they stand for (RFC 6532: UTF-8, if all goes well)."""
    raw = value.encode("utf-8", "surrogateescape")
    return decode_text(raw, "", hint).text


def decode_encoded_words(value: str) -> str:
    """Return ``value`` with its encoded words read; one that cannot be read stays as it is (RFC 2047 6.3).

    Neighbours of the same charset are joined *before* their bytes become characters: many programs cut words in the
    middle of a character.
    """
    pieces: list[str] = []
    pending: list[_Word] = []
    end = 0
    for match in _WORD.finditer(value):
        between = value[end : match.start()]
        charset = match[1].partition("*")[0].lower()  # RFC 2231 5: charset*language
        # RFC 2047 6.2: white space between encoded words is not shown.
        if not pending or not _BETWEEN.fullmatch(between):
            pieces += (_read(pending), between)
            pending = []
        pending.append(_Word(charset, match[2], match[3], match[0]))
        end = match.end()
    return "".join((*pieces, _read(pending), value[end:]))


def _bytes_of(words: list[_Word]) -> bytes:
    """Return the bytes of words that follow each other; base64 that was cut anywhere is joined before it is read."""
    pieces: list[bytes] = []
    base64 = ""
    for word in words:
        if word.encoding in "qQ":
            pieces += (
                _base64_bytes(base64),
                quoprimime.header_decode(word.text.replace(" ", "_")).encode("latin-1", "replace"),
            )
            base64 = ""
            continue
        base64 += word.text.strip()
        if base64.endswith("="):
            pieces.append(_base64_bytes(base64))
            base64 = ""
    return b"".join((*pieces, _base64_bytes(base64)))


def _base64_bytes(text: str) -> bytes:
    padded = text.rstrip("=")
    padded += "=" * (-len(padded) % 4)
    try:
        return binascii.a2b_base64(padded.encode("ascii", "ignore"))
    except binascii.Error:
        # One character too many: read what is whole.
        return _whole_base64(padded)


def _whole_base64(text: str) -> bytes:
    letters = re.sub(r"[^A-Za-z0-9+/]", "", text)
    return binascii.a2b_base64(letters[: len(letters) // 4 * 4])


def _read(words: list[_Word]) -> str:
    """Return the text of neighbouring encoded words."""
    text, at = [], 0
    while at < len(words):
        charset = words[at].charset
        until = at
        while until < len(words) and words[until].charset == charset:
            until += 1
        text.append(_read_run(charset, words[at:until]))
        at = until
    return "".join(text)


def _read_run(charset: str, words: list[_Word]) -> str:
    raw = _bytes_of(words)
    codec = codec_of(charset)
    decoded = decode_text(raw, charset)
    # A word whose bytes are not in its charset is garbage more often than mislabelled text, unless they are UTF-8.
    if codec and decoded.codec != "utf-8" and decoded.defect.startswith("not valid"):
        text = raw.decode(codec, "replace")
        return (
            text if text.count("\ufffd") * _MOSTLY <= len(text) else "".join(word.written for word in words)
        )
    return decoded.text
