"""Bounces: which mail came back, for whom it failed, and whether for good (RFC 3464 and others)."""

import contextlib
from email.message import Message as MimeMessage
from typing import Final

from flufl.bounce import all_failures

from inboxd.core.dsn_fields import has_status_fields, read_status_fields
from inboxd.core.dsn_prose import (
    Named,
    Strength,
    failed_addresses,
    reason_status,
    uninvolved_addresses,
)
from inboxd.core.dsn_returned import Returned, read_returned
from inboxd.core.dsn_signs import STATUS_TYPES, is_report, report_type
from inboxd.core.dsn_status import enhanced_status, is_dead_address, is_permanent
from inboxd.core.mail import Bounce, Dsn, Envelope, Mail
from inboxd.core.mime_parts import own_parts, part_text

__all__ = ["is_dead_address", "read_bounce"]

MAX_SIZE_FOR_DETECTORS: Final = (
    262_144  # bytes; flufl.bounce reads every line once for each of its 60 patterns
)
MAX_LINES_FOR_DETECTORS: Final = 3_000
_STATED: Final = 4_000


def read_bounce(mail: Mail, envelope: Envelope | None = None) -> Bounce:
    """Return whether the mail is a report on the delivery of another, and on which mail and recipients.

    ``envelope`` is None when it is unknown (a file, an IMAP folder): then a Return-Path field speaks for it.
    Only the top level counts: a person who forwards a bounce sent no bounce. ``recipients`` are those that
    failed or wait (action ``failed`` or ``delayed``), by the address we had sent to; a report of success has
    none. Where a failure is certain and its address is not, there is one recipient with an empty address, so
    that the mail it returns to can still be marked. Never raises.
    """
    returned = read_returned(mail)
    if not is_report(mail, envelope, returned.report, returned=returned.is_enclosed):
        return Bounce(is_bounce=False)
    return Bounce(
        is_bounce=True, recipients=_recipients(mail, returned), original_message_id=returned.message_id
    )


def _recipients(mail: Mail, returned: Returned) -> tuple[Dsn, ...]:
    """Return what the report's fields say, else its prose."""
    blocks = _status_text(mail.mime) or _wrapped_status_text(mail.mime)
    if has_status_fields(blocks):
        return _completed(read_status_fields(blocks), mail, returned)
    return _from_prose(mail, returned)


def _status_text(mime: MimeMessage) -> str:
    parts = (part for part in own_parts(mime) if part.get_content_type() in STATUS_TYPES)
    return "\n\n".join(part_text(part) for part in parts)


def _wrapped_status_text(mime: MimeMessage) -> str:
    """Return the fields of a report that a gateway enclosed in a report of its own."""
    payloads = (part.get_payload() for part in own_parts(mime) if part.is_multipart())
    inner = (payload[0] for payload in payloads if isinstance(payload, list) and payload)
    reports = (
        mail for mail in inner if isinstance(mail, MimeMessage) and report_type(mail) == "delivery-status"
    )
    return next((fields for fields in map(_status_text, reports) if fields), "")


def _completed(stated: tuple[Dsn, ...], mail: Mail, returned: Returned) -> tuple[Dsn, ...]:
    """Return the recipients; a block without a usable address takes it from the prose."""
    if all(dsn.final_recipient for dsn in stated):
        return stated
    return tuple(dsn for dsn in stated if dsn.final_recipient) or _from_prose(mail, returned)


def _from_prose(mail: Mail, returned: Returned) -> tuple[Dsn, ...]:
    """Return a report's recipients without its fields: by layout, flufl.bounce, or what came back."""
    uninvolved = uninvolved_addresses(mail)
    named = failed_addresses(returned.report, uninvolved)
    others = tuple(_from_named(one, mail, returned) for one in named if one.address not in uninvolved)
    surely = others if named and named[0].strength >= Strength.ALONE else ()
    return (
        tuple(_dsn(address, mail, returned) for address in _failed_header(mail))
        or surely
        or _known_formats(mail, uninvolved)
        or others
        or tuple(
            _dsn(address, mail, returned) for address in returned.recipients if len(returned.recipients) == 1
        )
        or tuple(_from_named(one, mail, returned) for one in named)
        or (_dsn("", mail, returned),)
    )


def _failed_header(mail: Mail) -> tuple[str, ...]:
    """Return the addresses of X-Failed-Recipients (Exim, Gmail), or of a Final-Recipient at the top."""
    value = ",".join(mail.headers("X-Failed-Recipients"))
    addresses = dict.fromkeys(part.strip(" <>\t\r\n\"'").lower() for part in value.split(","))
    stated = tuple(address for address in addresses if "@" in address)
    if stated:
        return stated
    final = mail.header("Final-Recipient")
    return (
        tuple(dsn.final_recipient for dsn in read_status_fields(f"Final-Recipient: {final}")) if final else ()
    )


def _from_named(named: Named, mail: Mail, returned: Returned) -> Dsn:
    return _dsn(named.address, mail, returned, reason_status(named), named.reason)


def _dsn(address: str, mail: Mail, returned: Returned, status: str = "", reason: str = "") -> Dsn:
    """Return a recipient in the shape of RFC 3464, from what the prose says of it."""
    code = status or enhanced_status(returned.report[:_STATED])
    permanent = is_permanent(f"{mail.subject}\n{returned.report[:_STATED]}", code)
    return Dsn(address, "failed" if permanent else "delayed", code, reason.strip()[:500], permanent)


def _known_formats(mail: Mail, uninvolved: frozenset[str]) -> tuple[Dsn, ...]:
    """Return what flufl.bounce's detectors find; they know 17 formats of mail systems by heart."""
    if mail.size > MAX_SIZE_FOR_DETECTORS or _line_count(mail) > MAX_LINES_FOR_DETECTORS:
        return ()
    temporary: frozenset[bytes] = frozenset()
    permanent: frozenset[bytes] = frozenset()
    with contextlib.suppress(Exception):  # it raises IndexError without From, and others on broken parts
        temporary, permanent = all_failures(mail.mime)
    found = {address.decode("utf-8", "replace").strip("<> ").lower() for address in temporary | permanent}
    late = {address.decode("utf-8", "replace").strip("<> ").lower() for address in temporary}
    return tuple(
        Dsn(one, "delayed" if one in late else "failed", "", "", permanent=one not in late)
        for one in sorted(found - uninvolved)
    )


def _line_count(mail: Mail) -> int:
    payloads = (part.get_payload() for part in mail.mime.walk())
    return sum(payload.count("\n") for payload in payloads if isinstance(payload, str))
