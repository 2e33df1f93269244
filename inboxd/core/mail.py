"""What a mail is, once read: values only, named as in RFC 5321 and RFC 5322."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message as MimeMessage
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Address:
    """One address: RFC 5322 3.4 ``display-name`` (decoded, may be empty) and ``addr-spec`` (as written)."""

    display_name: str
    addr_spec: str

    @property
    def key(self) -> str:
        """Return the form addresses are compared in: lower case, no white space."""
        return self.addr_spec.strip().lower()

    @property
    def domain(self) -> str:
        """Return the part after the last ``@``, lower case; empty when there is none."""
        return self.key.rpartition("@")[2] if "@" in self.key else ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """RFC 5321 2.3.1: what SMTP said. The null reverse-path ``<>`` is the empty string."""

    reverse_path: str
    forward_paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the text itself. ``size`` counts the decoded bytes of ``content``."""

    filename: str
    content_type: str
    size: int
    inline: bool
    content_id: str = ""
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as parsed from its bytes; never fails to exist, ``defects`` says what was wrong with it.

    ``header_fields`` are all top-level fields in order, names as written, values unfolded and decoded.
    ``message_id``, ``in_reply_to`` and ``references`` hold ids with their angle brackets, without white space.
    ``text`` is the whole body as a person would read it; ``plain`` and ``html`` are the alternatives it came from
    (empty when the mail has none). ``mime`` is the standard library's view of the same bytes, for the few
    stages (bounces, authentication) that must look at single parts.
    """

    header_fields: tuple[tuple[str, str], ...]
    subject: str
    from_: Address
    sender: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    date: dt.datetime | None
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    text: str
    plain: str
    html: str
    attachments: tuple[Attachment, ...]
    defects: tuple[str, ...]
    size: int
    mime: MimeMessage = field(repr=False, compare=False)
    # A mail is asked for a hundred fields, of which it has a few: by their names in lower case.
    _by_name: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Put the fields in order by their names."""
        by_name: dict[str, list[str]] = {}
        for name, value in self.header_fields:
            by_name.setdefault(name.lower(), []).append(value)
        object.__setattr__(self, "_by_name", {name: tuple(values) for name, values in by_name.items()})

    def header(self, name: str) -> str:
        """Return the first field of that name (case does not count), or the empty string."""
        values = self._by_name.get(name.lower())
        return values[0] if values else ""

    def headers(self, name: str) -> tuple[str, ...]:
        """Return all fields of that name, topmost first."""
        return self._by_name.get(name.lower(), ())


@dataclass(frozen=True, slots=True)
class Written:
    """A mail's text taken apart: nothing is lost, every character of ``Mail.text`` that matters is in one of them."""

    new_text: str
    quoted: str
    signature: str
    disclaimer: str = ""


class AutomaticKind(StrEnum):
    """What kind of sender wrote a mail (RFC 3834 section 2 and the headers seen in the field)."""

    PERSONAL = "personal"
    AUTO_REPLY = "auto_reply"
    AUTO_GENERATED = "auto_generated"
    LIST = "list"
    BOUNCE = "bounce"
    LOOP = "loop"


@dataclass(frozen=True, slots=True)
class Automatic:
    """Machine or person, why we think so, and (a separate question) whether anything automatic may be sent back."""

    is_automatic: bool
    kind: AutomaticKind
    reason: str
    may_answer: bool


@dataclass(frozen=True, slots=True)
class Dsn:
    """One recipient block of a delivery status notification (RFC 3464 2.3)."""

    final_recipient: str
    action: str
    status: str
    diagnostic_code: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class Bounce:
    """Whether a mail reports on the delivery of another, and of which one (Message-ID with brackets, or empty)."""

    is_bounce: bool
    recipients: tuple[Dsn, ...] = ()
    original_message_id: str = ""


@dataclass(frozen=True, slots=True)
class SenderAuth:
    """How far the From address is proven: ``method`` that proved it (or was tried), RFC 8601 ``result``.

    ``arc`` is passed on as it was found (RFC 8617): it proves no sender, but tells who weighs a DMARC failure that
    honest forwarders may have caused it.
    """

    method: str
    result: str
    aligned: bool
    authserv_id: str
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    arc: str = ""

    @property
    def authenticated(self) -> bool:
        """Return True when a passing method is aligned with the From domain (RFC 7489 3.1)."""
        return self.result == "pass" and self.aligned
