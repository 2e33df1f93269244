"""An SPF record as values (RFC 7208 section 4.6, 5 and 7), and the macros in it."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote

MAX_RECORD = 4096
MAX_TERMS = 200
MAX_DOMAIN = 253

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
ClientAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_QUALIFIERS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_VERSION = re.compile(r"v=spf1(?: |$)", re.IGNORECASE)
_MODIFIER = re.compile(r"([a-z][a-z0-9_.-]{0,60})=(.*)", re.IGNORECASE | re.DOTALL)
_MECHANISM = re.compile(r"([+?~-]?)([a-z][a-z0-9_.-]{0,60})(.*)", re.IGNORECASE | re.DOTALL)
_CIDR = re.compile(r"(?:/(0|[1-9]\d?))?(?://(0|[1-9]\d{0,2}))?\Z", re.ASCII)
_MACRO = re.compile(r"%(?:\{([slodipvh])(\d{0,3})(r?)([.+,/_=-]*)\}|([%_-]))", re.IGNORECASE | re.ASCII)
_TOP_LABEL = re.compile(r"\.(?=[a-z0-9-]*[a-z-])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.?\Z", re.IGNORECASE)
_PRINTABLE = re.compile(r"[\x21-\x7e]*")
_LITERALS = {"%": "%", "_": " ", "-": "%20"}
_WITH_DOMAIN = frozenset({"include", "exists"})
_MAY_HAVE_DOMAIN = frozenset({"a", "mx", "ptr"})


class SpfSyntaxError(ValueError):
    """The record is none: RFC 7208 4.6 makes the whole result ``permerror``."""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One directive: the result it gives when it matches, its domain-spec (macros as written), and its prefixes."""

    result: str
    name: str
    domain_spec: str = ""
    network: Network | None = None
    prefix4: int = 32
    prefix6: int = 128


@dataclass(frozen=True, slots=True)
class SpfRecord:
    """The directives in order, and where ``redirect=`` leads (empty: nowhere)."""

    mechanisms: tuple[Mechanism, ...]
    redirect: str = ""


@dataclass(frozen=True, slots=True)
class MacroValues:
    """What the macro letters of RFC 7208 7.2 stand for; ``domain`` changes from record to record."""

    client: ClientAddress
    local_part: str
    sender_domain: str
    helo: str
    domain: str


def is_spf_record(text: str) -> bool:
    """Return True for a TXT record that claims to be SPF version 1 (RFC 7208 4.5)."""
    return bool(_VERSION.match(text))


def parse_record(text: str) -> SpfRecord:
    """Return the record; raises ``SpfSyntaxError`` when any part of it is malformed (RFC 7208 4.6)."""
    terms = text.split(" ")[1:]
    if len(text) > MAX_RECORD or len(terms) > MAX_TERMS or not text.isascii():
        raise SpfSyntaxError("no record of reasonable size")
    mechanisms: list[Mechanism] = []
    modifiers: dict[str, str] = {}
    for term in filter(None, terms):
        found = _MODIFIER.fullmatch(term)
        if found is None:
            mechanisms.append(_mechanism(term))
            continue
        name = found[1].lower()
        _check_macros(found[2])
        # RFC 7208 6: these two may appear once; an unknown modifier means nothing to us.
        if name in {"redirect", "exp"} and (name in modifiers or not _is_domain_spec(found[2])):
            raise SpfSyntaxError(name)
        modifiers[name] = found[2]
    return SpfRecord(tuple(mechanisms), modifiers.get("redirect", ""))


def expand(domain_spec: str, values: MacroValues) -> str:
    """Return the domain a domain-spec stands for, cut from the left to 253 characters (RFC 7208 7.3)."""
    name = _MACRO.sub(lambda macro: _expand_macro(macro, values), domain_spec).rstrip(".")
    while len(name) > MAX_DOMAIN and "." in name:
        name = name.partition(".")[2]
    return name


def _mechanism(term: str) -> Mechanism:
    found = _MECHANISM.fullmatch(term)
    if found is None:
        raise SpfSyntaxError(term)
    result, name, rest = _QUALIFIERS[found[1] or "+"], found[2].lower(), found[3]
    if name == "all" and not rest:
        return Mechanism(result, name)
    if name in {"ip4", "ip6"} and rest.startswith(":"):
        return Mechanism(result, name, network=_network(name, rest[1:]))
    if name in _WITH_DOMAIN and rest.startswith(":") and _is_domain_spec(rest[1:]):
        return Mechanism(result, name, rest[1:])
    if name in _MAY_HAVE_DOMAIN:
        return _with_prefixes(result, name, rest)
    raise SpfSyntaxError(term)


def _with_prefixes(result: str, name: str, rest: str) -> Mechanism:
    """Return ``a``, ``mx`` or ``ptr`` with its optional domain and, but for ``ptr``, prefix lengths (RFC 7208 5.6)."""
    slash = _CIDR.search(rest) if name != "ptr" else None
    prefix4, prefix6 = (slash[1], slash[2]) if slash else (None, None)
    spec = rest[: slash.start()] if slash else rest
    if spec and not (spec.startswith(":") and _is_domain_spec(spec[1:])):
        raise SpfSyntaxError(rest)
    lengths = int(prefix4 or 32), int(prefix6 or 128)
    if lengths[0] > 32 or lengths[1] > 128:  # noqa: PLR2004  bits of an IPv4 and an IPv6 address
        raise SpfSyntaxError(rest)
    return Mechanism(result, name, spec[1:], None, *lengths)


def _network(name: str, text: str) -> Network:
    try:
        if name == "ip4":
            return ipaddress.IPv4Network(_plain_prefix(text), strict=False)
        return ipaddress.IPv6Network(_plain_prefix(text), strict=False)
    except ValueError as error:
        raise SpfSyntaxError(text) from error


def _plain_prefix(text: str) -> str:
    """Return the network when its prefix length, if any, is a number without leading zeros (not a net mask)."""
    _, slash, prefix = text.partition("/")
    if slash and not re.fullmatch(r"0|[1-9][0-9]{0,2}", prefix):
        raise SpfSyntaxError(text)
    return text


def _is_domain_spec(text: str) -> bool:
    """Return True for macros and a final label, or a final macro (RFC 7208 7.1)."""
    _check_macros(text)
    return text.endswith("}") or bool(_TOP_LABEL.search(text))


def _check_macros(text: str) -> None:
    if not _PRINTABLE.fullmatch(text) or "%" in _MACRO.sub("", text):
        raise SpfSyntaxError(text)
    if any(found[2] and int(found[2]) == 0 for found in _MACRO.finditer(text)):
        raise SpfSyntaxError(text)


def _expand_macro(macro: re.Match[str], values: MacroValues) -> str:
    if macro[5]:
        return _LITERALS[macro[5]]
    labels = re.split(f"[{re.escape(macro[4] or '.')}]", _letter(macro[1].lower(), values))
    if macro[3]:
        labels.reverse()
    text = ".".join(labels[-int(macro[2]) :] if macro[2] else labels)
    return quote(text, safe="-._~") if macro[1].isupper() else text


def _letter(letter: str, values: MacroValues) -> str:
    """Return the value of a macro letter; ``p`` is not looked up, which RFC 7208 7.2 allows by ``unknown``."""
    client = values.client
    v4 = isinstance(client, ipaddress.IPv4Address)
    return {
        "s": f"{values.local_part}@{values.sender_domain}",
        "l": values.local_part,
        "o": values.sender_domain,
        "d": values.domain,
        "i": str(client) if v4 else ".".join(client.exploded.replace(":", "")),
        "p": "unknown",
        "v": "in-addr" if v4 else "ip6",
        "h": values.helo,
    }[letter]
