"""The Authentication-Results field (RFC 8601 2.2) as values.

Read here in one pass and not by ``authres``: that needs 11 s for a field of 100 kB, recurses into comments, and
anybody can put such a field into a mail.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from inboxd.core.mail import Mail

FIELD = "Authentication-Results"
MAX_FIELDS = 20
MAX_FIELD = 16_000

_PAIR = re.compile(r'([a-z0-9_./-]{1,100})\s{0,20}=\s{0,20}("(?:[^"\\]|\\.)*"|[^\s"]*)', re.IGNORECASE)
_AUTHSERV_ID = re.compile(r'\s*("[^"]*"|[^\s"=/]{1,255})(?:\s{1,20}[0-9]{1,3})?\s*')
_VERSION = "/1"  # RFC 8601 2.2 method-version: results of a method version we do not know say nothing

# RFC 8601 2.7: where each method names the domain it checked, best first.
_DOMAIN_PROPERTIES = {
    "dmarc": ("header.from",),
    "dkim": ("header.d", "header.i"),
    "spf": ("smtp.mailfrom", "smtp.from"),
}


@dataclass(frozen=True, slots=True)
class MethodResult:
    """One ``resinfo``, in lower case; ``domain`` is the one the method speaks of (empty when it names none)."""

    method: str
    result: str
    domain: str


@dataclass(frozen=True, slots=True)
class AuthResults:
    """One field: whose word it is (empty when it names nobody), and the results (none for ``none``)."""

    authserv_id: str
    results: tuple[MethodResult, ...]

    def of(self, method: str) -> tuple[MethodResult, ...]:
        """Return the results of one method, in order."""
        return tuple(result for result in self.results if result.method == method)

    def result(self, method: str) -> str:
        """Return the result of a method: ``pass`` if any passes, else the first; empty when it was not tried."""
        said = [result.result for result in self.of(method)]
        return "pass" if "pass" in said else next(iter(said), "")


def read_fields(mail: Mail) -> Iterator[AuthResults]:
    """Yield the mail's readable fields, topmost first."""
    for value in mail.headers(FIELD)[:MAX_FIELDS]:
        field = parse_field(value)
        if field is not None:
            yield field


def is_trusted(authserv_id: str, trusted: Iterable[str]) -> bool:
    """Return whether a server's word counts; ``*.mx.test`` is every server below mx.test: large providers have many."""
    wanted = frozenset(one.strip().lower() for one in trusted)
    parts = authserv_id.split(".")
    above = (".".join(parts[start:]) for start in range(1, len(parts) - 1))
    return bool(authserv_id) and (authserv_id in wanted or any(f"*.{name}" in wanted for name in above))


def parse_field(value: str) -> AuthResults | None:
    """Return the meaning of an unfolded field; None when it is malformed or too long to be one."""
    segments = _segments(value) if len(value) <= MAX_FIELD else None
    if not segments:
        return None
    first = _AUTHSERV_ID.fullmatch(segments[0])
    # Microsoft names nobody and begins with the results.
    resinfos = segments[1:] if first else segments
    results = tuple(result for segment in resinfos if (result := _method_result(segment)))
    return AuthResults(first[1].strip('"').lower() if first else "", results)


def _segments(value: str) -> list[str] | None:
    """Return what stands between semicolons, comments left out and quotes kept; None when one is never closed."""
    segments, start, depth, quoted, at = [""], 0, 0, False, 0
    while at < len(value):
        char = value[at]
        if char == "\\" and (depth or quoted):  # RFC 5322 3.2.1 quoted-pair
            at += 1
        elif char == '"' and not depth:
            quoted = not quoted
        elif char == "(" and not quoted:
            if not depth:
                segments[-1] += value[start:at] + " "
            depth += 1
        elif char == ")" and depth:
            depth -= 1
            start = at + 1
        elif char == ";" and not depth and not quoted:
            segments[-1] += value[start:at]
            segments.append("")
            start = at + 1
        at += 1
    segments[-1] += value[start:]
    return None if depth or quoted else segments


def _method_result(segment: str) -> MethodResult | None:
    """Return one ``resinfo``: only the first pair is method and result, whatever follows describes it."""
    pairs = _PAIR.findall(segment)
    if not pairs or not segment.lstrip().startswith(pairs[0][0]):
        return None
    method = pairs[0][0].lower().removesuffix(_VERSION)
    properties: dict[str, str] = {}
    for name, said in pairs[1:]:
        properties.setdefault(name.lower(), said.strip('"').lower())
    named = (properties.get(name, "") for name in _DOMAIN_PROPERTIES.get(method, ()))
    domain = next(filter(None, named), "").rpartition("@")[2]
    return MethodResult(method, pairs[0][1].lower(), domain.strip("<>").rstrip("."))
