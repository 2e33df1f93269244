"""Bounces of all kinds: whether, for whom, for good, and of which mail."""

import pytest
from written_bounces import DAEMON, LOST, RETURNED, bounced, report

from inboxd.core.dsn import read_bounce
from inboxd.core.mail import Dsn
from inboxd.core.parse import parse


def test_a_report_names_recipient_status_and_the_mail_that_came_back() -> None:
    """RFC 3464: everything the ticket needs stands in the fields and the enclosed mail."""
    found = report(
        "Reporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; {LOST}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 unknown\n"
    )
    assert found.original_message_id == "<t1.m2.sig@desk.example>"
    assert found.recipients == (Dsn(LOST, "failed", "5.1.1", "smtp; 550 unknown", permanent=True),)


def test_a_delay_is_temporary() -> None:
    """A warning is a bounce whose recipient still waits."""
    (dsn,) = report(
        f"Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; {LOST}\nAction: delayed\nStatus: 4.4.1\n"
    ).recipients
    assert (dsn.action, dsn.permanent) == ("delayed", False)


def test_a_report_of_success_has_no_recipients() -> None:
    """Delivered is reported, too; nothing came back."""
    found = report(
        f"Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; {LOST}\nAction: delivered\nStatus: 2.0.0\n"
    )
    assert found.is_bounce
    assert found.recipients == ()


def test_several_recipients_are_kept_apart() -> None:
    """Each block of the report speaks for itself."""
    found = report(
        "Reporting-MTA: dns; x\n\n"
        "Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.1.1\n\n"
        "Final-Recipient: rfc822; b@x.example\nAction: delayed\nStatus: 4.2.2\n\n"
        "Final-Recipient: rfc822; c@x.example\nAction: relayed\nStatus: 2.0.0\n"
    )
    assert [(dsn.final_recipient, dsn.permanent) for dsn in found.recipients] == [
        ("a@x.example", True),
        ("b@x.example", False),
    ]


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        (
            "Mail delivery failed: returning message to sender",
            (
                "This message was created automatically by mail delivery software.\n\nA message sent by\n\n"
                f"  <support@desk.example>\n\ncould not be delivered to one or more of its recipients. The following\n"
                f"address(es) failed:\n\n  {LOST}\n    host mx.customer.example [192.0.2.1]\n"
                f"    SMTP error from remote mail server after RCPT TO:<{LOST}>:\n    550 5.1.1 unknown\n\n"
                f"------ This is a copy of the message, including all the headers. ------\n\n{RETURNED}"
            ),
        ),
        (
            "failure notice",
            (
                "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to\n"
                f"the following addresses. This is a permanent error; I've given up.\n\n<{LOST}>:\nno mailbox here by that "
                f"name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n{RETURNED}"
            ),
        ),
        (
            "DELIVERY FAILURE: User not listed in Domino Directory",
            (
                f"Your message\n\n  Subject: Hello\n\nwas not delivered to:\n\n  {LOST}\n\nbecause:\n\n"
                "  User some.name (other@inner.example) not listed in Domino Directory\n"
            ),
        ),
        (
            "Undeliverable: Your question",
            (
                f"Delivery has failed to these recipients or distribution lists:\n\n{LOST}<mailto:{LOST}>\n"
                "The e-mail address was not found. Please contact helpdesk@mx.example.\n\n"
                f"Generating server: x.example\n\n{LOST}\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n"
            ),
        ),
        (
            "Unzustellbar: Ihre Frage",
            (
                f"Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:\n\n{LOST}\nDie eingegebene "
                "E-Mail-Adresse wurde nicht gefunden. Wenden Sie sich an hilfe@mx.example.\n"
            ),
        ),
        (
            "Non remis : votre question",
            f"Échec de la remise pour ces destinataires :\n\n{LOST}\nAdresse introuvable.\n",
        ),
        ("No se puede entregar: hola", f"No se pudo entregar el mensaje a estos destinatarios:\n\n{LOST}\n"),
        ("配信不能: ご質問", f"次の受信者への配信に失敗しました:\n\n{LOST}\n見つかりませんでした。\n"),
        (
            "系统退信",
            (
                f"抱歉，您的邮件被退回来了\n原邮件信息：\n收件人 {LOST}\n\n退信原因：收件人邮件地址（{LOST}）不存在\n"
                "建议：请联系 postmaster@mail.example 或 help@mail.example\n"
            ),
        ),
        (
            "Недоставленное сообщение",
            f"К сожалению, Ваше письмо не может быть доставлено:\n\n<{LOST}>: host x said: 550 5.1.1 user unknown\n",
        ),
        ("Niedostarczone: pytanie", f"Nie powiodło się dostarczenie do następujących adresatów:\n\n{LOST}\n"),
        (
            "Mail failure",
            (
                f"Unfortunately the address {LOST} does not exist on this server.\nContact our help desk at "
                "help@mx.example with questions.\n"
            ),
        ),
        (
            "Undeliverable Mail",
            f"User mailbox exceeds allowed size: {LOST}\n\nOriginal message follows.\n\n{RETURNED}",
        ),
        (
            "Returned mail: User unknown",
            (
                f"   ----- Transcript of session follows -----\n>>> RCPT To:<{LOST}>\n<<< 550 <{LOST}>... User unknown\n\n"
                f"   ----- Unsent message follows -----\n{RETURNED}"
            ),
        ),
    ],
)
def test_prose_bounces_name_the_one_that_failed(subject: str, body: str) -> None:
    """Senders, help desks, postmasters and addresses inside the returned mail are not taken."""
    found = bounced(subject, body)
    assert [dsn.final_recipient for dsn in found.recipients] == [LOST]
    assert all(dsn.permanent for dsn in found.recipients)
    assert not found.original_message_id or found.original_message_id == "<t1.m2.sig@desk.example>"


def test_a_prose_warning_is_temporary() -> None:
    """Sendmail's and Exim's warnings promise further attempts."""
    found = bounced(
        "Warning: message 1abc delayed 24 hours",
        "A message that you sent has not yet been delivered to one or more of its recipients.\n\n"
        f"The address to which the message has not yet been delivered is:\n\n  {LOST}\n    Delay reason: timed out\n\n"
        "No action is required on your part. Delivery attempts will continue for\nsome time.\n",
    )
    assert [(dsn.final_recipient, dsn.permanent) for dsn in found.recipients] == [(LOST, False)]


def test_failed_recipients_of_the_header_are_believed() -> None:
    """X-Failed-Recipients is what Exim and Gmail say before any text."""
    found = bounced("Mail delivery failed", "x", fields=f"X-Failed-Recipients: {LOST},\n b@x.example\n")
    assert [dsn.final_recipient for dsn in found.recipients] == [LOST, "b@x.example"]


def test_a_bounce_without_an_address_takes_whom_the_returned_mail_was_for() -> None:
    """The one receiver of our mail is the one that failed."""
    found = bounced(
        "Delivery failure", f"Your message could not be delivered.\n\n--- Original message ---\n\n{RETURNED}"
    )
    assert [dsn.final_recipient for dsn in found.recipients] == [LOST]


def test_an_undisclosed_address_gives_way_to_its_alias() -> None:
    """Exim hides where an alias leads and names the alias we had written to."""
    body = f"The following address(es) failed:\n\n  an undisclosed address\n    (generated from {LOST})\n"
    found = bounced("Mail delivery failed: returning message to sender", body)
    assert [dsn.final_recipient for dsn in found.recipients] == [LOST]


def test_a_report_inside_a_gateways_report_is_read() -> None:
    """Virus scanners enclose the report of the system behind them in one of their own."""
    inner = (
        "From: postmaster@inner.example\nSubject: Delivery Status Notification (Failure)\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="i"\n\n--i\n\nfailed\n'
        "--i\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
        f"Final-Recipient: rfc822; {LOST}\nAction: failed\nStatus: 5.1.1\n\n--i--\n"
    )
    outer = (
        f"Return-Path: <>\nFrom: {DAEMON}\nSubject: Delivery Status Notification (Failure)\n"
        'Content-Type: multipart/mixed; boundary="o"\n\n'
        f"--o\nContent-Type: message/rfc822\n\n{inner}\n--o--\n"
    )
    found = read_bounce(parse(outer.encode()))
    assert [(dsn.final_recipient, dsn.status) for dsn in found.recipients] == [(LOST, "5.1.1")]


def test_a_failure_nobody_is_named_in_is_still_a_failure() -> None:
    """The return path may still say which mail it was."""
    found = bounced(
        "Undeliverable Message", "Message could not be delivered to mobile.\nError: No valid recipients\n"
    )
    assert [(dsn.final_recipient, dsn.permanent) for dsn in found.recipients] == [("", True)]
