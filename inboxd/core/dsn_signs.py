"""Whether a mail is itself a mail system's report about another mail: a forwarded bounce is none."""

import re
from email.message import Message as MimeMessage
from typing import Final

from inboxd.core.dsn_openings import OPENINGS
from inboxd.core.dsn_prose import Strength, failed_addresses, uninvolved_addresses
from inboxd.core.dsn_status import enhanced_status
from inboxd.core.dsn_subjects import CERTAIN_SUBJECTS, SUBJECTS
from inboxd.core.dsn_text import ADMINISTRATOR_NAMES, DAEMON_LOCAL_PARTS, DAEMON_NAMES
from inboxd.core.mail import Envelope, Mail
from inboxd.core.mime_parts import own_parts
from inboxd.core.subject_marks import bare_subject, folded, is_forward, is_reply

STATUS_TYPES: Final = frozenset(
    {"message/delivery-status", "message/global-delivery-status", "message/delivery_status"}
)
"""RFC 3464, its international form RFC 6533, and a misspelling seen in the field."""

_OPENING_LINES: Final = 30
_OPENING_LENGTH: Final = 4_000
_FIRST_WORDS: Final = 600
_TELLING: Final = 12
_TELLING_SUBJECTS: Final = tuple(phrase for phrase in SUBJECTS if len(phrase) >= _TELLING)
_REJECTED = re.compile(
    r"automatically rejected|could not be delivered|was rejected|over ?quota|quota exceeded", re.IGNORECASE
)
_GREETING = re.compile(
    r"\W{0,5}(?:hi|hello|dear|hey|good (?:morning|day|afternoon|evening)|hallo|liebe|guten|bonjour|hola|ciao|buon|olá|hej|hei|dag|beste|cześć|dzień dobry|dobrý|здравствуйте|добрый|привет|您好|你好|こんにちは|お世話に|안녕)\b(?!\.? this is the)",
    re.IGNORECASE,
)
_VACATION = re.compile(
    r"out of (?:the )?office|vacation|on leave|abwesen|urlaub|autoreply|auto-?reply", re.IGNORECASE
)


def is_report(mail: Mail, envelope: Envelope | None, report: str, *, returned: bool) -> bool:
    """Return True when the mail itself says that another was not delivered or is late.

    ``report`` is what stands before the returned mail; ``returned`` says whether one came with it. The report
    type decides first (RFC 6522); then fields only mail systems write; then a mail system as sender together
    with its words. A system that sends under an ordinary address must begin like one, name the failure, and
    not greet: a customer writes of failed deliveries, too.
    """
    kind = report_type(mail.mime)
    if kind and kind != "delivery-status":
        return _is_rejection(kind, mail, report)
    if _is_passed_on(mail, envelope, report):
        return False
    if kind or mail.header("X-Failed-Recipients").strip():
        return True
    if is_daemon(mail, envelope):
        return _opens_like_a_bounce(report) or (
            _has_bounce_subject(mail.subject) and _VACATION.search(report[:_OPENING_LENGTH]) is None
        )
    if _GREETING.match(report) is not None:
        return False
    enclosed = returned or _has_status_part(mail.mime)
    told = enclosed or _has_bounce_subject(mail.subject) or _mentions_bounce(mail.subject)
    begins = told and _begins_like_a_bounce(report)
    return begins and (enclosed or _names_failure(mail, report))


def report_type(mime: MimeMessage) -> str:
    """Return the ``report-type`` of a ``multipart/report`` (RFC 6522), lower case, or the empty string.

    Without the parameter it is read from the second part, as the type of that part must repeat it.
    """
    if mime.get_content_type() != "multipart/report":
        return ""
    named = mime.get_param("report-type")
    if isinstance(named, str) and named.strip():
        return named.strip().lower()
    types = {part.get_content_type() for part in own_parts(mime)}
    if types & STATUS_TYPES:
        return "delivery-status"
    return "disposition-notification" if "message/disposition-notification" in types else ""


def is_daemon(mail: Mail, envelope: Envelope | None) -> bool:
    """Return True when a mail system speaks: null reverse-path (RFC 5321 4.5.5) or a daemon's name."""
    if has_null_reverse_path(mail, envelope) or is_daemon_sender(mail):
        return True
    return ADMINISTRATOR_NAMES.fullmatch(mail.from_.display_name[:200]) is not None


def is_daemon_sender(mail: Mail) -> bool:
    """Return True when the From field names a mail system, by address or by display name."""
    local_part = mail.from_.key.partition("@")[0].strip("\"'<> ")
    return local_part in DAEMON_LOCAL_PARTS or DAEMON_NAMES.match(mail.from_.display_name[:200]) is not None


def has_null_reverse_path(mail: Mail, envelope: Envelope | None) -> bool:
    """Return True for ``<>`` in the envelope, or, where that is unknown, in the topmost Return-Path field."""
    known = envelope is not None or any(name.lower() == "return-path" for name, _ in mail.header_fields)
    return known and not reverse_path(mail, envelope)


def reverse_path(mail: Mail, envelope: Envelope | None) -> str:
    """Return the reverse-path without brackets: the envelope's, else the Return-Path field's, else ''."""
    path = envelope.reverse_path if envelope is not None else mail.header("Return-Path")
    return path.strip("<> \t\r\n")


def is_certain_bounce_subject(subject: str) -> bool:
    """Return True for a subject nobody but a mail system writes, without any reply or forward mark."""
    bare = bare_subject(subject)
    phrase = next((one for one in CERTAIN_SUBJECTS if bare.startswith(one)), "")
    if not phrase or bare.rstrip().endswith("?"):
        return False
    # A person's subject goes on in words: "Mail delivery failed when I write to you".
    return phrase.endswith(":") or not bare[len(phrase) :].strip()[:1].isalpha()


def _is_passed_on(mail: Mail, envelope: Envelope | None, report: str) -> bool:
    """Return True when a person sent the report on, or answered it.

    Some systems put a reply mark before the subject they return; those say at once what happened.
    """
    if is_daemon(mail, envelope):
        return False
    if is_forward(mail.subject):
        return True
    at_once = _mentions_bounce(mail.subject) and _holds_opening(_first_sentence(report))
    return is_reply(mail.subject) and not at_once


def _first_sentence(report: str) -> str:
    """Return the first line that has letters."""
    return next((line for line in _own_lines(report) if any(map(str.isalpha, line))), "")


def _is_rejection(kind: str, mail: Mail, report: str) -> bool:
    """Return True for the failures that some systems (Dovecot's LDA) send as disposition notifications."""
    return (
        kind == "disposition-notification"
        and _REJECTED.search(report[:_OPENING_LENGTH]) is not None
        and (is_daemon_sender(mail) or _has_bounce_subject(mail.subject))
    )


def _names_failure(mail: Mail, report: str) -> bool:
    """Return True when the report shows somebody else's address as failed, or gives an enhanced status."""
    uninvolved = uninvolved_addresses(mail)
    named = failed_addresses(report, uninvolved)
    if named and named[0].strength >= Strength.ALONE and named[0].address not in uninvolved:
        return True
    status = enhanced_status(report[:_OPENING_LENGTH])
    return bool(status) and not status.endswith(".0.0")


def _has_status_part(mime: MimeMessage) -> bool:
    return any(part.get_content_type() in STATUS_TYPES for part in own_parts(mime))


def _has_bounce_subject(subject: str) -> bool:
    bare = folded(bare_subject(subject))
    return bare.startswith(SUBJECTS) and not bare.endswith("?")


def _opens_like_a_bounce(report: str) -> bool:
    """Return True when one of the first lines holds a mail system's sentence."""
    return _holds_opening(" ".join(_own_lines(report)[:_OPENING_LINES])[:_OPENING_LENGTH])


def _begins_like_a_bounce(report: str) -> bool:
    return _holds_opening(" ".join(_own_lines(report)[:_OPENING_LINES])[:_FIRST_WORDS])


def _own_lines(report: str) -> list[str]:
    """Return the first lines that are not empty and that nobody quoted, white space squeezed."""
    lines = (" ".join(line.split()) for line in report[: _OPENING_LENGTH * 2].splitlines() if line[:1] != ">")
    return [line for line in lines if line]


def _mentions_bounce(subject: str) -> bool:
    """Return True when the subject says somewhere what bounces say at its beginning."""
    bare = folded(bare_subject(subject))
    return any(map(bare.__contains__, _TELLING_SUBJECTS))


def _holds_opening(text: str) -> bool:
    comparable = folded(text)
    return any(map(comparable.__contains__, OPENINGS))
