"""Transmit through an SMTP smarthost. An unknown network error means later, never lost (RFC 5321 4.5.4.1)."""

import contextlib
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from inboxd.outgoing.transmit import Outcome, Parcel, Reply

_PERMANENT = 500


@dataclass(frozen=True, slots=True)
class Smarthost:
    """Where and how to hand mail over. ``tls`` is ``none``, ``starttls`` or ``tls``; never silently downgraded."""

    host: str
    port: int
    tls: str
    user: str
    password: Callable[[], str]
    timeout: float
    ehlo_name: str


def transmit(smarthost: Smarthost, parcel: Parcel) -> Reply:
    """Hand one mail over; return what the server answered."""
    try:
        with contextlib.closing(_connect(smarthost)) as client:
            return _send(client, parcel)
    except smtplib.SMTPResponseException as error:
        return _reply(error.smtp_code, error.smtp_error)
    except smtplib.SMTPException as error:
        return Reply(Outcome.LATER, f"{type(error).__name__}: {error}")
    except OSError as error:
        return Reply(Outcome.LATER, f"{type(error).__name__}: {error.strerror or error}")


def _connect(smarthost: Smarthost) -> smtplib.SMTP:
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
            client.login(smarthost.user, smarthost.password())
    except BaseException:
        client.close()
        raise
    return client


def _send(client: smtplib.SMTP, parcel: Parcel) -> Reply:
    """Run one mail transaction; with several recipients the first refusal decides (RFC 5321 3.3)."""
    client.ehlo_or_helo_if_needed()
    code, text = client.mail(parcel.reverse_path, ["BODY=8BITMIME"] if client.has_extn("8bitmime") else [])
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


def _words(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(words.split())}"[:500]
