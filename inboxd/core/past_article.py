"""A line of another desk's ticket written as the mail it was, or would have been (RFC 5322), always in the same bytes.

The same line read again is the same mail, so that nothing is there twice: nothing in it comes from a clock or a chance.
"""

import base64
import datetime as dt
import hashlib
import re
from dataclasses import dataclass, field
from email.charset import QP, Charset
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import SMTP
from email.utils import format_datetime

from inboxd.core.header_fields import address_field, id_field, one_line, text_field
from inboxd.core.mail import Address

_MEDIA_TYPE = re.compile(r"([a-z]{1,30})/([\w.+-]{1,120})", re.ASCII | re.IGNORECASE)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_NAME_LIMIT = 200
# Of a chain of answers the last ones say enough to find the conversation.
_MOST_REFERENCES = 20


@dataclass(frozen=True, slots=True)
class PastFile:
    """Something attached: its name, its media type as the desk has it, and its bytes."""

    filename: str
    content_type: str
    content: bytes = field(repr=False)
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class PastArticle:
    """One line of a ticket: ``body`` is HTML where ``is_html``; ``answers`` are the ids of the lines before it.

    ``automatic``: no person wrote it.
    """

    from_: Address
    to: tuple[Address, ...]
    subject: str
    at: dt.datetime | None
    body: str
    message_id: str
    cc: tuple[Address, ...] = ()
    is_html: bool = False
    answers: tuple[str, ...] = ()
    files: tuple[PastFile, ...] = ()
    automatic: bool = False


def write_article(article: PastArticle) -> bytes:
    """Return the line as a mail."""
    header = (
        address_field("From", (article.from_,)),
        address_field("To", article.to),
        address_field("Cc", article.cc),
        text_field("Subject", article.subject),
        f"Date: {format_datetime(article.at)}\r\n" if article.at else "",
        id_field("Message-ID", (article.message_id,)),
        id_field("In-Reply-To", article.answers[-1:]),
        id_field("References", article.answers[-_MOST_REFERENCES:]),
        # RFC 3834 5
        "Auto-Submitted: auto-replied\r\n" if article.automatic else "",
    )
    return "".join(header).encode("ascii", "replace") + _parts(article).as_bytes(policy=SMTP)


def read_media_type(value: str) -> tuple[str, str]:
    """Return a media type as (type, subtype) in lower case; ``application/octet-stream`` for what is none."""
    found = _MEDIA_TYPE.match(value.strip())
    if found is None or found[1].lower() in {"multipart", "message"}:
        # RFC 2046 5.2: what is no mail any more must not be read as one.
        return "application", "octet-stream"
    return found[1].lower(), found[2].lower()


def _parts(article: PastArticle) -> MIMEBase:
    body = _text(article.body, "html" if article.is_html else "plain")
    if not article.files:
        return body
    # RFC 2046 5.1.1: a boundary must stand in no part, which is as good as sure of one made of all of them.
    seen = hashlib.sha256(article.body.encode("utf-8", "replace"))
    for one in article.files:
        seen.update(one.content)
    whole = MIMEMultipart("mixed", boundary=f"past-{seen.hexdigest()[:40]}")
    whole.attach(body)
    for one in article.files:
        whole.attach(_file(one))
    return whole


def _text(body: str, subtype: str) -> MIMENonMultipart:
    charset = Charset("utf-8")
    charset.body_encoding = QP
    part = MIMENonMultipart("text", subtype, charset="utf-8")
    part.set_payload("\n".join(_SURROGATE.sub("\ufffd", body).splitlines()) + "\n", charset)
    return part


def _file(one: PastFile) -> MIMEBase:
    part = MIMEBase(*read_media_type(one.content_type))
    part.set_payload(base64.encodebytes(one.content).decode("ascii"))
    part["Content-Transfer-Encoding"] = "base64"
    name = one_line(one.filename)[:_NAME_LIMIT] or "file"
    part.add_header(
        "Content-Disposition", "inline" if one.content_id else "attachment", filename=("utf-8", "", name)
    )
    if content_id := id_field("Content-ID", (one.content_id,)):
        part["Content-ID"] = content_id.partition(":")[2].strip()
    return part
