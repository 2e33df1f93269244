"""Which domains belong to one organisation (RFC 7489 3.2), by the public suffix list that authheaders carries.

The rules are looked up as they stand; the library that makes a tree of them needs 5 MB for it.
"""

import contextlib
import io
from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.util import find_spec

MAX_DOMAIN = 253


@lru_cache(maxsize=4096)
def organizational_domain(domain: str) -> str:
    """Return the part one organisation registered (``acme.co.uk``); a public suffix itself has none: empty."""
    name = domain.strip().rstrip(".").lower()
    if not name or len(name) > MAX_DOMAIN or "." not in name or ".." in name:
        return ""
    suffix = _public_suffix(name)
    labels = name.removesuffix(f".{suffix}").split(".") if suffix and name != suffix else [""]
    return f"{labels[-1]}.{suffix}" if labels[-1] else ""


def is_aligned(domain: str, from_domain: str, *, strict: bool = False) -> bool:
    """Return True when the two are the same domain or, unless ``strict``, of one organisation (RFC 7489 3.1)."""
    left, right = (name.strip().rstrip(".").lower() for name in (domain, from_domain))
    if not left or not right:
        return False
    organization = organizational_domain(right)
    return left == right or (
        not strict and bool(organization) and organizational_domain(left) == organization
    )


def _public_suffix(name: str) -> str:
    """Return the public suffix of a domain (https://publicsuffix.org/list/: the longest rule, an exception above all)."""
    labels = name.split(".")
    rules = frozenset(_rules().get(labels[-1], "").split())
    for start in range(len(labels)):
        suffix, above = ".".join(labels[start:]), ".".join(labels[start + 1 :])
        if f"!{suffix}" in rules:
            return above
        if suffix in rules or f"*.{above}" in rules:
            return suffix
    # What is not listed is a suffix by the rule "*".
    return labels[-1]


@cache
def _rules() -> Mapping[str, str]:
    """Return the rules by their last label, those of each in one text: as 9,800 strings they need 1 MB."""
    # Data of a package, the same for every call: reading it once keeps this a pure function. The package itself, with
    # all that checks signatures, is not loaded for it.
    package = find_spec("authheaders")
    found: defaultdict[str, list[str]] = defaultdict(list)
    if package is not None and package.submodule_search_locations and package.loader is not None:
        path = f"{package.submodule_search_locations[0]}/public_suffix_list.txt"
        for line in io.BytesIO(package.loader.get_data(path)):  # type: ignore[attr-defined]  # of the loader that reads files
            words = line.decode("utf-8").split("//", 1)[0].split()
            if words:
                rule = _in_ascii(words[0].lstrip("."))
                found[rule.rpartition(".")[2]].append(rule)
    return {last: " ".join(rules) for last, rules in found.items()}


def _in_ascii(rule: str) -> str:
    """Return a rule as names are asked for in mail (RFC 5890 2.3.2.1: A-labels)."""
    if not rule.isascii():
        with contextlib.suppress(UnicodeError):
            return rule.encode("idna").decode("ascii")
    return rule
