"""Transmit through an SMTP smarthost. An unknown network error means later, never lost (RFC 5321 4.5.4.1)."""

import contextlib
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from inboxd.errors import TransientError
from inboxd.outgoing.transmit import Outcome, Parcel, Reply
from inboxd.redaction import redacted

_PERMANENT = 500
_LONGEST_REPLY = 500
# RFC 6531 3.5: what a server without SMTPUTF8 would have to say to such an address.
_NO_SMTPUTF8 = Reply(Outcome.FAILED, "553 5.6.7 the server does not take addresses in UTF-8 (no SMTPUTF8)")
_NO_ADDRESS = Reply(Outcome.FAILED, "553 5.1.3 the address holds control characters")


@dataclass(frozen=True, slots=True)
class Smarthost:
    """Where and how to hand mail over. ``tls`` is ``none``, ``starttls`` or ``tls``; never silently downgraded.

    ``mechanism`` is empty for a password; with ``XOAUTH2`` or ``OAUTHBEARER`` the password is an access token.
    """

    host: str
    port: int
    tls: str
    user: str
    password: Callable[[], str]
    timeout: float
    ehlo_name: str
    mechanism: str = ""


def transmit(smarthost: Smarthost, parcel: Parcel) -> Reply:
    """Hand one mail over; return what the server answered.

    Only what it says to the mail itself can be final: a refused login or greeting says nothing about the mail.
    """
    if not all(address.isprintable() for address in _addresses(parcel)):
        return _NO_ADDRESS
    try:
        client = connect(smarthost)
    except smtplib.SMTPResponseException as error:
        return Reply(Outcome.LATER, _words(error.smtp_code, error.smtp_error))
    except (smtplib.SMTPException, OSError, TransientError) as error:
        return _trouble(error)
    try:
        with contextlib.closing(client):
            return _send(client, parcel)
    except smtplib.SMTPResponseException as error:
        return _reply(error.smtp_code, error.smtp_error)
    except (smtplib.SMTPException, OSError) as error:
        return _trouble(error)


def _addresses(parcel: Parcel) -> tuple[str, ...]:
    return (parcel.reverse_path, *parcel.recipients)


def connect(smarthost: Smarthost) -> smtplib.SMTP:
    """Return a connection that is secured and logged in; raise what smtplib, the network or the login raise."""
    context = ssl.create_default_context()
    client: smtplib.SMTP
    if smarthost.tls == "tls":
        client = smtplib.SMTP_SSL(
            smarthost.host, smarthost.port, smarthost.ehlo_name, timeout=smarthost.timeout, context=context
        )
    else:
        client = smtplib.SMTP(smarthost.host, smarthost.port, smarthost.ehlo_name, timeout=smarthost.timeout)
    try:
        if smarthost.tls == "starttls":
            client.starttls(context=context)
        if smarthost.user:
            _log_in(client, smarthost, smarthost.password())
        # RFC 3207 4.2: what was learnt before STARTTLS is forgotten, so the greeting may be due a second time.
        client.ehlo_or_helo_if_needed()
    except BaseException:
        client.close()
        raise
    return client


def _log_in(client: smtplib.SMTP, smarthost: Smarthost, secret: str) -> None:
    if not smarthost.mechanism:
        client.login(smarthost.user, secret)
        return
    bearer = f"auth=Bearer {secret}\x01\x01"
    if smarthost.mechanism == "OAUTHBEARER":
        # RFC 7628 3.1; to the server's reasons for a refusal the client answers with one ^A (3.2.3).
        first, after_refusal = f"n,a={smarthost.user},\x01{bearer}", "\x01"
    else:
        first, after_refusal = f"user={smarthost.user}\x01{bearer}", ""
    client.ehlo_or_helo_if_needed()
    client.auth(smarthost.mechanism, lambda challenge=None: first if challenge is None else after_refusal)


def _send(client: smtplib.SMTP, parcel: Parcel) -> Reply:
    """Run one mail transaction; with several recipients the first refusal decides (RFC 5321 3.3)."""
    options = ["BODY=8BITMIME"] if client.has_extn("8bitmime") else []
    if not all(address.isascii() for address in _addresses(parcel)):
        if not client.has_extn("smtputf8"):
            return _NO_SMTPUTF8
        client.command_encoding = "utf-8"
        options.append("SMTPUTF8")
    code, text = client.mail(parcel.reverse_path, options)
    if code != 250:  # noqa: PLR2004  RFC 5321 4.2.3: requested mail action okay
        return _reply(code, text)
    for recipient in parcel.recipients:
        code, text = client.rcpt(recipient)
        if code not in {250, 251}:
            return _reply(code, text)
    code, text = client.data(parcel.raw)
    reply = Reply(Outcome.SENT, _words(code, text)) if code == 250 else _reply(code, text)  # noqa: PLR2004  likewise
    # The mail is the server's now; a connection that breaks on QUIT changes nothing.
    with contextlib.suppress(smtplib.SMTPException, OSError):
        client.quit()
    return reply


def _reply(code: int, text: bytes | str) -> Reply:
    outcome = Outcome.FAILED if code >= _PERMANENT else Outcome.LATER
    return Reply(outcome, _words(code, text))


def _trouble(error: Exception) -> Reply:
    said = (error.strerror if isinstance(error, OSError) else "") or str(error)
    words = said if isinstance(error, TransientError) else f"{type(error).__name__}: {said}"
    return Reply(Outcome.LATER, redacted(words)[:_LONGEST_REPLY])


def _words(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return redacted(f"{code} {' '.join(words.split())}")[:_LONGEST_REPLY]
