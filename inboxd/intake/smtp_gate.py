"""Who may come in over SMTP, and how much of it is held at one time: counted per peer, so that no one shuts others out.

Used on one event loop only, so it needs no lock.
"""

import ipaddress
from collections import Counter
from collections.abc import Callable

from inboxd.configintake import GateLimits

# RFC 5321 3.8 and 4.2.2: 421, then the connection ends. RFC 3463 X.3.2: system not accepting messages, X.7.0: security.
FULL = "421 4.3.2 Too many connections, please try again later"
TOO_MANY_OF_YOURS = "421 4.7.0 Too many connections from your network, please try again later"
TOO_OFTEN = "421 4.7.0 You connect too often, please try again later"
# RFC 5321 4.2.2: 450, this mail not now. RFC 3463 X.7.1: delivery not authorized.
TOO_MANY_MAILS = "450 4.7.1 Too many mails from your network, please try again later"

# An IPv6 customer gets at least a /64 (RFC 6177): whoever has one has 2^64 addresses.
_NETWORK_BITS = 64
# So many networks are remembered within one span; an attack from more of them is met by the limit for all.
_MOST_REMEMBERED = 20_000
# So much of a mail is held for whoever is let in at all.
FREE_OCTETS = 64 * 1024


class Gate:
    """Counts connections, arrivals, mails and octets of mails on their way, over all and per peer."""

    def __init__(self, limits: GateLimits, monotonic: Callable[[], float]) -> None:
        self._limits = limits
        self._monotonic = monotonic
        self._inside: Counter[str] = Counter()
        self._arrived: Counter[str] = Counter()
        self._held: Counter[str] = Counter()
        self._told: set[str] = set()
        self._span_began = monotonic()
        self._sent: Counter[str] = Counter()
        self._sent_began = monotonic()

    def enter(self, peer: str) -> str:
        """Count a connection in and return an empty string, or return the line by which it is refused."""
        self._arrive(peer)
        if self._inside.total() >= self._limits.connections:
            return FULL
        if self._inside[peer] >= self._limits.connections_per_peer:
            return TOO_MANY_OF_YOURS
        if self._arrived[peer] > self._limits.arrivals_per_peer.at_most:
            return TOO_OFTEN
        self._inside[peer] += 1
        return ""

    def is_news(self, peer: str) -> bool:
        """Return True the first time within a span: a flood of refusals must not become a flood of log lines."""
        news = peer not in self._told
        self._told.add(peer)
        return news

    def leave(self, peer: str) -> None:
        """Count a connection out."""
        _subtract(self._inside, peer, 1)

    def may_send(self, peer: str) -> bool:
        """Return whether a peer may send one more mail within the span; this machine itself always may."""
        now, span = self._monotonic(), self._limits.mails_per_peer.span.total_seconds()
        if now - self._sent_began > span or len(self._sent) >= _MOST_REMEMBERED:
            self._sent.clear()
            self._sent_began = now
        return self._sent[peer] < self._limits.mails_per_peer.at_most or is_own_machine(peer)

    def sends(self, peer: str) -> None:
        """Count a mail whose text comes now."""
        self._sent[peer] += 1

    def hold(self, peer: str, octets: int) -> bool:
        """Return whether so many octets more of a mail may be held; one peer never gets more than half of the room."""
        most = self._limits.memory
        if self._held.total() + octets > most or self._held[peer] + octets > most // 2:
            return False
        self._held[peer] += octets
        return True

    def let_go(self, peer: str, octets: int) -> None:
        """Give back the room of a mail that is stored or thrown away."""
        _subtract(self._held, peer, octets)

    def _arrive(self, peer: str) -> None:
        now = self._monotonic()
        span = self._limits.arrivals_per_peer.span.total_seconds()
        if now - self._span_began > span or len(self._arrived) >= _MOST_REMEMBERED:
            self._arrived.clear()
            self._told.clear()
            self._span_began = now
        self._arrived[peer] += 1


def network_of(address: str) -> str:
    """Return whom an address belongs to: itself (IPv4, this machine), or its /64 (IPv6)."""
    try:
        # A zone (fe80::1%eth0, RFC 4007 11) is ours, not the peer's.
        read = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(read, ipaddress.IPv4Address) or read.is_loopback:
        return str(read)
    if read.ipv4_mapped is not None:
        return str(read.ipv4_mapped)
    return str(ipaddress.ip_network((read, _NETWORK_BITS), strict=False))


def is_own_machine(peer: str) -> bool:
    """Return whether a peer is a mail system on this machine, which hands on what it has taken for us."""
    try:
        return ipaddress.ip_address(peer).is_loopback
    except ValueError:
        return False


def _subtract(counter: Counter[str], key: str, count: int) -> None:
    counter[key] -= count
    # What is nought is forgotten: the counters hold who is here, not who ever was.
    if counter[key] <= 0:
        del counter[key]
