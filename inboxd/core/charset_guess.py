"""What charset bytes are in when nobody says so: the structure of EUC first, then a detector."""

import re

SAMPLE = 20_000  # bytes the detector is shown; more makes it slower, not surer

_MAX_LINE = 2_000
_MIN_PAIRS = 3
_FEW = 8
_MOST = 0.7
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_EUC_RUN = re.compile(rb"(?:[\xa1-\xfe][\xa1-\xfe])+")
_LATIN_2 = b"\xb1\xb6\xbc"
_CP_1250 = b"\xb9\xb3\xbf"
_SYMBOL_IN_WORD = re.compile(rb"[A-Za-z]([\xb1\xb6\xbc\xb9\xb3\xbf])(?=[A-Za-z])")
# Lead bytes: kana rows of JIS X 0208, Hangul of KS X 1001, frequent characters of GB 2312 level 1 (beyond Hangul).
_KANA = range(0xA4, 0xA6)
_HANGUL = range(0xB0, 0xC9)
_HANZI = range(0xB0, 0xD8)
# The detector knows many charsets nobody mails in; among those it finds the likeliest more surely.
_MAILED = [
    "utf_8",
    *("cp1252", "cp1251", "koi8_r", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256"),
    *("gb18030", "big5", "cp932", "euc_jp", "cp949"),
]


def guess_codec(raw: bytes) -> str:
    """Return the codec ``raw`` is most likely in, empty when nothing is likely. Reads a bounded sample."""
    sample = _dense(raw)
    if codec := _euc(sample):
        return codec
    high = sum(map(len, _HIGH_RUN.findall(sample)))
    if high < _FEW and high * 4 < len(
        sample
    ):  # Latin letters with a few accents: too little to tell them apart
        return _polish(sample)
    return _detect(sample)


def _dense(raw: bytes) -> bytes:
    """Return the sample that says most: the lines that are not plain ASCII."""
    lines = [line[:_MAX_LINE] for line in raw[: 20 * SAMPLE].splitlines() if not line.isascii()]
    return b"\n".join(lines)[:SAMPLE]


def _euc(sample: bytes) -> str:
    leads = []
    for run in _HIGH_RUN.findall(sample):
        if not _EUC_RUN.fullmatch(run):
            return ""
        leads += run[::2]
    if len(leads) < _MIN_PAIRS:
        return ""
    if _share(leads, _KANA) * 4 >= 1:
        return "euc_jp"
    letters = [lead for lead in leads if lead >= _HANZI.start]
    if letters and _share(letters, _HANGUL) == 1:
        return "cp949"
    return "gb18030" if letters and _share(letters, _HANZI) >= _MOST else ""


def _share(leads: list[int], of: range) -> float:
    return sum(1 for lead in leads if lead in of) / len(leads)


def _polish(sample: bytes) -> str:
    """Return the codec when what would be symbols in Western Europe stands inside of words."""
    inside = set(b"".join(_SYMBOL_IN_WORD.findall(sample)))
    if inside & set(_LATIN_2):
        return "iso8859-2"
    return "cp1250" if inside & set(_CP_1250) else ""


def _detect(sample: bytes) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415  30 ms to import, and seldom needed

    matches = from_bytes(sample, steps=5, chunk_size=512, cp_isolation=_MAILED, enable_fallback=False)
    best = matches.best()
    return best.encoding if best is not None else ""
