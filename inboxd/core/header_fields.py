"""Header fields as they stand on the wire: encoded (RFC 2047), folded (RFC 5322 2.2.3), one line each when decoded.

The standard library's ``email.policy`` turns an identifier or token longer than a line into an encoded word
(``References`` then no longer names any mail) and drops quotes of folded display names; so the fields are written here.
"""

import re
from email.header import Header

from inboxd.core.mail import Address
from inboxd.core.text_cut import cut

LINE_LIMIT = 76
TOKEN_LIMIT = 900  # leaves room for a long field name within the 998 characters of a line (RFC 5322 2.1.1)
_NAME_LIMIT = 200
_FOLD = "\r\n "

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_FIELD_NAME = re.compile(r"[!-9;-~]{1,76}")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LOOKS_ENCODED = re.compile(r"=\?[^?\s]{1,75}\?[BbQq]\?")
_DOT_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def one_line(value: str) -> str:
    """Return ``value`` without control characters and runs of white space: nothing in it can begin a new field."""
    if value.isascii() and value.isprintable():
        return " ".join(value.split())
    return " ".join(_CONTROL.sub(" ", _SURROGATE.sub("\ufffd", value)).split())


def is_field_name(name: str) -> bool:
    """Return True for a legal field name (RFC 5322 3.6.8 ``ftext``)."""
    return _FIELD_NAME.fullmatch(name) is not None


def text_field(name: str, value: str) -> str:
    """Return an unstructured field (RFC 5322 3.2.5) with its CRLF, encoded words where it is not plain ASCII."""
    value = one_line(value)
    if value.isascii() and not _LOOKS_ENCODED.search(value):
        return _folded(name, value.split(" "))
    encoded = Header(value, "utf-8", maxlinelen=LINE_LIMIT, header_name=name).encode(linesep="\r\n")
    return f"{name}: {encoded}\r\n"


def id_field(name: str, message_ids: tuple[str, ...]) -> str:
    """Return a field of msg-ids (RFC 5322 3.6.4), folded between them and never inside one; empty without any."""
    ids = [bracketed for bracketed in map(clean_message_id, message_ids) if bracketed]
    return _folded(name, ids) if ids else ""


def address_field(name: str, addresses: tuple[Address, ...]) -> str:
    """Return an address list (RFC 5322 3.4), one address a line where it must fold; empty without any valid one."""
    written = [mailbox for mailbox in map(format_mailbox, addresses) if mailbox]
    parts = [f"{mailbox}," for mailbox in written[:-1]] + written[-1:]
    return _folded(name, parts) if parts else ""


def clean_message_id(message_id: str) -> str:
    """Return the id as ``<left@right>``, or the empty string when it could not stand in a header."""
    inner = message_id.strip().removeprefix("<").removesuffix(">")
    usable = inner.isascii() and inner.isprintable() and len(inner) <= TOKEN_LIMIT - 2
    return f"<{inner}>" if inner and usable and not re.search(r"[\s<>]", inner) else ""


def format_mailbox(address: Address) -> str:
    """Return ``display-name <addr-spec>`` in ASCII (folds allowed inside), or the empty string for no legal address."""
    addr_spec = clean_addr_spec(address.addr_spec)
    name = cut(one_line(address.display_name), _NAME_LIMIT).rstrip()
    if not addr_spec or not name:
        return addr_spec
    written = _display_name(name)
    fits = (
        len(written.rpartition("\n")[2]) + len(addr_spec) + 4 <= LINE_LIMIT
    )  # RFC 2047 2: 76 with an encoded word
    return f"{written}{' ' if fits else _FOLD}<{addr_spec}>"


def clean_addr_spec(addr_spec: str) -> str:
    """Return an ASCII addr-spec (domain as IDNA A-labels, RFC 5890), or the empty string when there is none."""
    local_part, at, domain = addr_spec.strip().rpartition("@")
    domain = _ascii_domain(domain)
    if not at or not domain or not local_part or not local_part.isascii() or len(addr_spec) > 320:  # noqa: PLR2004  RFC 3696 errata 1690: 64 + 1 + 255
        return ""
    if _DOT_ATOM.fullmatch(local_part):
        return f"{local_part}@{domain}"
    unquoted = local_part[1:-1] if local_part.startswith('"') and local_part.endswith('"') else local_part
    return f"{_quoted(unquoted)}@{domain}" if unquoted.isprintable() else ""


def _ascii_domain(domain: str) -> str:
    domain = domain.strip()
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return ascii_domain if re.fullmatch(r"[A-Za-z0-9._:\[\]-]{1,255}", ascii_domain) else ""


def _display_name(name: str) -> str:
    if name.isascii() and not _LOOKS_ENCODED.search(name) and len(name) < LINE_LIMIT:
        return name if _ATOMS.fullmatch(name) else _quoted(name)
    # RFC 2047 5 (3): an encoded word in a phrase stands alone, outside of any quoted string.
    return Header(name, "utf-8", maxlinelen=LINE_LIMIT - 12).encode(linesep="\r\n")


def _quoted(text: str) -> str:
    r"""RFC 5322 3.2.4: only ``"`` and ``\`` need a quoted-pair."""
    plain = text.replace("\\\\", "\\").replace('\\"', '"')
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _folded(name: str, parts: list[str]) -> str:
    line = f"{name}: {' '.join(parts)}"
    if len(line) <= LINE_LIMIT and "\r\n" not in line:
        return f"{line}\r\n"
    lines = [f"{name}:"]
    for part in parts:
        for piece in _within_hard_limit(part):
            first, *further = piece.split("\r\n")
            if lines[-1] != f"{name}:" and len(lines[-1]) + 1 + len(first) > LINE_LIMIT:
                lines.append("")
            lines[-1] += f" {first}"
            lines.extend(further)
    return "\r\n".join(lines) + "\r\n"


def _within_hard_limit(part: str) -> list[str]:
    """RFC 5322 2.1.1: no line may exceed 998 characters, whatever a word without spaces would like."""
    if "\r\n" in part:
        return [part]  # folded already
    return [part[at : at + TOKEN_LIMIT] for at in range(0, len(part), TOKEN_LIMIT)] or [""]
