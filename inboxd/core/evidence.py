"""What in a mail points at a ticket: signed addresses and ids first, since only they prove anything."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from inboxd.core.mail import Bounce, Envelope, Mail
from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.tokens import Role, Tokens

MAX_IDS = 100  # of one mail; a References field of thousands of ids is an attack, not a conversation
MAX_RECIPIENTS = 200
MAX_FIELD = 4000

# Where forwarders and mailbox providers leave the address a mail was really sent to.
RECIPIENT_FIELDS = (
    "Delivered-To",
    "X-Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "X-Envelope-To",
    "X-Forwarded-To",
    "Apparently-To",
    "Resent-To",
    "Resent-Cc",
)

_ADDR_SPEC = re.compile(r"[^\s<>,;:\"()@]{1,64}@[^\s<>,;:\"()@]{1,255}")
_RECEIVED_FOR = re.compile(r"\bfor\s{1,4}<([^<>\s]{3,320})>")  # RFC 5321 4.4
_SUBJECT_TAG = re.compile(r"[\[［][#＃]\s?([1-9][0-9]{0,11})[\]］]")
_CONVERSATION_BYTES = 22  # MS-OXOMSG 2.2.1.3: header block of PidTagConversationIndex


class By(StrEnum):
    """What found the ticket, in the order it is believed."""

    REPLY_ADDRESS = "reply_address"
    RETURN_PATH = "return_path"
    RETURNED_ID = "returned_message_id"
    SIGNED_ID = "signed_message_id"
    STORED_ID = "stored_message_id"
    EARLY_REPLY = "early_reply"
    SHARED_REFERENCE = "shared_reference"
    CONVERSATION = "conversation_index"
    SUBJECT_TAG = "subject_tag"
    RECIPIENT = "recipient"
    OLD_DESK = "old_desk"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sign that a mail belongs to ``ticket``; a mail sent to one ``operator`` alone names him."""

    by: By
    ticket: int
    operator: str = ""


def signed_evidence(
    mail: Mail,
    envelope: Envelope,
    tokens: Tokens,
    *,
    own_addresses: OwnAddresses,
    operators: tuple[str, ...],
    bounce: Bounce | None = None,
) -> tuple[Evidence, ...]:
    """Return every valid token of ours in the mail: reply addresses, the mail a bounce returns, then references."""
    found: list[Evidence] = []
    for addr_spec in recipients(mail, envelope):
        reply = tokens.read_reply_address(addr_spec, own_addresses, operators)
        if reply is not None:
            operator = reply.operator if reply.role is Role.OPERATOR else ""
            found.append(Evidence(By.REPLY_ADDRESS, reply.ticket, operator))
    for by, message_id in _claimed_ids(mail, bounce):
        token = tokens.read_message_id(message_id, operators)
        if token is not None:
            found.append(Evidence(by, token.ticket, token.operator))
    return tuple(dict.fromkeys(found))


def recipients(mail: Mail, envelope: Envelope) -> tuple[str, ...]:
    """Return the addresses a mail was sent to, envelope first, in lower case, each once."""
    found = dict.fromkeys(address.strip().lower() for address in _recipients(mail, envelope))
    return tuple(found)[:MAX_RECIPIENTS]


def referenced_ids(mail: Mail) -> tuple[str, ...]:
    """Return the ids a mail refers to, nearest first: References right to left, then In-Reply-To (RFC 5322 3.6.4)."""
    ids = (*reversed(mail.references), *mail.in_reply_to)
    return tuple(dict.fromkeys(key for key in map(message_id_key, ids) if key))[:MAX_IDS]


def message_id_key(message_id: str) -> str:
    """Return the form ids are stored and looked up in: lower case with brackets; empty for an id that says nothing."""
    # RFC 5322 compares them by case, but relays on the way do not keep it.
    bare = "".join(message_id.split()).strip("<>").lower()
    return f"<{bare}>" if bare else ""


def subject_tags(subject: str) -> tuple[int, ...]:
    """Return the ticket numbers written ``[#12]`` in a subject, in order."""
    return tuple(dict.fromkeys(int(number) for number in _SUBJECT_TAG.findall(subject[:MAX_FIELD])))


def conversation_root(thread_index: str) -> str:
    """Return what all mails of an Outlook conversation share (MS-OXOMSG 2.2.1.3), in hex; empty when malformed."""
    try:
        index = base64.b64decode("".join(thread_index[:MAX_FIELD].split()), validate=True)
    except (binascii.Error, ValueError):
        return ""
    # The first byte is reserved and always 1.
    return index[:_CONVERSATION_BYTES].hex() if len(index) >= _CONVERSATION_BYTES and index[0] == 1 else ""


def _recipients(mail: Mail, envelope: Envelope) -> Iterator[str]:
    yield from envelope.forward_paths[:MAX_RECIPIENTS]
    for address in (*mail.to[:MAX_RECIPIENTS], *mail.cc[:MAX_RECIPIENTS]):
        yield address.addr_spec
    for name in RECIPIENT_FIELDS:
        for value in mail.headers(name)[:5]:
            yield from _ADDR_SPEC.findall(value[:MAX_FIELD])
    for value in mail.headers("Received")[:20]:
        yield from _RECEIVED_FOR.findall(value[:MAX_FIELD])


def _claimed_ids(mail: Mail, bounce: Bounce | None) -> Iterator[tuple[By, str]]:
    if bounce is not None and bounce.is_bounce and bounce.original_message_id:
        yield By.RETURNED_ID, bounce.original_message_id
    for message_id in referenced_ids(mail):
        yield By.SIGNED_ID, message_id
