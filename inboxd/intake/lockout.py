"""Who failed to sign in too often has to wait: a small table in memory, by peer, never by name. No I/O.

By name it would be a way to lock the operator out.
"""

import ipaddress
from collections import OrderedDict, deque

MOST_FAILURES = 5
WINDOW_SECONDS = 15 * 60.0
_MOST_PEERS = 10_000
_IPV6_SITE = 64


class Lockout:
    """Counts failures; ``now`` is any clock in seconds that never goes back."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def is_out(self, peer: str, now: float) -> bool:
        """Return whether this peer has to wait."""
        failures = self._failures.get(_site(peer))
        if failures is None:
            return False
        while failures and now - failures[0] >= WINDOW_SECONDS:
            failures.popleft()
        return len(failures) >= MOST_FAILURES

    def failed(self, peer: str, now: float) -> None:
        """Note a failure; the peer that failed longest ago is forgotten when there are too many."""
        site = _site(peer)
        self._failures.setdefault(site, deque(maxlen=MOST_FAILURES)).append(now)
        self._failures.move_to_end(site)
        if len(self._failures) > _MOST_PEERS:
            self._failures.popitem(last=False)

    def succeeded(self, peer: str) -> None:
        """Forget the failures of a peer: a person mistyped."""
        self._failures.pop(_site(peer), None)


def _site(peer: str) -> str:
    """Return what one attacker has: an IPv4 address, of IPv6 a whole /64 (RFC 6177 2)."""
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return peer
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _IPV6_SITE), strict=False))
    return str(address)
