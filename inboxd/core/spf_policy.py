"""SPF (RFC 7208): whether this client may send for the domain of the reverse-path.

Evaluated here: pyspf, the only library for it, asks the DNS by itself and has had no release since 2020.
"""

import ipaddress
import re

from inboxd.core.dns_answers import Resolve
from inboxd.core.spf_record import (
    MAX_DOMAIN,
    ClientAddress,
    MacroValues,
    Mechanism,
    SpfRecord,
    SpfSyntaxError,
    expand,
    is_spf_record,
    parse_record,
)
from inboxd.errors import TransientError

# RFC 7208 4.6.4
MAX_DNS_TERMS = 10
MAX_VOID_LOOKUPS = 2
MAX_NAMES = 10
MAX_LABEL = 63  # RFC 1035 2.3.4

# A client in our own network is a relay of ours: what it is allowed to send says nothing about the sender.
_INSIDE = tuple(
    ipaddress.ip_network(network)
    for network in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)
_MAILBOX = re.compile(r"([^\s@<>]{1,64})@[^\s@<>]{1,253}")
_HOST_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){1,126}")
_DNS_TERMS = frozenset({"include", "a", "mx", "ptr", "exists"})


def check_spf(client_ip: str, reverse_path: str, helo: str, resolve: Resolve) -> str:
    """Return the RFC 7208 2.6 result for the reverse-path (for the HELO name when it is null); ``none`` from inside."""
    client = _outside_address(client_ip)
    domain = spf_domain(reverse_path, helo)
    if client is None or not domain:
        return "none"
    mailbox = _MAILBOX.fullmatch(reverse_path)
    values = MacroValues(client, mailbox[1] if mailbox else "postmaster", domain, helo, domain)
    try:
        return _Evaluation(resolve, values).check_host(domain)
    except TransientError:
        return "temperror"
    except SpfSyntaxError:
        return "permerror"


def spf_domain(reverse_path: str, helo: str) -> str:
    """Return the domain SPF speaks of: that of the reverse-path, else the HELO name (RFC 7208 2.4)."""
    domain = reverse_path.rpartition("@")[2] if "@" in reverse_path else helo
    domain = domain.strip().rstrip(".").lower()
    return domain if len(domain) <= MAX_DOMAIN and _HOST_NAME.fullmatch(domain) else ""


class _Evaluation:
    """One ``check_host`` with all its includes; they share the limits."""

    def __init__(self, resolve: Resolve, values: MacroValues) -> None:
        self._resolve = resolve
        self._values = values
        self._terms = 0
        self._voids = 0

    def check_host(self, domain: str) -> str:
        """Return the result for ``domain`` (RFC 7208 4); raises ``SpfSyntaxError`` for ``permerror``."""
        record = self._record(domain)
        if record is None:
            return "none"
        for mechanism in record.mechanisms:
            if self._matches(mechanism, domain):
                return mechanism.result
        # RFC 7208 6.1: a redirect counts only without "all", which would have matched.
        return self._redirect(record, domain) if record.redirect else "neutral"

    def _record(self, domain: str) -> SpfRecord | None:
        if not _is_name(domain):
            return None
        records = [text for text in self._resolve(domain, "TXT") if is_spf_record(text)]
        if len(records) > 1:
            raise SpfSyntaxError("two records")
        return parse_record(records[0]) if records else None

    def _redirect(self, record: SpfRecord, domain: str) -> str:
        self._count_term()
        result = self.check_host(self._expand(record.redirect, domain))
        if result == "none":
            raise SpfSyntaxError("redirect to nowhere")
        return result

    def _matches(self, mechanism: Mechanism, domain: str) -> bool:
        if mechanism.name in _DNS_TERMS:
            self._count_term()
        target = self._expand(mechanism.domain_spec, domain) if mechanism.domain_spec else domain
        match mechanism.name:
            case "all":
                return True
            case "include":
                return self._includes(target)
            case "a":
                return self._has_client(target, mechanism)
            case "mx":
                return any(self._has_client(host, mechanism) for host in self._exchanges(target))
            case "ptr":
                return self._is_named(target)
            case "exists":
                return bool(self._ask(target, "A"))
            case _:
                return mechanism.network is not None and self._values.client in mechanism.network

    def _includes(self, target: str) -> bool:
        """Return True when the other record passes; without one it is a mistake (RFC 7208 5.2)."""
        result = self.check_host(target)
        if result == "none":
            raise SpfSyntaxError("include of nothing")
        return result == "pass"

    def _exchanges(self, target: str) -> list[str]:
        records = self._ask(target, "MX")
        if len(records) > MAX_NAMES:
            raise SpfSyntaxError("too many MX records")
        return [record.split()[-1].rstrip(".") for record in records if record.split()]

    def _has_client(self, host: str, mechanism: Mechanism) -> bool:
        v4 = isinstance(self._values.client, ipaddress.IPv4Address)
        prefix = mechanism.prefix4 if v4 else mechanism.prefix6
        return any(self._is_in(address, prefix) for address in self._ask(host, "A" if v4 else "AAAA"))

    def _is_in(self, address: str, prefix: int) -> bool:
        try:
            return self._values.client in ipaddress.ip_network(f"{address}/{prefix}", strict=False)
        except ValueError:
            return False

    def _is_named(self, target: str) -> bool:
        """Return True when a name of the client, confirmed by its address, is in ``target`` (RFC 7208 5.5)."""
        plain = Mechanism("pass", "a")
        try:
            names = [
                name.rstrip(".").lower() for name in self._ask(self._values.client.reverse_pointer, "PTR")
            ]
            wanted = [name for name in names[:MAX_NAMES] if f".{name}".endswith(f".{target.lower()}")]
            return any(self._has_client(name, plain) for name in wanted)
        except TransientError:
            return False

    def _ask(self, name: str, rdtype: str) -> tuple[str, ...]:
        if not _is_name(name):
            return ()
        answer = self._resolve(name, rdtype)
        if not answer:
            self._voids += 1
            if self._voids > MAX_VOID_LOOKUPS:
                raise SpfSyntaxError("too many void lookups")
        return answer

    def _expand(self, domain_spec: str, domain: str) -> str:
        values = self._values
        local = MacroValues(values.client, values.local_part, values.sender_domain, values.helo, domain)
        return expand(domain_spec, local)

    def _count_term(self) -> None:
        self._terms += 1
        if self._terms > MAX_DNS_TERMS:
            raise SpfSyntaxError("too many DNS questions")


def _outside_address(client_ip: str) -> ClientAddress | None:
    try:
        address = ipaddress.ip_address(client_ip)
    except ValueError:
        return None
    mapped = (address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None) or address
    return None if any(mapped in network for network in _INSIDE) else mapped


def _is_name(domain: str) -> bool:
    """Return True for several labels of at most 63 characters (RFC 7208 4.3); macros may put anything into them."""
    labels = domain.split(".")
    well_formed = all(0 < len(label) <= MAX_LABEL for label in labels)
    return well_formed and len(labels) > 1 and len(domain) <= MAX_DOMAIN and domain.isascii()
