"""By what two mails may belong to one conversation, read from header bytes alone: a worker asks before it parses.

Too many keys in common cost a moment's waiting; a key too few would let two workers change one ticket out of order.
"""

import re
from dataclasses import dataclass

from inboxd.core.evidence import conversation_root, message_id_key, subject_tags
from inboxd.core.message_ids import read_message_id, read_message_ids

# So much of a mail holds what is asked for in all but attacks, which may be out of order.
HEADER_BYTES = 65_536
MAX_IDS = 40
_MAX_ADDRESSES = 20
_MAX_VALUE = 8_000

_HEADER_END = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_FOLD = re.compile(rb"(?:\r\n|\r|\n)[ \t]{1,200}")
_FIELD = re.compile(
    rb"^(message-id|in-reply-to|references|from|sender|to|cc|delivered-to|x-original-to|subject|thread-index)"
    rb"[ \t]{0,20}:([^\r\n]{0,16000})",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(r"[^\s<>,;:\"()]{1,64}@[^\s<>,;:\"()]{1,255}")
# Signed reply addresses and return paths (DESIGN 4.6); whether the signature is good is asked later.
_TICKET_DETAIL = re.compile(r"[to]([1-9]\d{0,11})\.[a-z2-7]{4,40}@")
_OUR_ID = re.compile(r"<t([1-9]\d{0,11})\.[md]\d{1,12}\.")
_OUTBOX_DETAIL = re.compile(r"b([1-9]\d{0,11})\.[a-z2-7]{4,40}@")


@dataclass(frozen=True, slots=True)
class ConversationKeys:
    """Message-IDs a mail bears or refers to, whom it is from, and the tickets and mails of ours that it names."""

    message_ids: frozenset[str]
    people: frozenset[str]
    tickets: frozenset[int]
    outgoing: frozenset[int]
    conversation: str = ""

    def with_tickets(self, numbers: frozenset[int]) -> frozenset[str]:
        """Return all keys as words, with the tickets that the store says these ids and mails lead to."""
        words = {f"id {one}" for one in self.message_ids} | {f"from {one}" for one in self.people}
        words |= {f"ticket {one}" for one in self.tickets | numbers}
        return frozenset(words | ({f"thread {self.conversation}"} if self.conversation else set()))


def conversation_keys(
    raw: bytes, reverse_path: str | None, forward_paths: tuple[str, ...], *, is_sent_copy: bool = False
) -> ConversationKeys:
    """Return the keys of a mail whose beginning is ``raw``; of a copy in Sent those it went to count as its people."""
    fields = _fields(raw)
    ids = [read_message_id(value) for value in fields.get("message-id", ())[:1]]
    for name in ("in-reply-to", "references"):
        ids += [one for value in fields.get(name, ())[:3] for one in reversed(read_message_ids(value))]
    addressed = " ".join(
        (*forward_paths[:_MAX_ADDRESSES], *_values(fields, "to", "cc", "delivered-to", "x-original-to"))
    )
    wrote = _values(fields, "from", *(("to", "cc") if is_sent_copy else ()))
    people = [one.lower() for value in wrote for one in _ADDRESS.findall(value)[:_MAX_ADDRESSES]]
    if not people and reverse_path:
        people = [reverse_path.lower()]
    named = addressed.lower()
    keys = frozenset(key for key in map(message_id_key, ids[:MAX_IDS]) if key)
    tagged = [number for value in fields.get("subject", ())[:1] for number in subject_tags(value)]
    tagged += [int(ours[1]) for key in keys if (ours := _OUR_ID.match(key))]
    return ConversationKeys(
        message_ids=keys,
        people=frozenset(people[:_MAX_ADDRESSES]),
        tickets=frozenset((*map(int, _TICKET_DETAIL.findall(named)[:MAX_IDS]), *tagged)),
        outgoing=frozenset(map(int, _OUTBOX_DETAIL.findall(named)[:MAX_IDS])),
        conversation=next((conversation_root(value) for value in fields.get("thread-index", ())), ""),
    )


def _fields(raw: bytes) -> dict[str, list[str]]:
    """Return the values of the fields that count, unfolded (RFC 5322 2.2.3), by name in lower case."""
    end = _HEADER_END.search(raw, 0, HEADER_BYTES)
    header = _FOLD.sub(b" ", raw[: end.start() if end else HEADER_BYTES])
    found: dict[str, list[str]] = {}
    for name, value in _FIELD.findall(header.replace(b"\r", b"\n")):
        found.setdefault(name.decode("ascii").lower(), []).append(value.decode("utf-8", "replace"))
    return found


def _values(fields: dict[str, list[str]], *names: str) -> tuple[str, ...]:
    return tuple(value[:_MAX_VALUE] for name in names for value in fields.get(name, ())[:3])
