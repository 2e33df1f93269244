"""Fixtures: a clock that is moved by hand, mails from a customer, and what is known about one."""

import datetime as dt
import itertools
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest

from inboxd.core.facts import CustomerFacts, EventKind, Facts, Threading, TimeFacts
from inboxd.core.mail import Automatic, AutomaticKind, Bounce, Envelope, SenderAuth, Written
from inboxd.core.parse import parse

# A Monday morning inside the desk's working hours (9 to 17, UTC).
MONDAY = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)


class SettableClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: dt.datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        """Return the time the clock was moved to."""
        return self.now

    def advance(self, **span: float) -> dt.datetime:
        """Move the clock by ``days``, ``hours``, ``minutes`` … and return the new time."""
        self.now += dt.timedelta(**span)
        return self.now


@pytest.fixture
def clock() -> SettableClock:
    """A clock at Monday 10:00 UTC that ``advance`` moves."""
    return SettableClock()


_mail_numbers = itertools.count(1)


def write_mail(
    body: str = "How do I export my data?",
    *,
    subject: str = "Export",
    from_: str = "Carla <carla@customer.test>",
    to: str = "support@acme.test",
    message_id: str | None = None,
    **headers: str,
) -> bytes:
    """Return a mail as bytes; ``in_reply_to="<x@y>"`` becomes ``In-Reply-To``, ``message_id=""`` leaves it out."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = from_, to, subject
    mail["Date"] = "Mon, 16 Nov 2026 10:00:00 +0000"
    if message_id != "":
        mail["Message-ID"] = message_id or f"<mail{next(_mail_numbers)}@customer.test>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(body)
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


@pytest.fixture
def mail() -> Callable[..., bytes]:
    """``write_mail``: a mail from a customer as bytes; body first, the rest by name."""
    return write_mail


def make_facts(raw: bytes | None = None, **changes: Any) -> Facts:
    """Return the facts about a mail of Carla's, a person the desk never met; ``changes`` are fields of ``Facts``."""
    read_mail = parse(write_mail() if raw is None else raw)
    facts = Facts(
        event=EventKind.TICKET_CREATED,
        now=MONDAY,
        accepted_at=MONDAY,
        mail=read_mail,
        written=Written(read_mail.text, "", ""),
        envelope=Envelope(read_mail.from_.key, ("support@acme.test",)),
        language="en",
        automatic=Automatic(is_automatic=False, kind=AutomaticKind.PERSONAL, reason="", may_answer=True),
        bounce=Bounce(is_bounce=False),
        sender_auth=SenderAuth("none", "none", aligned=False, authserv_id=""),
        is_operator=False,
        threading=Threading(None, "nothing"),
        ticket=None,
        customer=CustomerFacts(None, read_mail.from_.key, "Carla", "en", (), 0, None, undeliverable=False),
        kb=(),
        time=TimeFacts(working_hours=True, weekday="monday"),
    )
    return replace(facts, **changes)


@pytest.fixture
def facts() -> Callable[..., Facts]:
    """``make_facts``: what is known about a mail, as ``decide`` gets it."""
    return make_facts
