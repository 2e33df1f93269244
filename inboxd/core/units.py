"""Durations and sizes as people write them: ``3d``, ``1h30min``, ``35MB``."""

import datetime as dt
import re

MAX_DURATION = dt.timedelta(days=3660)
MAX_SIZE = 10**12

_DURATION_UNITS = {
    "s": dt.timedelta(seconds=1),
    "min": dt.timedelta(minutes=1),
    "h": dt.timedelta(hours=1),
    "d": dt.timedelta(days=1),
    "w": dt.timedelta(weeks=1),
}
_SIZE_UNITS = {
    "": 1,
    "b": 1,
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
    "kib": 2**10,
    "mib": 2**20,
    "gib": 2**30,
}
_NUMBER = r"[0-9]{1,12}(?:\.[0-9]{1,6})?"
_DURATION = re.compile(rf"(?:{_NUMBER} ?(?:min|s|h|d|w) ?){{1,5}}")
_DURATION_PART = re.compile(rf"({_NUMBER}) ?(min|s|h|d|w)")
_SIZE = re.compile(rf"({_NUMBER}) ?([kmg]?i?b|)", re.IGNORECASE)


def parse_duration(text: str) -> dt.timedelta:
    """Return the span ``text`` names, at most ten years (``90s``, ``15min``, ``48h``, ``3d``, ``2w``, ``1h30min``).

    Raises ``ValueError`` with a sentence for the author when it is none.
    """
    if not _DURATION.fullmatch(text.strip()[:100]):
        raise ValueError(f"{text[:40]!r} is no duration; write a number and s, min, h, d or w, such as '3d'")
    try:
        span = sum(
            (float(number) * _DURATION_UNITS[unit] for number, unit in _DURATION_PART.findall(text)),
            start=dt.timedelta(),
        )
    except OverflowError:
        span = dt.timedelta.max
    if span > MAX_DURATION:
        raise ValueError(f"{text[:40]!r} is longer than ten years")
    return span


def parse_size(text: str) -> int:
    """Return the number of bytes ``text`` names (``512kB``, ``35MB``, ``10MiB``).

    Raises ``ValueError`` with a sentence for the author when it is none.
    """
    found = _SIZE.fullmatch(text.strip()[:100])
    if not found:
        raise ValueError(f"{text[:40]!r} is no size; write a number and kB, MB or GB, such as '35MB'")
    size = round(float(found[1]) * _SIZE_UNITS[found[2].lower()])
    if size > MAX_SIZE:
        raise ValueError(f"{text[:40]!r} is more than a terabyte")
    return size
