"""The header values by which an answer belongs to what it answers (RFC 5322 3.6.4, 3.6.5)."""

import re

from inboxd.core.header_fields import clean_message_id, one_line
from inboxd.core.mail import Mail
from inboxd.core.text_cut import cut

# Some relays refuse header fields over 4,096 bytes; clients read the first and the last ids.
REFERENCES_LIMIT = 1500
_SUBJECT_LIMIT = 200
_SUBJECT_SCAN = 2000

_THREAD_INDEX = re.compile(r"[A-Za-z0-9+/]{28,800}={0,2}")  # 22 bytes of root, 5 more for each reply
_REPLY_WORDS = (
    "re|aw|antw|antwort|sv|vs|vá|ref|res|rif|r|odp|ynt|atb|bls|balas|"
    "回复|回覆|答复|答覆|返信|回信|답장|회신|отв|ответ|απ|σχετ|תגובה|رد"
)
_REPLY_PREFIX = re.compile(
    rf"(?:{_REPLY_WORDS})\s{{0,3}}(?:[\[(^]\s?\d{{1,4}}\s?[\])]?)?\s{{0,3}}[:：]\s*", re.IGNORECASE
)


def references_for(
    message_id: str,
    references: tuple[str, ...],
    in_reply_to: tuple[str, ...] = (),
    limit: int = REFERENCES_LIMIT,
) -> tuple[str, ...]:
    """Return the References of an answer to a mail with these fields: at most ``limit`` bytes, first and last kept.

    RFC 5322 3.6.4: the parent's References (or, without them, its only In-Reply-To) and then its Message-ID.
    """
    inherited = references or (in_reply_to if len(in_reply_to) == 1 else ())
    ids = tuple(dict.fromkeys(clean for clean in map(clean_message_id, (*inherited, message_id)) if clean))
    parent = clean_message_id(message_id)
    if parent:
        ids = (*(one for one in ids if one != parent), parent)
    return _within(ids, limit)


def _within(ids: tuple[str, ...], limit: int) -> tuple[str, ...]:
    """Keep the first id (the conversation's root) and as many of the newest as fit."""
    if len(ids) < 2 or sum(len(one) + 1 for one in ids) - 1 <= limit:  # noqa: PLR2004  first and last are one
        return ids
    room = limit - len(ids[0]) - len(ids[-1]) - 1
    between: list[str] = []
    for one in reversed(ids[1:-1]):
        room -= len(one) + 1
        if room < 0:
            break
        between.append(one)
    root = ids[:1] if len(ids[0]) + 1 + len(ids[-1]) <= limit else ()
    return (*root, *reversed(between), ids[-1])


def outlook_thread(mail: Mail) -> tuple[tuple[str, str], ...]:
    """Return Thread-Topic and Thread-Index of the mail we answer, if they are well formed ([MS-OXCMAIL] 2.2.3.2.1).

    Outlook and Exchange form conversations by them and may ignore References.
    """
    index = "".join(mail.header("Thread-Index").split())
    if not _THREAD_INDEX.fullmatch(index):
        return ()
    topic = one_line(mail.header("Thread-Topic"))[:_SUBJECT_LIMIT]
    return (*((("Thread-Topic", topic),) if topic else ()), ("Thread-Index", index))


def base_subject(subject: str, ticket_number: int) -> str:
    """Return the subject without stacked reply prefixes and without this ticket's tag ``[#12]``, on one line."""
    tag = f"[#{ticket_number}]"
    rest = one_line(subject[:_SUBJECT_SCAN]).replace(tag, " ").strip()
    while match := _REPLY_PREFIX.match(rest):
        rest = rest[match.end() :]
    return cut(" ".join(rest.split()), _SUBJECT_LIMIT).rstrip()


def reply_subject(subject: str, ticket_number: int) -> str:
    """Return ``Re: [#12] Subject``, prefix and tag exactly once; without the tag for number 0, which is no ticket.

    The tag stands in front because the base subject by which clients form threads (RFC 5256 2.1) drops leading
    ``[…]`` but no trailing one.
    """
    tag = f"[#{ticket_number}] " if ticket_number else ""
    return f"Re: {tag}{base_subject(subject, ticket_number)}".rstrip()
