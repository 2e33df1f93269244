"""Test mails of the desk to itself, and what can be read off them when they come back. Nothing here sends."""

import datetime as dt
from dataclasses import dataclass

from inboxd.core.auth_results import is_trusted, read_fields
from inboxd.core.compose import OutgoingMail, compose
from inboxd.core.mail import Address, Mail
from inboxd.core.mail_kind import Kind

# A mail that has been on its way for minutes proves no clock wrong by less than this.
CLOCK_TOLERANCE = dt.timedelta(minutes=2)
_TEXT = (
    "This is a test mail that `inboxd doctor` sent from the desk to the desk, to see whether mail goes out, comes "
    "back, and arrives as it was written.\n\nThere is nothing to do; it may be deleted.\n"
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: ``detail`` says what was found, and where it is wrong what to change."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Probe:
    """A test mail: ``key`` is a random word nobody else's mail holds; ``recipient`` and ``reverse_path`` are the desk's."""

    key: str
    sender: str
    recipient: str
    reverse_path: str
    message_id: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Arrived:
    """A test mail that came back: as it is now, in which folder, and when the server says it came."""

    mail: Mail
    folder: str
    received_at: dt.datetime | None
    seen_at: dt.datetime
    in_junk: bool = False


def write_probe(
    name: str, sender: str, key: str, now: dt.datetime, *, recipient: str = "", reverse_path: str = ""
) -> Probe:
    """Return a test mail from ``sender`` to himself; it is marked as automatic, so that nobody answers it."""
    recipient = recipient or sender
    message_id = f"<doctor.{key}@{sender.rpartition('@')[2]}>"
    mail = OutgoingMail(
        kind=Kind.RESULT,
        from_=Address(name, sender),
        to=(Address("", recipient),),
        subject=f"inboxd doctor: test mail {key}",
        text=_TEXT,
        message_id=message_id,
        date=now,
        automatic=True,
    )
    return Probe(key, sender, recipient, reverse_path or sender, message_id, compose(mail))


def with_detail(address: str, delimiter: str, detail: str) -> str:
    """Return ``support+detail@acme.test`` (RFC 5233)."""
    local_part, _, domain = address.rpartition("@")
    return f"{local_part}{delimiter}{detail}@{domain}"


def judge_arrival(probe: Probe, arrived: Arrived, sent_at: dt.datetime, delimiter: str) -> tuple[Check, ...]:
    """Return what the plain test mail shows: where it came, From, Message-ID, clock, filters, authentication."""
    seconds = (arrived.seen_at - sent_at).total_seconds()
    where = f"came back after {seconds:.0f} s into {arrived.folder}"
    came = Check(
        "round trip",
        not arrived.in_junk,
        f"{where}: that is the junk folder, and customers' will be no better; see the checks of the domain"
        if arrived.in_junk
        else where,
    )
    return (
        came,
        _judge_from(probe, arrived.mail),
        _judge_message_id(probe, arrived.mail, delimiter),
        judge_clock(arrived, sent_at),
    )


def judge_clock(arrived: Arrived, sent_at: dt.datetime) -> Check:
    """Return whether our clock and the mail server's agree: it cannot receive before we send, or after we see it."""
    if arrived.received_at is None:
        return Check(
            "clock", True, "the server does not say when the test mail came: nothing to compare with"
        )
    ahead, behind = sent_at - arrived.received_at, arrived.received_at - arrived.seen_at
    if ahead > CLOCK_TOLERANCE:
        return Check("clock", False, f"this clock is {ahead.total_seconds():.0f} s ahead: let NTP set it")
    if behind > CLOCK_TOLERANCE:
        return Check("clock", False, f"this clock is {behind.total_seconds():.0f} s behind: let NTP set it")
    return Check("clock", True, "agrees with the mail server's")


def judge_plus(probe: Probe, arrived: Arrived | None) -> Check:
    """Return whether mail to an address with a detail arrives, and still says so."""
    name = "plus addresses"
    if arrived is None:
        return Check(
            name,
            False,
            f"mail to {probe.recipient} did not come back: allow plus addresses at the provider, "
            'or set recipient_delimiter = "" in [desk]',
        )
    written = {one.key for one in (*arrived.mail.to, *arrived.mail.cc)}
    if probe.recipient.lower() not in written:
        return Check(
            name,
            False,
            f"mail to {probe.recipient} came back addressed to {', '.join(sorted(written)) or 'nobody'}: "
            'the provider rewrites it, so set recipient_delimiter = "" in [desk]',
        )
    return Check(name, True, "they survive")


def judge_return_path(probe: Probe, arrived: Arrived | None) -> Check:
    """Return whether a signed return path gets through, so that a bounce finds its mail."""
    name = "return path"
    if arrived is None:
        return Check(
            name,
            False,
            'mail with a signed return path did not come back: set return_path = "null" in [outgoing]',
        )
    kept = arrived.mail.header("Return-Path").strip().strip("<>").lower()
    if kept and kept != probe.reverse_path.lower():
        return Check(
            name,
            False,
            f"the provider replaces it by {kept}: bounces are recognised by their content only; "
            'set return_path = "null" in [outgoing] if you want them at least never answered',
        )
    return Check(name, True, "a signed return path gets through")


def judge_authentication(arrived: Arrived, trusted: tuple[str, ...]) -> tuple[Check, ...]:
    """Return what the receiving server says about SPF, DKIM and DMARC of our own mail (RFC 8601)."""
    field = next(iter(read_fields(arrived.mail)), None)
    if field is None or not field.results:
        detail = "the provider says nothing about mail to itself; the records below must do"
        return (Check("authentication results", True, detail),)
    checks = [
        Check(
            method,
            result in {"pass", ""},
            f"{field.authserv_id or 'the provider'} says {result or 'nothing'}",
        )
        for method in ("spf", "dkim", "dmarc")
        for result in (field.result(method),)
    ]
    checks.append(_judge_trust(field.authserv_id, trusted))
    return tuple(checks)


def _judge_trust(authserv_id: str, trusted: tuple[str, ...]) -> Check:
    name = "trusted authserv-id"
    if not authserv_id:
        detail = (
            "the provider names nobody whose word could be trusted; operators are proven by signed addresses"
        )
        return Check(name, not trusted, detail)
    if is_trusted(authserv_id, trusted):
        return Check(name, True, f"{authserv_id} is trusted")
    # Whom to trust is the operator's decision: a wrong list is a mistake, none is not.
    advice = f'to believe it about operators, set trusted_authserv_ids = ["{authserv_id}"] in [intake]'
    return Check(name, not trusted, advice)


def _judge_from(probe: Probe, mail: Mail) -> Check:
    if mail.from_.key == probe.sender.lower():
        return Check("from kept", True, f"still {probe.sender}")
    return Check(
        "from kept",
        False,
        f"the smarthost made {mail.from_.key} of {probe.sender}: log in as the desk's own account, "
        "or let this one send as the desk",
    )


def _judge_message_id(probe: Probe, mail: Mail, delimiter: str) -> Check:
    name = "message-id kept"
    if mail.message_id.lower() == probe.message_id.lower():
        return Check(name, True, "replies can be told by it")
    detail = f"the smarthost replaced it by {mail.message_id or 'none'}"
    if delimiter:
        return Check(name, True, f"{detail}; replies are told by their plus address")
    return Check(
        name, False, f"{detail}: without plus addresses replies cannot be told; use another smarthost"
    )
