"""Address fields (RFC 5322 3.4): lists, groups, names; what cannot be read strictly is read as a person would."""

import re

from mailparser.utils import get_addresses

from inboxd.core.header_text import decode_encoded_words, decode_header_text, decode_raw_8bit, unfold
from inboxd.core.mail import Address

MAX_ADDRESSES = 1_000
_MAX_FIELD = 64_000

_SIMPLE = re.compile(r"([A-Za-z0-9 ._-]*)<([A-Za-z0-9._+=-]{1,64}@[A-Za-z0-9.-]{1,255})>")
_IN_ANGLES = re.compile(r"<[\s<]{0,9}([^<>\s]{1,320}@[^<>\s@]{1,255})")
_BARE = re.compile(r"[^\s<>,;:\"'()\[\]\\]{1,64}@[^\s<>,;:\"'()\\@]{1,255}")
_GROUP_NAME = re.compile(r"^[^<>@\"]{0,200}:")
_SPACE = re.compile(r"\s+")
_QUOTES = "\"' \t"


def read_addresses(value: str, hint: str = "") -> tuple[Address, ...]:
    """Return the addresses of a field as the parser holds it, groups (RFC 5322 3.4) dissolved; at most 1,000.

    A mailbox that has only a name is left out; ``undisclosed-recipients:;`` is nobody.
    """
    value = unfold(value[:_MAX_FIELD]).strip()
    if simple := _SIMPLE.fullmatch(value):
        return (Address(simple[1].strip(), simple[2]),)
    value = decode_raw_8bit(value, hint).replace("\0", "")
    found = _structured(value)
    if not found and "=?" in value:
        # The whole address inside of an encoded word (forbidden by RFC 2047 5, written nevertheless).
        found = _structured(decode_encoded_words(value))
    return tuple(dict.fromkeys(found))[:MAX_ADDRESSES]


def _structured(value: str) -> list[Address]:
    """Return what mail-parser reads from structure alone, and of items it calls ambiguous the likeliest address."""
    problems: list[dict[str, object]] = []
    found = [_address(name, spec) for name, spec in get_addresses(value, defects=problems) if "@" in spec]
    if not problems:
        return found
    for problem in problems:
        if not problem["recovered"]:
            found += _ambiguous(str(problem["raw"]))
    return found


def _ambiguous(item: str) -> list[Address]:
    item = _GROUP_NAME.sub("", item)
    angles = [(match.start(), match[1]) for match in _IN_ANGLES.finditer(item)]
    if angles:
        name = item[: angles[0][0]] if len(angles) == 1 else ""
        return [_address(name, spec) for _, spec in angles]
    bare = list(_BARE.finditer(item))
    name = item[: bare[0].start()] if len(bare) == 1 else ""
    return [_address(name.partition("<")[0], match[0]) for match in bare]


def _address(name: str, spec: str) -> Address:
    name = _SPACE.sub(" ", decode_header_text(name)).strip()
    if name and name[0] in _QUOTES and (name[0] == name[-1] or name.count(name[0]) == 1):
        name = name.strip(_QUOTES)
    spec = spec.strip(" \t.,;")
    if spec[:1] == "'" == spec[-1:]:
        spec = spec[1:-1]
    return Address(name, spec)
