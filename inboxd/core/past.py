"""What of a mail of the past must be known before it is accepted: when it was written, and whether the desk wrote it."""

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from enum import StrEnum

from inboxd.core.address_list import read_addresses
from inboxd.core.date_time import read_date
from inboxd.core.mail import Address
from inboxd.core.own_addresses import OwnAddresses

_HEADER_BYTES = 256_000
_HEADER_END = re.compile(rb"\r?\n\r?\n")
# No mail of a desk is older; what says so had a computer whose clock stood still.
_EARLIEST = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
# Clocks go wrong, and zones are misread.
_AHEAD = dt.timedelta(days=1)


class Wrote(StrEnum):
    """Who wrote a mail of the past, as the place where it lay says; ``UNTOLD``: only its header section tells."""

    UNTOLD = ""
    CUSTOMER = "customer"
    DESK = "desk"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Past:
    """``at``: when it was written, None when nothing tells. ``by_desk``: a person of the desk wrote it to somebody."""

    at: dt.datetime | None
    by_desk: bool


def read_past(
    raw: bytes,
    noted: dt.datetime | None,
    own_addresses: OwnAddresses,
    operators: Collection[str],
    now: dt.datetime,
) -> Past:
    """Return what the header section tells; ``noted`` is the date the mailbox has beside the mail, if it has one."""
    header = _header(raw)
    return Past(_written_at(header, noted, now), _is_by_desk(header, own_addresses, operators))


def _header(raw: bytes) -> Message:
    beginning = raw[:_HEADER_BYTES]
    end = _HEADER_END.search(beginning)
    return BytesHeaderParser().parsebytes(beginning[: end.end()] if end else beginning)


def _written_at(header: Message, noted: dt.datetime | None, now: dt.datetime) -> dt.datetime | None:
    """Return Date (RFC 5322 3.6.1) where it may be true, else the date of the last relay, else what was noted."""
    relayed = str(header.get("Received", "")).rpartition(";")[2]
    told = (read_date(str(header.get("Date", ""))), read_date(relayed), noted)
    return next((min(one, now) for one in told if one and _EARLIEST <= one <= now + _AHEAD), None)


def _is_by_desk(header: Message, own: OwnAddresses, operators: Collection[str]) -> bool:
    """Return whether it is from a person of the desk; a form on the company's page speaks for whom it names."""
    author = _addresses(header, "From")[:1]
    if not author or not _is_ours(author[0], own, operators):
        return False
    reached = (*_addresses(header, "To"), *_addresses(header, "Cc"), *_addresses(header, "Bcc"))
    if any(not _is_ours(one, own, operators) for one in reached):
        return True
    return all(_is_ours(one, own, operators) for one in _addresses(header, "Reply-To"))


def _is_ours(address: Address, own: OwnAddresses, operators: Collection[str]) -> bool:
    return address.key in own or address.key in operators


def _addresses(header: Message, name: str) -> tuple[Address, ...]:
    values = header.get_all(name, [])
    return tuple(address for value in values for address in read_addresses(str(value)))
