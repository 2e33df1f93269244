"""Machine or person, and, asked apart, whether anything automatic may be sent back (RFC 3834 section 2)."""

import re
from typing import Final

from inboxd.core.automatic_headers import (
    auto_submitted,
    automatic_sign,
    is_auto_forwarded,
    is_discussion,
    list_sign,
    silencing_field,
)
from inboxd.core.automatic_senders import is_list_return_path, is_machine_name, is_no_reply, is_unanswerable
from inboxd.core.automatic_text import looks_like_automatic_reply
from inboxd.core.dsn_signs import (
    has_null_reverse_path,
    is_certain_bounce_subject,
    is_daemon_sender,
    report_type,
    reverse_path,
)
from inboxd.core.mail import Automatic, AutomaticKind, Bounce, Envelope, Mail
from inboxd.core.own_addresses import OwnAddresses

OWN_MARK: Final = "X-Inboxd-Kind"
"""Every mail of an inboxd desk carries this field."""

_RELAY: Final = "relay"
_OWN_MESSAGE_ID: Final = re.compile(
    r"<t\d{1,12}\.m\d{1,12}\.[a-z2-7]{16,80}@([^<>@\s]{1,255})>", re.IGNORECASE
)


def classify(
    mail: Mail,
    envelope: Envelope | None,
    bounce: Bounce,
    own_addresses: OwnAddresses | frozenset[str] = frozenset(),
    new_text: str = "",
    forms: frozenset[str] = frozenset(),
) -> Automatic:
    """Return what kind of sender wrote the mail, why we think so, and whether he may be answered by machine.

    ``envelope`` is None when it is unknown; then a Return-Path field speaks for the reverse-path.
    ``own_addresses`` are the desk's (lower case); ``new_text`` is what the sender wrote without quotes, for
    mails whose header is silent (without it the whole text is read). A person stays a person behind a list, a
    contact form, an automatic forward and ``X-Auto-Response-Suppress``: those at most silence us. What a form of
    the desk (``forms``, the addresses they send from) says of itself is not said of its visitor. Never raises.
    """
    shown = shown_by_header(mail, envelope, bounce, own_addresses, forms)
    return shown or told_by_text(mail, envelope, new_text or mail.text, forms)


def shown_by_header(
    mail: Mail,
    envelope: Envelope | None,
    bounce: Bounce,
    own_addresses: OwnAddresses | frozenset[str] = frozenset(),
    forms: frozenset[str] = frozenset(),
) -> Automatic | None:
    """Return the part of ``classify`` that does not depend on the text; None where the header is silent."""
    return (
        _as_bounce(bounce)
        or _as_loop(mail, own_addresses)
        or _as_other_desk(mail)
        or _as_report(mail)
        or _by_header(mail, envelope, by_form=_is_by_form(mail, forms))
        or _by_sender(mail, envelope)
    )


def told_by_text(
    mail: Mail, envelope: Envelope | None, text: str, forms: frozenset[str] = frozenset()
) -> Automatic:
    """Return what the words of a mail with a silent header say of its sender."""
    return _by_text(mail, text) or _as_person(mail, envelope, by_form=_is_by_form(mail, forms))


def _is_by_form(mail: Mail, forms: frozenset[str]) -> bool:
    return mail.from_.key in forms and _speaks_for_person(mail)


def _machine(kind: AutomaticKind, reason: str) -> Automatic:
    return Automatic(is_automatic=True, kind=kind, reason=reason, may_answer=False)


def _silent_person(kind: AutomaticKind, reason: str) -> Automatic:
    return Automatic(is_automatic=False, kind=kind, reason=reason, may_answer=False)


def _as_bounce(bounce: Bounce) -> Automatic | None:
    return _machine(AutomaticKind.BOUNCE, "report on the delivery of a mail") if bounce.is_bounce else None


def _as_loop(mail: Mail, own: OwnAddresses | frozenset[str]) -> Automatic | None:
    """Return a loop for what we sent ourselves: known by From, our mark, X-Loop, or a Message-ID we made.

    The form on the company's own page may write From the desk, too: it carries no mark and names the visitor.
    """
    mark = mail.header(OWN_MARK).strip()[:40]
    if mail.from_.key in own and (mark or not _speaks_for_person(mail)):
        return _machine(AutomaticKind.LOOP, f"from our own address {mail.from_.key}")
    if mark and mail.sender is not None and mail.sender.key in own:
        return _machine(AutomaticKind.LOOP, f"{OWN_MARK}: {mark}, sent by our own address {mail.sender.key}")
    if any(value.strip(" <>").lower() in own for value in mail.headers("X-Loop")):
        return _machine(AutomaticKind.LOOP, f"X-Loop: {mail.header('X-Loop')[:80]}")
    made = _OWN_MESSAGE_ID.fullmatch(mail.message_id)
    if made and made.group(1).lower() in _domains(own):
        return _machine(AutomaticKind.LOOP, f"our own Message-ID {mail.message_id}")
    return None


def _domains(own: OwnAddresses | frozenset[str]) -> frozenset[str]:
    addresses = own.addresses if isinstance(own, OwnAddresses) else own
    return frozenset(address.rpartition("@")[2] for address in addresses)


def _as_other_desk(mail: Mail) -> Automatic | None:
    """Return a machine for the mail of another inboxd; what it relays was written by a person."""
    kind = mail.header(OWN_MARK).strip().lower()[:40]
    if not kind or kind == _RELAY:
        return None
    return _machine(AutomaticKind.AUTO_GENERATED, f"{OWN_MARK}: {kind}")


def _as_report(mail: Mail) -> Automatic | None:
    """Return a machine for every other report of RFC 6522: receipts (RFC 8098), complaints (RFC 5965) …."""
    content_type = mail.mime.get_content_type()
    if content_type not in {
        "multipart/report",
        "message/disposition-notification",
        "message/feedback-report",
    }:
        return None
    kind = report_type(mail.mime)
    receipt = "disposition-notification" in {kind, content_type.removeprefix("message/")}
    return _machine(
        AutomaticKind.AUTO_REPLY if receipt else AutomaticKind.AUTO_GENERATED,
        f"{content_type} {kind}".strip(),
    )


def _by_header(mail: Mail, envelope: Envelope | None, *, by_form: bool) -> Automatic | None:
    """Return what the header fields say; a person's mail through a discussion list is one, and silent."""
    if by_form and auto_submitted(mail) != "auto-replied":
        return None
    listed = list_sign(mail)
    by_person = listed is not None and is_discussion(mail) and not is_no_reply(mail.from_.key)
    sign = None if is_auto_forwarded(mail) else automatic_sign(mail)
    if sign and not (listed and sign.is_bulk):
        return _machine(sign.kind, sign.evidence)
    if listed:
        return (_silent_person if by_person else _machine)(AutomaticKind.LIST, listed.evidence)
    if is_list_return_path(reverse_path(mail, envelope)):
        return _silent_person(AutomaticKind.LIST, f"return path {reverse_path(mail, envelope)[:80]}")
    return None


def _by_sender(mail: Mail, envelope: Envelope | None) -> Automatic | None:
    """Return a machine for senders nobody reads; a contact form speaks for the person in its Reply-To."""
    if is_auto_forwarded(mail):
        return None
    if has_null_reverse_path(mail, envelope):
        return _machine(AutomaticKind.AUTO_GENERATED, "null reverse-path")
    if is_daemon_sender(mail):
        return _machine(AutomaticKind.AUTO_GENERATED, f"mail system {mail.from_.key}")
    if is_certain_bounce_subject(mail.subject):
        return _machine(AutomaticKind.AUTO_GENERATED, "subject of a delivery report")
    sender = mail.from_.key
    if (is_unanswerable(sender) or is_machine_name(sender)) and not _speaks_for_person(mail):
        return _machine(AutomaticKind.AUTO_GENERATED, f"sender {sender}")
    if mail.reply_to and all(is_no_reply(address.key) for address in mail.reply_to):
        return _machine(AutomaticKind.AUTO_GENERATED, f"Reply-To {mail.reply_to[0].key}")
    return None


def _by_text(mail: Mail, text: str) -> Automatic | None:
    """Return an automatic reply known by its words; ``Auto-Submitted: no`` is a person (RFC 3834 5.1)."""
    if auto_submitted(mail) == "no":
        return None
    in_reply = bool(mail.in_reply_to or mail.references)
    why = looks_like_automatic_reply(mail.subject, text, in_reply=in_reply)
    return _machine(AutomaticKind.AUTO_REPLY, why) if why else None


def _as_person(mail: Mail, envelope: Envelope | None, *, by_form: bool) -> Automatic:
    """Return a person, whom we answer unless a field, his address or the reverse-path forbids it."""
    answered = next((address.key for address in mail.reply_to if address.key), mail.from_.key)
    silence = "" if by_form else silencing_field(mail)
    if not silence and "@" not in answered:
        silence = "no address to answer"
    if not silence and is_unanswerable(answered):
        silence = f"nobody reads {answered}"
    if not silence and has_null_reverse_path(mail, envelope):
        silence = "null reverse-path"
    if silence:
        return _silent_person(AutomaticKind.PERSONAL, silence)
    return Automatic(
        is_automatic=False, kind=AutomaticKind.PERSONAL, reason="no sign of a machine", may_answer=True
    )


def _speaks_for_person(mail: Mail) -> bool:
    """Return True when answers go to another domain than the sender's: a form speaks for a visitor."""
    visitors = (
        address for address in mail.reply_to if address.domain and address.domain != mail.from_.domain
    )
    return any(not is_unanswerable(address.key) and not is_machine_name(address.key) for address in visitors)
