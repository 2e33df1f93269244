"""Looking for a text in bytes in every form it may have there: as it is, encoded for mail, escaped, in hex, in UTF-16."""

import base64
import binascii
import json
import quopri
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

_NEWLINES = re.compile(rb"=?\r?\n[> ]?")
_LONG_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){12,}")


def hits(places: Iterable[tuple[str, bytes]], traces: Collection[str]) -> list[str]:
    """Return which place holds which trace in which form, upper and lower case alike."""
    plain = [(trace, form) for trace in traces for form in plain_forms(trace)]
    base = [(trace, form) for trace in traces for form in base64_forms(trace)]
    found = []
    for name, content in places:
        for layer in _layers(content):
            lowered = layer.lower()
            held = [one for one in plain if one[1] in lowered] + [one for one in base if one[1] in layer]
            found += [f"{name}: {trace!r} as {form!r}" for trace, form in held]
    return found


def files(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file below some folders with its bytes, and its name as bytes of its own."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            yield f"name of {path}", path.name.encode()
            if path.is_file():
                yield str(path), path.read_bytes()


def plain_forms(trace: str) -> set[bytes]:
    """Return the forms in which a text can be read, or nearly so, in lower case."""
    text = trace.lower()
    octets = text.encode()
    return {
        octets,
        text.encode("latin-1", "replace"),
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        quopri.encodestring(octets).rstrip(b"=\n").lower(),
        quopri.encodestring(octets, header=True).rstrip(b"=\n").lower(),
        quote(text).lower().encode(),
        json.dumps(text)[1:-1].lower().encode(),
        text.encode("ascii", "xmlcharrefreplace"),
    }


def base64_forms(trace: str) -> set[bytes]:
    """Return what stands of a text in any base64, whatever stands before it there."""
    spelled = {
        one.encode(code) for one in (trace, trace.lower()) for code in ("utf-8", "utf-16-le", "utf-16-be")
    }
    return {_inside_base64(octets, shift) for octets in spelled for shift in range(3)}


def _layers(content: bytes) -> Iterator[bytes]:
    """Yield the bytes as they are and without line breaks, and the same of what hexadecimal digits in them say (pg_dump)."""
    said = b"\n".join(binascii.unhexlify(one[0]) for one in _LONG_HEX.finditer(content))
    for layer in (content, said):
        if layer:
            joined = _NEWLINES.sub(b"", layer)
            yield layer
            if joined != layer:
                yield joined


def _inside_base64(octets: bytes, shift: int) -> bytes:
    """Return the digits that depend on nothing but ``octets`` where so many octets (modulo 3) stand before them."""
    digits = base64.b64encode(bytes(shift) + octets)
    return digits[-(-8 * shift // 6) : 8 * (shift + len(octets)) // 6]
