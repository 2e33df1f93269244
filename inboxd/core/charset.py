"""Bytes to text: declared charset, its superset, what the bytes say, a detector; never raises, notes what it did."""

import codecs
import re
from dataclasses import dataclass
from functools import lru_cache

from inboxd.core.charset_guess import guess_codec
from inboxd.core.charset_jis import decode_iso_2022_jp
from inboxd.core.charset_names import ALIASES, NO_NAME, REFUSED, SEVEN_BIT, SUPERSETS

_MAX_NAME = 60
_COUNTED = 20_000  # characters that are counted one by one
_TOLERATED = 50  # one broken character in so many is an accident, more is another charset
_ALL_BYTES = range(32, 256)
_FEW = 60  # code points a single-byte charset leaves free
_C1 = re.compile(rb"[\x80-\x9f]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ISO_2022_JP = re.compile(rb"\x1b(?:\$[@B]|\([JI])")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the codec it was read with, and what was wrong (empty when nothing was). It holds no surrogates."""

    text: str
    codec: str
    defect: str = ""


def decode_text(raw: bytes, declared: str = "", hint: str = "") -> Decoded:
    """Return ``raw`` as text: read as ``declared`` where that fits, else as ``hint``, else as the bytes look."""
    codec = codec_of(declared)
    if raw.isascii() and codec not in SEVEN_BIT and b"\x1b" not in raw:
        return Decoded(raw.decode("ascii"), "ascii")
    bom = next((name for mark, name in _BOMS if raw.startswith(mark)), "")
    decoded = (bom and _strict(raw, bom)) or _declared(raw, codec) or _undeclared(raw, codec, codec_of(hint))
    text = decoded.text.removeprefix("\ufeff")
    defect = decoded.defect
    if declared and not codec and declared.strip().lower() not in NO_NAME:
        defect = f"unknown charset {declared[:_MAX_NAME]!r}, read as {decoded.codec}"
    return Decoded(_SURROGATE.sub("\ufffd", text), decoded.codec, defect)


@lru_cache(maxsize=256)
def codec_of(name: str) -> str:
    """Return Python's name of the codec that ``name`` (as mails write it) means; empty when there is none."""
    label = name[:_MAX_NAME].strip("\"' \t;,<>").lower().partition("*")[0].partition(";")[0].strip()
    label = label.removeprefix("charset=").removeprefix("charset:").strip("\"' ")
    label = re.sub(r"[^a-z0-9_.:-]", "", label.replace(" ", "-"))
    if label in NO_NAME:
        return ""
    for candidate in (
        ALIASES.get(label),
        label,
        re.sub(r"^(?:x|cs)-?", "", label),
        label.replace("cp-", "cp"),
    ):
        if candidate and (codec := _known(candidate)):
            return codec
    return ""


def _known(name: str) -> str:
    try:
        codec = codecs.lookup(name)
        b"a".decode(name)  # LookupError for codecs that are not text
    except UnicodeError:  # half a character of a text codec
        pass
    except (LookupError, ValueError):
        return ""
    return "" if codec.name in REFUSED or name in REFUSED else codec.name


def _strict(raw: bytes, codec: str) -> Decoded | None:
    try:
        return Decoded(raw.decode(codec), codec)
    except (UnicodeError, LookupError, ValueError, OverflowError):
        return None


def _declared(raw: bytes, codec: str) -> Decoded | None:
    if not codec:
        return None
    if codec == "utf-8":
        return _strict(raw, codec)
    if _is_single_byte(codec) and (utf8 := _sure_utf8(raw)):
        return Decoded(utf8, "utf-8", f"declared as {codec}, is utf-8")
    # Latin-1 has control characters where Windows-1252 has quotes and dashes; nobody mails control characters.
    if codec == "iso8859-1" and _C1.search(raw):
        return _strict(raw, "cp1252") or _strict(raw, codec)
    if codec == "gb2312":
        codec = "gb18030"
    for candidate in (codec, *SUPERSETS.get(codec, ())):
        if decoded := _strict(raw, candidate):
            return decoded
    return _vendor_jis(raw) if codec.startswith("iso2022_jp") else None


def _vendor_jis(raw: bytes) -> Decoded | None:
    text = decode_iso_2022_jp(raw)
    return None if text is None else Decoded(text, "iso2022_jp")


def _undeclared(raw: bytes, codec: str, hint: str) -> Decoded:
    """Read bytes whose declaration is missing, unknown or wrong."""
    wrong = f"not valid {codec}" if codec else "8-bit text without charset"
    if _ISO_2022_JP.search(raw) and (decoded := _strict(raw, "iso2022_jp") or _vendor_jis(raw)):
        return decoded
    if raw.isascii():
        return Decoded(raw.decode("ascii"), "ascii", wrong if codec else "")
    if codec != "utf-8" and (decoded := _strict(raw, "utf-8")):
        return Decoded(decoded.text, "utf-8", f"{wrong}, read as utf-8")
    if damaged := _nearly(raw, codec or "utf-8"):
        return damaged
    if hint and (decoded := _strict(raw, hint)):
        return Decoded(decoded.text, hint, f"{wrong}, read as {hint}")
    detected = guess_codec(raw)
    if detected and (decoded := _strict(raw, detected)):
        return Decoded(decoded.text, detected, f"{wrong}, read as {detected}")
    return Decoded(raw.decode("cp1252", "replace"), "cp1252", f"{wrong}, read as cp1252")


def _nearly(raw: bytes, codec: str) -> Decoded | None:
    """Return the text when only a few of its characters are broken (cut in the middle, damaged on the way)."""
    codec = "gb18030" if codec in {"gb2312", "gbk"} else codec
    if _is_single_byte(codec):
        return None
    text = raw.decode(codec, "replace")
    broken = text.count("\ufffd")
    high = sum(1 for character in text if character > "\x7f") if len(text) < _COUNTED else len(text) // 10
    if broken * _TOLERATED <= len(text) and broken * 4 <= high:
        return Decoded(text, codec, f"{broken} bytes are not valid {codec}")
    return None


@lru_cache(maxsize=256)
def _is_single_byte(codec: str) -> bool:
    """One byte, one character: such codecs accept (almost) anything."""
    if codec in SEVEN_BIT:
        return False
    text = bytes(_ALL_BYTES).decode(codec, "replace") if codec else ""
    return len(text) == len(_ALL_BYTES) and text.count("\ufffd") < _FEW


def _sure_utf8(raw: bytes) -> str:
    """Return the text when it is UTF-8: bytes of other encodings almost never look like it by chance."""
    decoded = _strict(raw, "utf-8")
    return decoded.text if decoded else ""
