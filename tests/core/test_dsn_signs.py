"""Reports of mail systems, told from mails about them."""

import pytest

from inboxd.core.dsn_signs import (
    has_null_reverse_path,
    is_certain_bounce_subject,
    is_daemon,
    is_daemon_sender,
    report_type,
    reverse_path,
)
from inboxd.core.mail import Envelope
from inboxd.core.parse import parse


@pytest.mark.parametrize(
    "sender", ["MAILER-DAEMON@x.example", "Postmaster <p@x.example>", "Mail Delivery Subsystem <m@x.example>"]
)
def test_mail_systems_are_known_by_name(sender: str) -> None:
    """By address or by display name."""
    assert is_daemon_sender(parse(f"From: {sender}\n\nx".encode()))


def test_an_administrator_is_a_daemon_only_for_bounces() -> None:
    """Exchange writes as System Administrator, and so do people."""
    mail = parse(b"From: System Administrator <a@x.example>\n\nx")
    assert is_daemon(mail, None)
    assert not is_daemon_sender(mail)


def test_the_reverse_path_comes_from_the_envelope_or_the_field() -> None:
    """An unknown envelope and no field is not a null path."""
    mail = parse(b"Return-Path: <a@x.example>\nFrom: a@x.example\n\nx")
    assert reverse_path(mail, None) == "a@x.example"
    assert reverse_path(mail, Envelope("b@x.example", ())) == "b@x.example"
    assert not has_null_reverse_path(parse(b"From: a@x.example\n\nx"), None)
    assert has_null_reverse_path(parse(b"Return-Path: <>\n\nx"), None)


def test_the_report_type_may_be_missing() -> None:
    """Then the parts tell."""
    raw = b'Content-Type: multipart/report; boundary="b"\n\n--b\n\nx\n--b\nContent-Type: message/delivery-status\n\nA: b\n\n--b--\n'
    assert report_type(parse(raw).mime) == "delivery-status"
    assert report_type(parse(b"Content-Type: text/plain\n\nx").mime) == ""


def test_certain_subjects_are_not_what_customers_write() -> None:
    """A parcel may fail to be delivered."""
    assert is_certain_bounce_subject("Undelivered Mail Returned to Sender")
    assert is_certain_bounce_subject("[list] Delivery Status Notification (Failure)")
    assert not is_certain_bounce_subject("Delivery failed")
    assert not is_certain_bounce_subject("Re: Undelivered Mail Returned to Sender")
