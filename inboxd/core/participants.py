"""Who takes part in a conversation: who wrote, whom to answer, and who is copied."""

from collections.abc import Iterable

from inboxd.core.mail import Address, Mail
from inboxd.core.own_addresses import OwnAddresses

MAX_LEARNT = 40  # recipients taken over from one mail; more is a circular, not a conversation


def writer(mail: Mail, contact_forms: frozenset[str] = frozenset()) -> Address:
    """Return who wrote the mail: From, and for the senders listed as ``contact_forms`` the Reply-To.

    Reply-To of anybody else says where to answer, never who he is: it is not covered by any authentication.
    """
    if mail.from_.key in contact_forms and mail.reply_to:
        return mail.reply_to[0]
    return mail.from_


def answer_to(mail: Mail, own_addresses: OwnAddresses) -> Address:
    """Return where to answer (RFC 5322 3.6.2): Reply-To unless it is ourselves, else From."""
    return next((address for address in mail.reply_to if _is_other(address, own_addresses)), mail.from_)


def participants(
    mail: Mail, own_addresses: OwnAddresses, contact_forms: frozenset[str] = frozenset()
) -> tuple[Address, ...]:
    """Return the writer and everybody in To and Cc, each once and never ourselves: they may join the ticket."""
    return _others((writer(mail, contact_forms), *mail.to, *mail.cc), own_addresses)


def outgoing_cc(
    copied: Iterable[str], answered: str, own_addresses: OwnAddresses, operators: Iterable[str]
) -> tuple[str, ...]:
    """Return the addresses an answer is copied to: neither our own (a loop), nor operators', nor the one answered."""
    left_out = {one.lower() for one in (answered, *operators)}
    return tuple(one for one in copied if one not in own_addresses and one.lower() not in left_out)


def _others(addresses: tuple[Address, ...], own_addresses: OwnAddresses) -> tuple[Address, ...]:
    found: dict[str, Address] = {}
    for address in addresses:
        if _is_other(address, own_addresses):
            found.setdefault(address.key, address)
    return tuple(found.values())[:MAX_LEARNT]


def _is_other(address: Address, own_addresses: OwnAddresses) -> bool:
    return "@" in address.key and address.key not in own_addresses
