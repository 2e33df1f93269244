"""ISO-2022-JP as Japanese mail programs write it: with the vendors' characters (circled digits, 髙, ㈱) in it.

Python's codecs know only the standard's rows. The same rows are part of Windows code page 932, to which the two bytes
of JIS X 0208 translate by arithmetic (Lunde, CJKV Information Processing, chapter 4: JIS to Shift-JIS conversion).
"""

import re

_SEGMENT = re.compile(rb"\x1b(\$[@B]|\([BJI]|\$\(D)([^\x1b]*)")
_DOUBLE = (b"$@", b"$B")
_KATAKANA = b"(I"
_CELLS = range(0x21, 0x7F)


def decode_iso_2022_jp(raw: bytes) -> str | None:
    """Return the text, None when ``raw`` holds anything else than ISO-2022-JP with vendor characters."""
    start = raw.find(b"\x1b")
    if start < 0 or not raw.isascii():
        return None
    pieces = [raw[:start]]
    for match in _SEGMENT.finditer(raw, start):
        if match[1] in _DOUBLE:
            pieces.append(_shift_jis(match[2]))
        elif match[1] == _KATAKANA:
            pieces.append(bytes(byte | 0x80 for byte in match[2]))
        else:
            pieces.append(match[2])
    try:
        return b"".join(pieces).decode("cp932")
    except UnicodeDecodeError:
        return None


def _shift_jis(rows: bytes) -> bytes:
    """Return pairs of JIS X 0208 as Shift-JIS; line ends, blanks and whatever is no pair stay."""
    written = bytearray()
    at = 0
    while at < len(rows):
        pair = rows[at : at + 2]
        if len(pair) < 2 or not all(byte in _CELLS for byte in pair):  # noqa: PLR2004  half a pair
            written.append(rows[at])
            at += 1
            continue
        high, low = pair
        lead = ((high - 0x21) >> 1) + 0x81
        trail = low + (0x1F if high & 1 else 0x7E)
        written.append(lead + 0x40 if lead > 0x9F else lead)  # noqa: PLR2004  0xA0..0xDF are katakana
        written.append(trail + 1 if high & 1 and trail >= 0x7F else trail)  # noqa: PLR2004  0x7F is skipped
        at += 2
    return bytes(written)
