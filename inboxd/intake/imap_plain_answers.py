"""The answers to FETCH as nearly every server gives them, taken apart by one regular expression each. Pure.

IMAPClient's parser looks at every octet of every line, which took more processor time than all else at fetching a mail.
What does not look as expected down to the last octet is left to it.
"""

import datetime as dt
import re
from collections.abc import Sequence

Answer = dict[bytes, object]

# RFC 9051 9, date-time: always English months, in the month's own spelling.
_MONTHS = {
    name: number
    for number, name in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)
}
_ITEM = (
    rb"(?:UID (?P<uid>[0-9]{1,10})|RFC822\.SIZE (?P<size>[0-9]{1,19})|"
    rb'INTERNALDATE "(?P<day>[ 0-9][0-9])-(?P<month>[A-Z][a-z]{2})-(?P<year>[0-9]{4}) '
    rb'(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2}) (?P<zone>[+-][0-9]{4})")'
)
_SEQUENCE = rb"(?P<sequence>[0-9]{1,10}) \("
_LISTED = re.compile(_SEQUENCE + rb"(?:" + _ITEM + rb"(?: (?!\))|(?=\)))){1,3}\)")
_BEGUN = re.compile(_SEQUENCE + rb"(?:" + _ITEM + rb" ){0,3}(?P<section>BODY\[(?:HEADER)?\]) \{[0-9]{1,10}\}")
_ENDED = re.compile(rb"(?: UID (?P<uid>[0-9]{1,10}))?\)")


def read_plainly(said: Sequence[object]) -> dict[int, Answer] | None:
    """Return what imaplib collected of a FETCH as ``IMAPClient.fetch`` does, by UID; None where any of it looks otherwise."""
    answers: dict[int, Answer] = {}
    begun: tuple[re.Match[bytes], bytes] | None = None
    for part in said:
        if begun is not None:
            ended = _ENDED.fullmatch(part) if isinstance(part, bytes) else None
            found = _with_text(*begun, ended) if ended else None
            begun = None
        elif isinstance(part, tuple):
            head = _BEGUN.fullmatch(part[0])
            if head is None:
                return None
            begun = head, part[1]
            continue
        else:
            listed = _LISTED.fullmatch(part) if isinstance(part, bytes) else None
            found = _items(listed, listed["uid"]) if listed else None
        if found is None:
            return None
        uid, answer = found
        answers.setdefault(uid, {}).update(answer)
    return None if begun is not None else answers


def _with_text(head: re.Match[bytes], text: bytes, ended: re.Match[bytes]) -> tuple[int, Answer] | None:
    found = _items(head, head["uid"] or ended["uid"])
    if found is not None:
        found[1][head["section"]] = text
    return found


def _items(found: re.Match[bytes], uid: bytes | None) -> tuple[int, Answer] | None:
    if uid is None:
        return None
    answer: Answer = {b"SEQ": int(found["sequence"])}
    if found["size"] is not None:
        answer[b"RFC822.SIZE"] = int(found["size"])
    if found["day"] is not None:
        moment = _moment(found)
        if moment is None:
            return None
        answer[b"INTERNALDATE"] = moment
    return int(uid), answer


def _moment(found: re.Match[bytes]) -> dt.datetime | None:
    zone = int(found["zone"][1:3]) * 60 + int(found["zone"][3:])
    minutes = -zone if found["zone"].startswith(b"-") else zone
    try:
        return dt.datetime(
            int(found["year"]),
            _MONTHS[found["month"]],
            int(found["day"]),
            int(found["hour"]),
            int(found["minute"]),
            int(found["second"]),
            tzinfo=dt.timezone(dt.timedelta(minutes=minutes)),
        )
    except (ValueError, KeyError):
        return None
