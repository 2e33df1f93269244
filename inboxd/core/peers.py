"""Whom the limit per peer counts as one: a robot that writes from a new address each time is still the same robot."""

import re

_DIGITS = re.compile(r"\d+")


def peer_key(address: str) -> str:
    """Return the address without what machines change in it: a number, or the detail behind ``+`` (RFC 5233)."""
    local, _, domain = address.strip().lower().rpartition("@")
    return f"{_DIGITS.sub('0', local.partition('+')[0])}@{domain}"


def is_variable(address: str) -> bool:
    """Return whether other addresses may be the same peer."""
    return peer_key(address) != address.strip().lower()
