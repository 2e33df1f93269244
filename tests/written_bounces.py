"""Bounces as a test writes them."""

from email.header import Header

from inboxd.core.dsn import read_bounce
from inboxd.core.mail import Bounce
from inboxd.core.parse import parse

LOST = "lost.one@customer.example"
RETURNED = (
    "Received: from desk.example by mx.example; Mon, 1 Jan 2024 00:00:00 +0000\n"
    "Message-ID: <t1.m2.sig@desk.example>\nFrom: support@desk.example\n"
    f"To: {LOST}\nSubject: Your question\nMIME-Version: 1.0\n\nAsk somebody@else.example\n"
)
DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.example>"


def bounced(subject: str, body: str, *, sender: str = DAEMON, fields: str = "Return-Path: <>\n") -> Bounce:
    """Return what is read from a plain text mail."""
    written = subject if subject.isascii() else Header(subject, "utf-8").encode()
    head = f"{fields}From: {sender}\nTo: support@desk.example\nSubject: {written}\n"
    return read_bounce(parse(f"{head}Content-Type: text/plain; charset=utf-8\n\n{body}\n".encode()))


def report(
    fields: str, *, sender: str = DAEMON, subject: str = "Undelivered Mail Returned to Sender"
) -> Bounce:
    """Return what is read from an RFC 3464 report with these delivery-status fields."""
    return read_bounce(
        parse(
            (
                f"From: {sender}\nTo: support@desk.example\nSubject: {subject}\n"
                'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
                "--b\nContent-Type: text/plain\n\nYour message could not be delivered.\n"
                f"--b\nContent-Type: message/delivery-status\n\n{fields}\n"
                f"--b\nContent-Type: message/rfc822\n\n{RETURNED}\n--b--\n"
            ).encode()
        )
    )
