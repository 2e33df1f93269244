"""The mail that came back: where it begins in a plain text bounce, its Message-ID and whom it was for."""

import re
from dataclasses import dataclass
from email.message import Message as MimeMessage
from typing import Final

from inboxd.core.dsn_text import RETURNED_MARKS
from inboxd.core.mail import Mail
from inboxd.core.mime_parts import own_parts, part_text

MAX_TEXT: Final = 200_000
_MAX_LINE: Final = 1_000
_RUN: Final = 14
_RULE: Final = ("--", "==", "__")

_HEADER = re.compile(r"[>| \t]{0,8}([A-Za-z][A-Za-z0-9-]{1,40}):(?:[ \t]|$)")
_TRACE: Final = frozenset(
    {"received", "return-path", "mime-version", "dkim-signature", "x-mailer", "delivered-to"}
)
_FIELDS: Final = (
    frozenset({"from", "to", "subject", "date", "message-id", "content-type", "cc", "reply-to"}) | _TRACE
)
_MESSAGE_ID = re.compile(r"^[>| \t]{0,8}message-id:\s{0,20}(<[^<>\s]{1,400}>)", re.IGNORECASE | re.MULTILINE)
_MENTIONED = re.compile(r"message[- ]id\W{0,20}(<[^<>\s@]{1,300}@[^<>\s@]{1,100}>)", re.IGNORECASE)
_TO = re.compile(r"^[>| \t]{0,8}to:[ \t]{0,20}([^\n]{1,400})", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"[^\s<>\"',;:()\[\]]{1,64}@[^\s<>\"',;:()\[\]]{1,255}")
_RETURNED_TYPES: Final = (
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "text/rfc822-header",
    "message/rfc822-headers",
    "message/global-headers",
    "text/rfc822",
)


@dataclass(frozen=True, slots=True)
class Returned:
    """What is known of the mail that came back; ``report`` is the text before it."""

    report: str
    is_enclosed: bool
    message_id: str
    recipients: tuple[str, ...]


def read_returned(mail: Mail) -> Returned:
    """Return the report without the mail it returns, and that mail's Message-ID and receivers.

    The enclosed ``message/rfc822`` or ``text/rfc822-headers`` (RFC 3462) is believed before a copy in the
    text, that before a mention, and last comes what the report answers to (Exchange sets In-Reply-To).
    """
    report, copy = split_report(mail.text)
    enclosed = _enclosed_head(mail.mime)
    message_id = _first(_MESSAGE_ID, enclosed) or _first(_MESSAGE_ID, copy) or _first(_MENTIONED, report)
    answered = (*mail.in_reply_to, *reversed(mail.references))
    return Returned(
        report=report,
        is_enclosed=bool(enclosed or copy),
        message_id=message_id or next(iter(answered), ""),
        recipients=_to_addresses(enclosed or copy),
    )


def split_report(text: str) -> tuple[str, str]:
    """Return a bounce's text before and from the returned mail on; the second is empty where none is seen."""
    lines = text[:MAX_TEXT].splitlines()
    for index, line in enumerate(lines):
        if _begins_returned(lines, index, line[:_MAX_LINE]):
            return "\n".join(lines[:index]), "\n".join(lines[index:])
    return "\n".join(lines), ""


def _begins_returned(lines: list[str], index: int, line: str) -> bool:
    """Return True at a line such as ``--- Original message ---`` or at trace fields (RFC 5322 3.6.7)."""
    if RETURNED_MARKS.match(line) and (
        line.lstrip().startswith(_RULE) or _header_names(lines[index + 1 : index + 1 + _RUN]) & _FIELDS
    ):
        return True
    first = _HEADER.match(line)
    if first is None or first.group(1).lower() not in _FIELDS:
        return False
    names = _header_names(lines[index : index + _RUN])
    return len(names & _FIELDS) >= 3 and bool(names & _TRACE)  # noqa: PLR2004  fewer are cited in the prose, too


def _header_names(lines: list[str]) -> set[str]:
    matches = (_HEADER.match(line[:_MAX_LINE]) for line in lines)
    return {match.group(1).lower() for match in matches if match}


def _enclosed_head(mime: MimeMessage) -> str:
    """Return the header block of the first enclosed mail, or the empty string."""
    if mime.get_content_maintype() != "multipart":
        return ""
    for part in own_parts(mime):
        if part.get_content_type() in _RETURNED_TYPES:
            return re.sub(r"\n[ \t]+", " ", part_text(part).replace("\r\n", "\n").partition("\n\n")[0])
    return ""


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.group(1) if found else ""


def _to_addresses(head: str) -> tuple[str, ...]:
    found = _TO.search(head)
    return tuple(match.group().lower() for match in _ADDRESS.finditer(found.group(1))) if found else ()
