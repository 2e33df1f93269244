"""Which addresses are the desk's own: the configured ones, with any detail behind the delimiter (RFC 5233)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OwnAddresses:
    """The desk's addresses in lower case; ``delimiter`` is empty where the provider has no plus addresses."""

    addresses: frozenset[str]
    delimiter: str = "+"

    def __contains__(self, addr_spec: object) -> bool:
        """Return True for an own address, with or without a detail (``support+t12.x@acme.test``)."""
        return isinstance(addr_spec, str) and self.base(addr_spec) in self.addresses

    def base(self, addr_spec: str) -> str:
        """Return the address in lower case without its detail."""
        address = addr_spec.strip().lower()
        local_part, at, domain = address.rpartition("@")
        if not at or not self.delimiter:
            return address
        return f"{local_part.partition(self.delimiter)[0]}@{domain}"

    def accepts(self, addr_spec: str) -> bool:
        """Return True when mail to this address is for us; RFC 5321 4.5.1 demands postmaster of our domains too."""
        if addr_spec in self:
            return True
        local_part, _, domain = addr_spec.strip().lower().rpartition("@")
        return local_part == "postmaster" and any(own.endswith(f"@{domain}") for own in self.addresses)
