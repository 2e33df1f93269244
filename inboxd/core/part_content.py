"""What one part of a mail holds: its bytes, its text, its file name."""

import binascii
import re
import sys
from email.errors import MessageError
from email.generator import BytesGenerator
from io import BytesIO
from typing import cast

from inboxd.core.charset import decode_text
from inboxd.core.flowed import unflow
from inboxd.core.header_text import decode_header_text
from inboxd.core.mime_tree import MAX_TEXT, Budget, Part, grow
from inboxd.core.part_names import name_for_type

MAX_FILENAME = 200

# UTF-8 and UTF-32 have four octets at most for a character; quoted-printable three for one.
_OCTETS_A_CHARACTER = 4
_OCTETS_IN_QP = 3
_UUENCODED = frozenset({"x-uuencode", "uuencode", "uue", "x-uue"})
_PIECE = 1024 * 1024
_NO_BASE64_OCTET = re.compile(rb"[^A-Za-z0-9+/\r\n]")

_SAMPLE = 4_000
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/=\r\n]")
_TOO_MANY = 20  # one foreign character in so many: not base64 at all
_META_CHARSET = re.compile(
    rb"<meta\b[^>]{0,300}?charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE
)
_META_RANGE = 4_096
_PERCENT = re.compile(r"([\w.-]{1,40})'[\w-]{0,20}'(.*%[0-9A-Fa-f]{2}.*)", re.DOTALL)
_SLASHES = re.compile(r"[/\\]")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_UNCLEAN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")
_NEWLINES = re.compile(r"[\r\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = dict.fromkeys(
    (*range(9), *range(14, 32), 127)
)  # PostgreSQL has no NUL, terminals obey the others


def part_bytes(part: Part, most: int = sys.maxsize) -> bytes:
    """Return the content of a leaf, transfer encoding undone; as it stands where that cannot be done.

    Of a long one no more than about ``most`` octets, where nobody reads the rest.
    """
    if part.is_branch:
        return _flat(part)
    stretched = part.stretched
    if stretched is not None:
        content = _long_content(part, stretched, most)
        if content is not None:
            return content
    payload = part.get_payload()
    if str(part.get("content-transfer-encoding", "")) == "base64" and not _may_be_base64(str(payload)):
        part.budget.note("declared as base64, is not")
        part = _without_encoding(part)
    try:
        return cast("bytes", part.get_payload(decode=True)) or b""
    except (ValueError, LookupError, AssertionError, TypeError, IndexError):
        part.budget.note("transfer encoding that cannot be undone")
        return str(payload or "").encode("utf-8", "surrogateescape")


def _long_content(part: Part, octets: memoryview, most: int) -> bytes | None:
    """Return the content of a long leaf without a copy of the whole; None where the library's way must tell what it says."""
    encoding = str(part.get("content-transfer-encoding", ""))
    if encoding == "base64":
        return _decoded_base64(octets)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(octets[: min(most, len(octets)) * _OCTETS_IN_QP])
    return None if encoding in _UUENCODED else bytes(octets[:most])


def _decoded_base64(octets: memoryview) -> bytes | None:
    """Return what base64 stands for; None where it is broken."""
    alphabet = len(octets)
    for start in range(0, len(octets), _PIECE):
        # Padding (RFC 4648 3.2) anywhere but at the end is broken, too.
        piece = bytes(octets[start : start + _PIECE])
        rest = piece if start + _PIECE < len(octets) else piece.rstrip(b"\r\n=")
        if _NO_BASE64_OCTET.search(rest):
            return None
        alphabet -= piece.count(b"\r") + piece.count(b"\n")
    return None if alphabet % 4 else binascii.a2b_base64(octets)


def part_text(part: Part) -> str:
    r"""Return the content of a text part with ``\n`` line ends, without control characters; flowed lines joined."""
    raw = part_bytes(part, _OCTETS_A_CHARACTER * MAX_TEXT)
    if raw.isascii():
        # A character an octet, or two where both are a line end.
        raw = raw[: 2 * MAX_TEXT]
    hint = ""
    declared = part.charset
    if part.get_content_subtype() == "html" and (meta := _META_CHARSET.search(raw, 0, _META_RANGE)):
        hint = meta[1].decode("ascii")
    decoded = decode_text(raw, declared or hint, hint)
    if decoded.defect:
        part.budget.note(f"{part.get_content_type()}: {decoded.defect}")
    text = clean_text(decoded.text)
    if str(part.get_param("format", "")).lower() == "flowed":
        text = unflow(text, delete_space=str(part.get_param("delsp", "")).lower() == "yes")
    return text


def clean_text(text: str) -> str:
    r"""Return text whose only line end is ``\n`` and whose only control character beside it is the tabulator."""
    text = text.replace("\r\n", "\n")
    return _NEWLINES.sub("\n", text).translate(_INVISIBLE) if _UNCLEAN.search(text) else text


def part_filename(part: Part, number: int) -> str:
    """Return the name a part goes by: its own, that of the mail it holds, or one made from its type."""
    name = _filename_in(part)
    if name:
        return name
    if part.get_content_type() in {"message/rfc822", "message/global"}:
        return _clean_name(f"{_SLASHES.sub('-', _inner_subject(part)) or 'message'}.eml")
    described = _clean_name(decode_header_text(str(part.get("content-description", ""))))
    if re.search(r"\.[A-Za-z0-9]{2,5}$", described):
        return described
    return name_for_type(part.get_content_type(), number)


def has_filename(part: Part) -> bool:
    """Return True when the sender named the part."""
    return bool(_filename_in(part))


def _filename_in(part: Part) -> str:
    """Return the name in RFC 2183 2.3 ``filename``, or in the older ``name`` of the type."""
    for parameter, field in (
        ("filename", "content-disposition"),
        ("name", "content-type"),
        ("filename", "content-type"),
    ):
        name = _clean_name(_parameter_text(part.get_param(parameter, "", field)))
        if name:
            return name
    return ""


def _parameter_text(value: object) -> str:
    """Return a parameter as text: RFC 2231 charset and continuations, RFC 2047 words though forbidden there."""
    if isinstance(value, tuple):
        charset, _, text = value
        return decode_text(str(text).encode("raw-unicode-escape"), charset or "").text
    text = str(value or "")
    extended = _PERCENT.fullmatch(text)
    if extended:
        return decode_text(_unpercent(extended[2]), extended[1]).text
    return decode_header_text(text)


def _unpercent(text: str) -> bytes:
    return re.sub(
        rb"%([0-9A-Fa-f]{2})", lambda match: bytes((int(match[1], 16),)), text.encode("utf-8", "replace")
    )


def _clean_name(name: str) -> str:
    """Return the last component of a path, no longer than a file system takes, its extension kept."""
    name = _UNPRINTABLE.sub("", name).replace("\\", "/").rstrip("/").rpartition("/")[2].strip(" \"'")
    if name in {".", ".."}:
        return ""
    if len(name) > MAX_FILENAME:
        stem, dot, extension = name.rpartition(".")
        keep = extension[:20]
        name = f"{stem[: MAX_FILENAME - 1 - len(keep)]}.{keep}" if dot else name[:MAX_FILENAME]
    return name


def _inner_subject(part: Part) -> str:
    inner = part.parts[0] if part.parts else None
    if inner is not None and "subject" not in inner:
        inner = grow(part_bytes(part)[:_SAMPLE], Budget(), inner.depth)
    return decode_header_text(str(inner.get("subject", ""))) if inner is not None else ""


def _may_be_base64(payload: str) -> bool:
    sample = payload[:_SAMPLE]
    return len(_NO_BASE64.findall(sample)) * _TOO_MANY <= len(sample)


def _without_encoding(part: Part) -> Part:
    bare = Part(budget=part.budget)
    bare.set_payload(part.get_payload())
    return bare


def _flat(part: Part) -> bytes:
    """Return the mail (or the blocks of fields) a ``message/*`` part holds, as near to its bytes as the tree keeps."""
    flat = b"\n".join(_serialized(inner) for inner in part.parts)
    encoding = str(part.get("content-transfer-encoding", ""))
    if encoding in {"base64", "quoted-printable"}:
        # RFC 2046 5.2.1 forbids it, mail systems do it: the parser then sees a mail without fields.
        bare = Part(budget=part.budget)
        bare["Content-Transfer-Encoding"] = encoding
        bare.set_payload(flat.strip().decode("ascii", "surrogateescape"))
        return part_bytes(bare)
    return flat


def _serialized(inner: Part) -> bytes:
    inner.unfold()
    written = BytesIO()
    try:
        BytesGenerator(written, mangle_from_=False, maxheaderlen=0).flatten(inner)
    except (ValueError, LookupError, TypeError, AttributeError, MessageError, RecursionError):
        inner.budget.note("attached mail that cannot be written out again")
        return str(inner.get_payload() if not inner.is_branch else "").encode("utf-8", "surrogateescape")
    return written.getvalue()
