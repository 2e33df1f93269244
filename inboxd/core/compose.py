"""A mail we write, from values to the bytes that go out: the same value gives the same bytes, always."""

import datetime as dt
import re
from dataclasses import dataclass
from email.message import MIMEPart
from email.utils import format_datetime
from functools import cache
from typing import TYPE_CHECKING

from inboxd.core.header_fields import (
    address_field,
    clean_addr_spec,
    clean_message_id,
    id_field,
    is_field_name,
    one_line,
    text_field,
)
from inboxd.core.mail import Address, Attachment
from inboxd.core.mail_kind import Kind
from inboxd.core.mime_text import (
    alternative_entity,
    boundary_of,
    clean_text,
    text_entity,
    transfer_encoding,
)

if TYPE_CHECKING:
    from email.message import EmailMessage
    from email.policy import EmailPolicy

_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069/\\]+")
# What a file name neither begins nor ends with: dots, and white space of any kind.
_EDGES = "." + "".join(char for char in map(chr, range(0x3001)) if char.isspace())

# Exchange's ``All`` would suppress the NDR too ([MS-OXCMAIL] 2.1.3.2.20), and we must learn that a mail bounced.
_RESPONSE_SUPPRESS = "DR, RN, NRN, OOF, AutoReply"


# RFC 3834 3.1.7: ``auto-replied`` answers one mail, ``auto-generated`` is sent of our own accord.
_AUTO_REPLIED = frozenset({Kind.ACKNOWLEDGEMENT, Kind.ANSWER, Kind.RESULT})

# RFC 3834 3.1.8 allows Precedence for responders older than itself: they know ``bulk``. The answer a customer waits
# for gets the milder ``auto_reply``, which no filter reads as advertising; operators' mails need none.
_PRECEDENCE = {Kind.ACKNOWLEDGEMENT: "bulk", Kind.SURVEY: "bulk", Kind.ANSWER: "auto_reply"}

_OWN_FIELDS = frozenset(
    {
        *(
            "from",
            "sender",
            "to",
            "cc",
            "bcc",
            "reply-to",
            "subject",
            "date",
            "message-id",
            "in-reply-to",
            "references",
        ),
        *("auto-submitted", "precedence", "x-auto-response-suppress", "x-inboxd-kind", "content-language"),
        *("mime-version", "content-type", "content-disposition", "content-transfer-encoding", "content-id"),
        *("return-path", "received", "dkim-signature"),
    }
)


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """Everything that decides the bytes of one mail. ``html`` empty: text only. ``date`` is aware.

    ``in_reply_to`` and ``references`` hold ids with their angle brackets. ``automatic`` False leaves out the marks of
    RFC 3834 (a person's own words). ``headers`` are further fields (``Thread-Index`` …); what this module writes
    itself cannot be overridden by them. An attachment that is inline, has a ``content_id`` and is shown by the HTML
    (``cid:``) travels with the HTML (RFC 2387), every other one as an attachment.
    """

    kind: Kind
    from_: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    message_id: str
    date: dt.datetime
    automatic: bool
    html: str = ""
    language: str = ""
    cc: tuple[Address, ...] = ()
    reply_to: Address | None = None
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


def compose(mail: OutgoingMail) -> bytes:
    """Return the mail as RFC 5322 bytes: CRLF, ASCII, no line over 998, the same bytes for the same value.

    Raise ``ValueError`` when From, every recipient or the Message-ID is unusable: such a mail must not be queued.
    """
    _require_usable(mail)
    fields = "".join((*_identity_fields(mail), *_automatic_fields(mail), *_further_fields(mail)))
    return (fields + "MIME-Version: 1.0\r\n").encode("ascii") + _written_body(mail)


def _require_usable(mail: OutgoingMail) -> None:
    if not clean_addr_spec(mail.from_.addr_spec):
        raise ValueError("From is no address")
    if not any(clean_addr_spec(address.addr_spec) for address in (*mail.to, *mail.cc)):
        raise ValueError("no recipient is an address")
    if not clean_message_id(mail.message_id):
        raise ValueError("Message-ID is no msg-id")
    if mail.date.utcoffset() is None:
        raise ValueError("Date is naive")


def _identity_fields(mail: OutgoingMail) -> tuple[str, ...]:
    """RFC 5322 3.6 in its usual order."""
    return (
        address_field("From", (mail.from_,)),
        address_field("To", mail.to),
        address_field("Cc", mail.cc),
        address_field("Reply-To", (mail.reply_to,)) if mail.reply_to else "",
        text_field("Subject", mail.subject),
        f"Date: {format_datetime(mail.date)}\r\n",
        id_field("Message-ID", (mail.message_id,)),
        id_field("In-Reply-To", (mail.in_reply_to,)),
        id_field("References", mail.references),
    )


def _automatic_fields(mail: OutgoingMail) -> tuple[str, ...]:
    kind = f"X-Inboxd-Kind: {mail.kind}\r\n"
    if not mail.automatic:
        return (kind,)
    submitted = "auto-replied" if mail.kind in _AUTO_REPLIED else "auto-generated"
    precedence = _PRECEDENCE.get(mail.kind, "")
    return (
        f"Auto-Submitted: {submitted}\r\n",  # RFC 3834 5
        f"Precedence: {precedence}\r\n" if precedence else "",
        f"X-Auto-Response-Suppress: {_RESPONSE_SUPPRESS}\r\n",
        kind,
    )


def _further_fields(mail: OutgoingMail) -> tuple[str, ...]:
    language = re.fullmatch(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}", mail.language)  # RFC 5646 2.1
    return (
        f"Content-Language: {mail.language}\r\n" if language else "",
        *(
            text_field(name, value)
            for name, value in mail.headers
            if is_field_name(name) and name.lower() not in _OWN_FIELDS and one_line(value)
        ),
    )


def _written_body(mail: OutgoingMail) -> bytes:
    if mail.attachments:
        body = _body(mail)
        _name_boundaries(body, mail.message_id)
        return body.as_bytes(policy=_policy())
    plain = text_entity(mail.text, "plain")
    if not mail.html:
        return plain
    return alternative_entity((plain, text_entity(mail.html, "html")), boundary_of(mail.message_id, 0))


def _body(mail: OutgoingMail) -> MIMEPart:
    """RFC 2046 5.1: mixed(alternative(text, related(html, images)), attachments), each level only where needed."""
    shown = tuple(part for part in mail.attachments if _is_shown(part, mail.html))
    body = _text_part(mail.text, "plain")
    if mail.html:
        body.make_alternative()
        body.attach(_html_part(mail.html, shown))
    attached = tuple(part for part in mail.attachments if part not in shown)
    if attached:
        body.make_mixed()
    for part in attached:
        body.attach(_attachment_part(part))
    return body


def _html_part(html: str, shown: tuple[Attachment, ...]) -> MIMEPart:
    part = _text_part(html, "html")
    if shown:
        part.make_related()
        part.set_param("type", "text/html")  # RFC 2387 3.1 requires it
    for image in shown:
        part.attach(_attachment_part(image))
    return part


def _is_shown(part: Attachment, html: str) -> bool:
    content_id = part.content_id.strip("<>")
    return bool(part.inline and html and clean_message_id(content_id) and f"cid:{content_id}" in html)


def _text_part(text: str, subtype: str) -> MIMEPart:
    part = MIMEPart(policy=_policy())
    text = clean_text(text)
    part.set_content(text, subtype=subtype, charset="utf-8", cte=transfer_encoding(text))
    return part


def _attachment_part(attachment: Attachment) -> MIMEPart:
    part = MIMEPart(policy=_policy())
    declared = attachment.content_type.strip().lower()
    media_type = declared if _MEDIA_TYPE.fullmatch(declared) else "application/octet-stream"
    if media_type.startswith(("message/", "multipart/")):
        media_type = "application/octet-stream"  # RFC 2046 5.2.1 forbids base64 for them, and the bytes must not change
    maintype, _, subtype = media_type.partition("/")
    content_id = clean_message_id(attachment.content_id)
    part.set_content(
        attachment.content,
        maintype=maintype,
        subtype=subtype,
        disposition="inline" if attachment.inline and content_id else "attachment",
        filename=_file_name(attachment.filename),
        cid=content_id or None,
    )
    return part


@cache
def _policy() -> "EmailPolicy[EmailMessage]":
    """Return how the library writes parts; with the policies 1 MB that mails without files do without."""
    from email.policy import SMTP  # noqa: PLC0415  as above

    # 7bit: the next hop may not speak 8BITMIME (RFC 6152), and a relay that re-encodes breaks the DKIM signature.
    return SMTP.clone(cte_type="7bit")


def _file_name(name: str) -> str:
    """RFC 2183 2.3: a name only, no path; and nothing that could end the line."""
    cleaned = _UNPRINTABLE.sub("_", name.encode("utf-8", "replace").decode("utf-8")).strip(_EDGES)
    stem, dot, extension = cleaned.rpartition(".")
    return (f"{stem[:100]}{dot}{extension[:20]}" if stem else cleaned[:120]) or "attachment"


def _name_boundaries(body: MIMEPart, message_id: str) -> None:
    for index, part in enumerate(body.walk()):
        if part.get_content_maintype() == "multipart":
            part.set_boundary(boundary_of(message_id, index))
