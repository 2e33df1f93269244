"""Which domains belong to one organisation (RFC 7489 3.2), by the public suffix list that authheaders carries."""

from functools import cache, lru_cache
from importlib import resources

from publicsuffix2 import PublicSuffixList  # type: ignore[import-untyped]  # publishes no types

MAX_DOMAIN = 253


@lru_cache(maxsize=4096)
def organizational_domain(domain: str) -> str:
    """Return the part one organisation registered (``acme.co.uk``); a public suffix itself has none: empty."""
    name = domain.strip().rstrip(".").lower()
    if not name or len(name) > MAX_DOMAIN or "." not in name or ".." in name:
        return ""
    # Not get_sld: for a top level that is not listed it would make all domains below one organisation.
    suffix = _suffixes().get_tld(name)
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


@cache
def _suffixes() -> PublicSuffixList:
    # Data of a package, the same for every call: reading it once keeps this a pure function.
    with (resources.files("authheaders") / "public_suffix_list.txt").open(encoding="utf-8") as suffixes:
        return PublicSuffixList(suffixes)
