"""Signed ids in Message-IDs and addresses: proof that someone has one of our mails in hand (DESIGN 4.6).

====================  ===============================  ==========================================
Message-ID            ``<t12.m34.SIG@domain>``         ticket 12, outbox row 34
reply address         ``local+t12.SIG@domain``         customers of ticket 12
reply address         ``local+o12.SIG@domain``         one operator, for ticket 12
draft                 ``<t12.d5.SIG@domain>``          ticket 12, draft 5
return path           ``local+b34.SIG@domain``         outbox row 34, where bounces come back
====================  ===============================  ==========================================

Ticket 0 stands in mails that belong to no ticket (digest, alarm). Everything is read without regard to case,
because relays and address books change it, and compared in constant time.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from enum import StrEnum

from inboxd.core.own_addresses import OwnAddresses

SIGNATURE_BYTES = (
    10  # 80 bits: 16 characters, so that the local part stays far below 64 octets (RFC 5321 4.5.3.1.1)
)
SIGNATURE_LENGTH = SIGNATURE_BYTES * 8 // 5
MAX_ADDR_SPEC = 320
MAX_MESSAGE_ID = 998  # RFC 5322 2.1.1

_NUMBER = r"(0|[1-9][0-9]{0,11})"
_SIGNATURE = rf"([a-z2-7]{{{SIGNATURE_LENGTH}}})"
_MESSAGE_ID = re.compile(rf"<?t{_NUMBER}\.m{_NUMBER}\.{_SIGNATURE}@[^@<>\s]{{1,255}}>?")
_REPLY_DETAIL = re.compile(rf"([to]){_NUMBER}\.{_SIGNATURE}")
_RETURN_DETAIL = re.compile(rf"b{_NUMBER}\.{_SIGNATURE}")


class Role(StrEnum):
    """Whom a reply address was given to."""

    CUSTOMER = "customer"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class MessageIdToken:
    """A Message-ID we made: for which ticket (0: none) and outbox row; ``operator`` if it went to him alone."""

    ticket: int
    outbox: int
    operator: str = ""


@dataclass(frozen=True, slots=True)
class ReplyToken:
    """A reply address we made: for which ticket, for a customer or for that one ``operator``."""

    ticket: int
    role: Role
    operator: str = ""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Makes and reads signed ids. Whoever knows ``secret`` can command the desk: it never leaves this object."""

    secret: bytes = field(repr=False)

    def message_id(self, *, ticket: int, outbox: int, domain: str, operator: str = "") -> str:
        """Return the Message-ID with its brackets; ``operator`` binds a mail sent to him alone to his address."""
        return f"<t{ticket}.m{outbox}.{self.sign('m', (ticket, outbox), operator)}@{domain}>"

    def draft_id(self, *, ticket: int, draft: int, domain: str) -> str:
        """Return the Message-ID of a draft with its brackets: bound to its ticket, and never that of a mail we sent."""
        return f"<t{ticket}.d{draft}.{self.sign('d', (ticket, draft))}@{domain}>"

    def customer_address(self, own_address: str, ticket: int, delimiter: str = "+") -> str:
        """Return the address customers answer to; the plain address where there is no ``delimiter``."""
        return _with_detail(own_address, f"t{ticket}.{self.sign('t', (ticket,))}", delimiter)

    def operator_address(self, own_address: str, ticket: int, operator: str, delimiter: str = "+") -> str:
        """Return the address this one operator answers to; the plain address where there is no ``delimiter``."""
        return _with_detail(own_address, f"o{ticket}.{self.sign('o', (ticket,), operator)}", delimiter)

    def return_path(self, own_address: str, outbox: int, delimiter: str = "+") -> str:
        """Return the reverse-path of one outgoing mail (VERP); the plain address where there is no ``delimiter``."""
        return _with_detail(own_address, f"b{outbox}.{self.sign('b', (outbox,))}", delimiter)

    def read_message_id(self, text: str, operators: tuple[str, ...] = ()) -> MessageIdToken | None:
        """Return what a Message-ID of ours says, or None; ``operators`` are those it may have been sent to."""
        found = _MESSAGE_ID.fullmatch(text.strip().lower()) if len(text) <= MAX_MESSAGE_ID else None
        if found is None:
            return None
        ticket, outbox = int(found[1]), int(found[2])
        for operator in ("", *operators):
            if self.verify(found[3], "m", (ticket, outbox), operator):
                return MessageIdToken(ticket, outbox, operator.strip().lower())
        return None

    def read_reply_address(
        self, addr_spec: str, own_addresses: OwnAddresses, operators: tuple[str, ...] = ()
    ) -> ReplyToken | None:
        """Return what a reply address of ours says, or None; ``operators`` are those it may have been given to."""
        found = _REPLY_DETAIL.fullmatch(_detail(addr_spec, own_addresses))
        if found is None:
            return None
        ticket = int(found[2])
        if found[1] == "t":
            return ReplyToken(ticket, Role.CUSTOMER) if self.verify(found[3], "t", (ticket,)) else None
        for operator in operators:
            if self.verify(found[3], "o", (ticket,), operator):
                return ReplyToken(ticket, Role.OPERATOR, operator.strip().lower())
        return None

    def read_return_path(self, addr_spec: str, own_addresses: OwnAddresses) -> int | None:
        """Return the outbox row a return path of ours names, or None."""
        found = _RETURN_DETAIL.fullmatch(_detail(addr_spec, own_addresses))
        if found is None or not self.verify(found[2], "b", (int(found[1]),)):
            return None
        return int(found[1])

    def sign(self, kind: str, ids: tuple[int, ...], operator: str = "") -> str:
        """Return 80 bits of HMAC-SHA256 over kind, ids and operator, as base32 in lower case without padding."""
        # NUL ends each part, so that no two different triples give the same bytes.
        said = "\0".join((kind, *map(str, ids), operator.strip().lower(), ""))
        digest = hmac.digest(self.secret, said.encode(), hashlib.sha256)
        return base64.b32encode(digest[:SIGNATURE_BYTES]).decode().lower()

    def verify(self, signature: str, kind: str, ids: tuple[int, ...], operator: str = "") -> bool:
        """Return True when ``signature`` is ours for exactly this; takes the same time for every wrong one."""
        said = signature.lower().encode("utf-8", "replace")
        return hmac.compare_digest(said, self.sign(kind, ids, operator).encode())


def _with_detail(own_address: str, detail: str, delimiter: str) -> str:
    if not delimiter:
        return own_address
    local_part, _, domain = own_address.rpartition("@")
    return f"{local_part}{delimiter}{detail}@{domain}"


def _detail(addr_spec: str, own_addresses: OwnAddresses) -> str:
    """Return what stands behind the delimiter of an address of ours (RFC 5233), else the empty string."""
    if not own_addresses.delimiter or len(addr_spec) > MAX_ADDR_SPEC:
        return ""
    local_part, _, domain = addr_spec.strip().strip("<>").lower().rpartition("@")
    user, delimiter, detail = local_part.rpartition(own_addresses.delimiter)
    address = f"{user}@{domain}"
    ours = address in own_addresses.addresses or address in own_addresses
    return detail if delimiter and ours else ""
