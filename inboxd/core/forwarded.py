"""A customer's mail that an operator forwarded to the desk: whose it is, and what it says.

Forwarded as an attachment it is the customer's own mail; forwarded inline it is read from the header block that mail
clients print above it (From, Sent, Subject in the language of the client).
"""

import re
from dataclasses import dataclass, replace

from inboxd.core.date_time import read_date
from inboxd.core.mail import Address, Mail, Written
from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.parse import parse
from inboxd.core.quoting import separate, separate_text
from inboxd.core.quoting_header_block import find_header_block, find_separator, is_rule
from inboxd.core.quoting_labels import FieldKind, label_kind
from inboxd.core.quoting_lines import ADDRESS, Line, read_line, read_lines
from inboxd.core.subject_marks import is_forward, is_reply, without_forward_marks

_LOOK = 400  # lines above the forwarded mail: his own words and his signature
_VALUE_LIMIT = 600
_QUOTE_MARK = re.compile(r"^[ \t]{0,3}>[ ]?")
_LABEL = re.compile(r"[*_|\s]{0,6}([^:：]{1,30}?)[*_]{0,3}\s?[:：]\s{0,3}(.*)")
_MAILTO = re.compile(r"[<\[(]?\s?mailto:", re.IGNORECASE)
_RFC822 = "message/rfc822"


@dataclass(frozen=True, slots=True)
class Forwarded:
    """That a mail was forwarded: by which operator's address, in which mail, and what he wrote above it."""

    by: str
    carrier_id: str
    own_text: str


@dataclass(frozen=True, slots=True)
class ForwardedMail:
    """The customer's mail as far as it can be told from the one that carries it, and its text taken apart."""

    forwarded: Forwarded
    mail: Mail
    written: Written


def read_forwarded(
    carrier: Mail, own_addresses: OwnAddresses, operators: tuple[str, ...]
) -> ForwardedMail | None:
    """Return the customer's mail inside of an operator's; None when it forwards none whose sender can be read.

    The desk's own mail and an operator's own are no customer's: such a mail is what it seems to be.
    """
    found = _attached(carrier) or _inline(carrier, own_addresses)
    if found is None:
        return None
    sender = found.mail.from_.key
    return None if "@" not in sender or sender in own_addresses or sender in operators else found


def forwards_own(carrier: Mail, own_addresses: OwnAddresses) -> bool:
    """Return True for the forward of a mail of the desk's: what stands above it is said to somebody else."""
    if is_reply(carrier.subject) or not is_forward(carrier.subject):
        return False
    found = _attached(carrier) or _inline(carrier, own_addresses)
    return found is not None and found.mail.from_.key in own_addresses


def _attached(carrier: Mail) -> ForwardedMail | None:
    """Return the one mail attached to a mail that answers none (RFC 2046 5.2.1)."""
    mails = [one for one in carrier.attachments if one.content_type == _RFC822]
    if len(mails) != 1 or (carrier.in_reply_to and not is_forward(carrier.subject)):
        return None
    mail = parse(mails[0].content)
    # Its recipients have not written to the desk: only its author may join the ticket.
    shown = replace(mail, to=(), cc=(), reply_to=())
    forwarded = Forwarded(carrier.from_.key, carrier.message_id, separate(carrier).new_text)
    return ForwardedMail(forwarded, shown, separate(mail))


def _inline(carrier: Mail, own_addresses: OwnAddresses) -> ForwardedMail | None:
    if is_reply(carrier.subject) or not is_forward(carrier.subject):
        return None
    lines, block = _block(read_lines(carrier.text))
    if block is None:
        return None
    fields = _fields(lines[block.start : block.stop])
    text = "\n".join(line.text for line in lines[block.stop :]).strip("\n")
    own = "\n".join(line.text for line in lines[: _above(lines, block.start)])
    mail = replace(
        carrier,
        subject=fields.get(FieldKind.SUBJECT, "") or without_forward_marks(carrier.subject),
        from_=_sender(fields.get(FieldKind.FROM, "")),
        sender=None,
        to=(),
        cc=(),
        reply_to=(),
        date=read_date(fields.get(FieldKind.SENT, "") or fields.get(FieldKind.DATE, "")),
        # Clients refer to the mail they forward: by its id the customer's client shows our answer beside his mail.
        message_id=_own_id(carrier, own_addresses),
        in_reply_to=(),
        references=(),
        text=text,
        plain=text,
        html="",
    )
    forwarded = Forwarded(carrier.from_.key, carrier.message_id, separate_text(own).new_text)
    return ForwardedMail(forwarded, mail, separate_text(text))


def _own_id(carrier: Mail, own_addresses: OwnAddresses) -> str:
    """Return the id of the mail inside, if the carrier names one that is not ours (that would be our mail coming back)."""
    ids = (*carrier.references[-1:], *carrier.in_reply_to)
    ours = {address.rpartition("@")[2] for address in own_addresses.addresses}
    return next((one for one in ids if one.strip("<>").rpartition("@")[2].lower() not in ours), "")


def _block(lines: tuple[Line, ...]) -> tuple[tuple[Line, ...], range | None]:
    """Return the lines and where in them the header block stands; without the quote marks Apple Mail puts before it."""
    plain = tuple(read_line(_QUOTE_MARK.sub("", line.text)) for line in lines)
    for shown in (lines, plain):
        for start in range(min(len(shown), _LOOK)):
            end = find_header_block(shown, start)
            if end is not None:
                return shown, range(start, end)
    return lines, None


def _fields(lines: tuple[Line, ...]) -> dict[FieldKind, str]:
    """Return the values of a header block, the first of each kind; a line without a label continues the one above."""
    fields: dict[FieldKind, str] = {}
    kind: FieldKind | None = None
    for line in lines:
        found = _LABEL.match(line.bare)
        named = label_kind(found[1].strip("*_| ").casefold()) if found else None
        if found is not None and named is not None:
            kind = None if named in fields else named
            fields.setdefault(named, found[2].strip("*_ "))
        elif kind is not None:
            fields[kind] = f"{fields[kind]} {line.bare}".strip()
    return fields


def _sender(value: str) -> Address:
    """Return the address of a printed From: ``Eve <eve@x>``, ``Eve [mailto:eve@x]``, ``eve@x``."""
    value = _MAILTO.sub("<", value[:_VALUE_LIMIT])
    found = ADDRESS.search(value)
    if found is None:
        return Address("", "")
    name = value[: found.start()].strip(" \t<[(\"'*")
    return Address(name, found[0].rstrip(".>"))


def _above(lines: tuple[Line, ...], start: int) -> int:
    """Return where the operator's own words end: above the drawn line or "Forwarded message" over the block."""
    while start > 0 and (
        lines[start - 1].blank or is_rule(lines[start - 1]) or find_separator(lines, start - 1)
    ):
        start -= 1
    return start
