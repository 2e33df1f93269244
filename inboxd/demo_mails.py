"""The mails of the demo, written as mail clients write them."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import format_datetime

from inboxd.core.mail import Mail

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)

Write = Callable[[Sequence[Mail]], bytes]


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that arrives at ``at``. ``write`` sees the post so far, to answer it; ``silent``: nothing goes back."""

    at: dt.datetime
    title: str
    write: Write
    to: Callable[[Sequence[Mail]], str]
    reverse_path: str = ""
    silent: bool = False

    def recipients(self, post: Sequence[Mail]) -> list[str]:
        """Return the forward-paths of the envelope."""
        return [self.to(post)]


def scenes(desk: str, operator: str) -> tuple[Scene, ...]:
    """Return the story in order of time."""
    tom, eve, ben = "Tom Fox <tom@fox.example>", "Eve Sand <eve@sand.example>", "Ben Lee <ben@lee.example>"
    return (
        _question(10, "Tom asks what the knowledge base surely knows", tom, desk, "Refund", _REFUND),
        _reply(25, "Tom is happy", tom, ("answer", "tom@fox.example"), "Thanks a lot, that helped!", silent=True),
        _question(35, "Eve asks something no article answers", eve, desk, "Zeppelins", _ZEPPELIN),
        _reply(
            95, "The operator presses Reply in his mail client", f"Operator <{operator}>",
            ("notification", operator), _OPERATOR_REPLY, about="Zeppelins",
        ),
        _question(110, "Ben asks, and nobody will find the time", ben, desk, "Import from Tabulator", _IMPORT),
        _vacation(115, desk),
        _bounce(120),
        _reply(1800, "Eve answers the survey by pressing Reply", eve, ("survey", "eve@sand.example"), "5 great"),
    )  # fmt: skip


def _question(minutes: int, title: str, sender: str, desk: str, subject: str, text: str) -> Scene:
    at = MONDAY + dt.timedelta(minutes=minutes)
    fields = {"From": sender, "To": desk, "Subject": subject, **_identity(at, sender)}
    return Scene(at, title, lambda _post: _mail(fields, text), lambda _post: desk)


def _reply(
    minutes: int,
    title: str,
    sender: str,
    to: tuple[str, str],
    text: str,
    *,
    about: str = "",
    silent: bool = False,
) -> Scene:
    at = MONDAY + dt.timedelta(minutes=minutes)
    kind, recipient = to

    def write(post: Sequence[Mail]) -> bytes:
        answered = find(post, kind, recipient, about)
        quote = "\n".join(f"> {line}" for line in answered.text.splitlines())
        fields = {
            "From": sender,
            "To": answered.reply_to[0].addr_spec,
            "Subject": answered.subject if answered.subject.startswith("Re:") else f"Re: {answered.subject}",
            "In-Reply-To": answered.message_id,
            "References": " ".join((*answered.references, answered.message_id)),
            **_identity(at, sender),
        }
        wrote = f"On {at:%a, %d %b %Y at %H:%M}, {answered.from_.display_name} <{answered.from_.addr_spec}> wrote:"
        return _mail(fields, f"{text}\n\n{wrote}\n{quote}\n")

    return Scene(
        at, title, write, lambda post: find(post, kind, recipient, about).reply_to[0].addr_spec, silent=silent
    )


def _vacation(minutes: int, desk: str) -> Scene:
    """Return the scene of an out-of-office reply to our acknowledgement (RFC 3834 marks, null reverse-path)."""
    at = MONDAY + dt.timedelta(minutes=minutes)

    def write(post: Sequence[Mail]) -> bytes:
        answered = find(post, "acknowledgement", "ben@lee.example")
        fields = {
            "From": "Ben Lee <ben@lee.example>",
            "To": desk,
            "Subject": f"Automatic reply: {answered.subject}",
            "In-Reply-To": answered.message_id,
            "Auto-Submitted": "auto-replied (vacation)",
            **_identity(at, "ben@lee.example"),
        }
        return _mail(fields, "I am at sea until Friday and cannot read mail.\n")

    return Scene(at, "Ben's out-of-office note arrives", write, lambda _post: desk, "<>", silent=True)


def _bounce(minutes: int) -> Scene:
    """Return the scene of a delivery status notification (RFC 3464), sent to the signed return path of a mail to Ben."""
    at = MONDAY + dt.timedelta(minutes=minutes)

    def write(post: Sequence[Mail]) -> bytes:
        returned = find(post, "acknowledgement", "ben@lee.example")
        fields = {
            "From": "Mail Delivery System <MAILER-DAEMON@mx.lee.example>",
            "To": _return_path(returned),
            "Subject": "Delayed Mail (still being retried)",
            "Auto-Submitted": "auto-replied",
            "MIME-Version": "1.0",
            "Content-Type": 'multipart/report; report-type=delivery-status; boundary="dsn"',
            **_identity(at, "MAILER-DAEMON@mx.lee.example"),
        }
        return _mail(fields, _DSN.format(message_id=returned.message_id), plain=False)

    def to(post: Sequence[Mail]) -> str:
        return _return_path(find(post, "acknowledgement", "ben@lee.example"))

    return Scene(at, "A bounce arrives: Ben's server is slow", write, to, "<>", silent=True)


def find(post: Sequence[Mail], kind: str, recipient: str, about: str = "") -> Mail:
    """Return the newest mail of a kind to somebody; raise ``LookupError`` when the desk never sent it."""
    for mail in reversed(post):
        if (
            mail.header("X-Inboxd-Kind") == kind
            and mail.to[0].key == recipient.lower()
            and about in mail.subject
        ):
            return mail
    raise LookupError(f"the desk sent no {kind} to {recipient}")


def _return_path(mail: Mail) -> str:
    return mail.header("Return-Path").strip("<>")


def _identity(at: dt.datetime, sender: str) -> dict[str, str]:
    domain = sender.rpartition("@")[2].strip(">")
    return {"Date": format_datetime(at), "Message-ID": f"<{at:%Y%m%d%H%M%S}.demo@{domain}>"}


def _mail(fields: dict[str, str], text: str, *, plain: bool = True) -> bytes:
    if plain:
        fields = {**fields, "MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8"}
    header = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return f"{header}\n{text}".replace("\n", "\r\n").encode()


_REFUND = """Hi,

how do I get my money back? I bought the yearly plan last week.

Tom
"""

_ZEPPELIN = """Hello,

we fly a zeppelin over the polar circle and there is no network for days.
Will your program still open its files up there, or does it phone home first?

Best regards
Eve Sand
"""

_OPERATOR_REPLY = """#solved

Hello Eve,

it never phones home: once the licence is entered it works without any network,
for as long as you like. Have a good flight!

Ada"""

_IMPORT = """Hello,

can I bring over nine years of projects from Tabulator? The export is one large XML file.

Ben
"""

_DSN = """--dsn
Content-Type: text/plain; charset=us-ascii

Your message could not be delivered yet. It will be retried until it is 5 days old.

--dsn
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.lee.example

Final-Recipient: rfc822; ben@lee.example
Action: delayed
Status: 4.4.1
Diagnostic-Code: smtp; 421 4.4.1 connection timed out

--dsn
Content-Type: text/rfc822-headers

Message-ID: {message_id}

--dsn--
"""
