"""What is no bounce although it speaks of one, what is no dead address, and what hostile reports cost."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from written_bounces import DAEMON, LOST, bounced

from inboxd.core.dsn import is_dead_address, read_bounce
from inboxd.core.mail import Dsn, Envelope
from inboxd.core.parse import parse


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        (
            "Fwd: Undelivered Mail Returned to Sender",
            f"FYI\n\nThis is the mail system at host x.\n\n<{LOST}>: 550 5.1.1",
        ),
        ("Re: Undelivered Mail Returned to Sender", f"Who is that?\n\n> <{LOST}>: 550 5.1.1 user unknown"),
        (
            "Your mail bounced",
            f"Hi, I tried to write to {LOST} but it bounced:\n550 5.1.1 <{LOST}>: user unknown",
        ),
        (
            "Delivery failed",
            "Your carrier says the parcel could not be delivered to my address. Please send it again.",
        ),
        ("Unzustellbare Sendung", "Meine Sendung konnte nicht zugestellt werden, Nummer 12345."),
        ("Mailbox full", "My mailbox is full, how can I get more room"),
        ("退件", "您好,我要退件,订单号 123。"),
        ("Failure notice", "I got a failure notice from your API: 550 something"),
    ],
)
def test_people_who_speak_of_bounces_sent_none(subject: str, body: str) -> None:
    """Only the top level counts, and shops deliver parcels."""
    found = bounced(
        subject, body, sender="Pat <pat@customer.example>", fields="Return-Path: <pat@customer.example>\n"
    )
    assert not found.is_bounce


def test_a_bounce_forwarded_as_attachment_is_none() -> None:
    """What stands inside an attached mail belongs to that mail."""
    inner = f"From: {DAEMON}\nSubject: failure notice\nContent-Type: text/plain\n\n<{LOST}>: 550 5.1.1\n"
    raw = (
        "From: pat@customer.example\nSubject: what is this\n"
        'Content-Type: multipart/mixed; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\nI got this, please help\n--b\nContent-Type: message/rfc822\n\n{inner}\n--b--\n"
    )
    assert not read_bounce(parse(raw.encode())).is_bounce


def test_a_vacation_note_with_null_return_path_is_no_bounce() -> None:
    """Responders use the null reverse-path, too (RFC 3834 3.3)."""
    found = bounced(
        "Automatic reply: Hello", "I am out of the office until Monday.", sender="pat@customer.example"
    )
    assert not found.is_bounce


def test_a_mail_without_from_is_read() -> None:
    """flufl.bounce raises there; this does not."""
    raw = f"Return-Path: <>\nSubject: failure notice\n\nSorry, there was trouble with\nmail for {LOST}.\n".encode()
    assert read_bounce(parse(raw)).is_bounce


def test_the_envelope_tells_a_daemon() -> None:
    """A null reverse-path makes a mail system of an ordinary address."""
    mail = parse(
        f"From: mail@mx.example\nSubject: Undeliverable\n\nYour message to {LOST} bounced.\n".encode()
    )
    assert read_bounce(mail, Envelope("", ("support@desk.example",))).is_bounce
    assert not read_bounce(mail, Envelope("mail@mx.example", ())).is_bounce


@pytest.mark.parametrize(
    ("status", "dead"),
    [
        ("5.1.1", True),
        ("5.0.0", True),
        ("5.2.1", True),
        ("5.2.2", False),
        ("5.7.1", False),
        ("5.7.26", False),
    ],
)
def test_full_mailboxes_and_policy_are_no_dead_addresses(status: str, *, dead: bool) -> None:
    """RFC 3463: 5.2.2 may be emptied, and 5.7.x is about us."""
    assert is_dead_address(Dsn(LOST, "failed", status, "", permanent=True)) is dead


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=500))
def test_never_raises(body: bytes) -> None:
    """Any body below a bounce's header is read as far as it goes."""
    head = b"Return-Path: <>\nFrom: MAILER-DAEMON@x.example\nSubject: failure notice\nContent-Type: multipart/report;"
    found = read_bounce(parse(head + b' report-type=delivery-status; boundary="b"\n\n--b\n' + body))
    assert found.is_bounce


@pytest.mark.parametrize(
    "body", ["a@b.example\n" * 20_000, "From: x\n" * 30_000, "a@" * 125_000, "\n" * 250_000, "--\n" * 80_000]
)
def test_hostile_bodies_are_quick(body: str) -> None:
    """Nothing is quadratic in what a stranger sends."""
    start = time.perf_counter()
    bounced("Undelivered Mail Returned to Sender", body)
    assert time.perf_counter() - start < 3
