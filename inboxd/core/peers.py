"""Whom the limit per peer counts as one: a robot that writes from a new address each time is still the same robot."""

import re

_DIGITS = re.compile(r"\d+")


def peer_key(address: str) -> str:
    """Return the address without what machines change in it: a number, or the detail behind ``+`` (RFC 5233).

    A number alone is a name: of somebody at QQ, or of a telephone behind a gateway.
    """
    local, _, domain = address.strip().lower().rpartition("@")
    name = local.lstrip("+").partition("+")[0]
    return f"{name if _DIGITS.fullmatch(name) else _DIGITS.sub('0', name)}@{domain}"


def is_variable(address: str) -> bool:
    """Return whether other addresses may be the same peer."""
    return peer_key(address) != address.strip().lower()
