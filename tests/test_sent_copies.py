"""What he wrote from the mailbox, on both databases: whose ticket it is, and what follows."""

import datetime as dt
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest

from inboxd.core.ticket import Message
from inboxd.intake.accept import Arrival, accept
from inboxd.jobs.calendar import run_all
from inboxd.loops import until_idle
from inboxd.pipeline import process_one
from inboxd.store import tickets
from inboxd.store.engine import read

Write = Callable[..., bytes]
CARLA = "Carla <carla@customer.test>"


def _lies_in_sent(
    stage: Any, body: str, *, at: dt.datetime | None = None, imported: bool = False, **fields: str
) -> int:
    """Let a mail be found in Sent and processed; return its id."""
    mail = EmailMessage()
    usual = {
        "From": "Ada <support@acme.test>",
        "To": CARLA,
        "Subject": "Re: Export",
        "Message-ID": "<sent@acme.test>",
    }
    for name, value in (usual | {name.replace("_", "-"): value for name, value in fields.items()}).items():
        mail[name] = value
    mail.set_content(body)
    arrival = Arrival(mail.as_bytes(), None, (), "sent", imported=imported, received_at=at or stage.clock())
    mail_id = accept(stage.desk.engine, [arrival], stage.clock())[0].mail_id
    until_idle((lambda: process_one(stage.desk),))
    return mail_id


def _asked(stage: Any, mail: Write) -> None:
    stage.take(mail(message_id="<question@customer.test>"))
    stage.clock.advance(minutes=30)


def _lines(stage: Any, number: int = 1) -> list[Message]:
    with read(stage.desk.engine) as connection:
        return list(tickets.list_messages(connection, number))


def test_the_answer_ends_what_was_promised(stage: Any, mail: Write) -> None:
    """Nobody is chased for a question that was answered from the mailbox, and the next reply opens the ticket."""
    _asked(stage, mail)
    _lies_in_sent(stage, "Go to Settings.", In_Reply_To="<question@customer.test>")
    assert stage.ticket().status == "pending"
    # Past every due time, and before the receipt that never left here goes stale.
    stage.clock.advance(hours=44)
    run_all(stage.desk)
    assert stage.written("chase") == []

    stage.take(mail("Thanks, and PDF?", subject="Re: Export", in_reply_to="<sent@acme.test>"))

    assert (stage.ticket().status, len(stage.tickets)) == ("open", 1)
    assert [one.direction for one in _lines(stage)] == ["in", "out", "out", "in"]
    assert not stage.events("automatic_answer_questioned")


def test_it_is_answered_without_references_by_subject_or_quote(stage: Any, mail: Write) -> None:
    """A client that loses In-Reply-To still answers: by the subject, or by what is quoted; a new matter does not."""
    _asked(stage, mail)
    _lies_in_sent(
        stage, "About your invoice: it is paid.", Subject="Your invoice", Message_ID="<1@acme.test>"
    )
    assert (stage.ticket(1).status, stage.ticket(2).status) == ("new", "pending")

    quoting = "Go to Settings.\n\n> How do I export my data?"
    _lies_in_sent(stage, quoting, Subject="An answer", Message_ID="<2@acme.test>")
    assert stage.ticket(1).status == "pending"

    stage.take(mail(subject="Import", from_="dan@customer.test", message_id="<other@customer.test>"))
    _lies_in_sent(stage, "Yes.", To="dan@customer.test", Subject="AW: Import", Message_ID="<3@acme.test>")
    assert stage.ticket(3).status == "pending"


def test_an_answer_that_crossed_a_question_answers_nothing_new(stage: Any, mail: Write) -> None:
    """What he sent before the customer wrote again is filed; the later question still waits."""
    _asked(stage, mail)
    written_at = stage.clock()
    stage.clock.advance(minutes=5)
    stage.take(mail("And as PDF?", subject="Re: Export", in_reply_to="<question@customer.test>"))
    stage.clock.advance(minutes=1)

    _lies_in_sent(stage, "Go to Settings.", In_Reply_To="<question@customer.test>", at=written_at)

    ticket = stage.ticket()
    assert (ticket.status, ticket.first_response_at) == ("new", None)
    assert [one.kind for one in stage.events("crossed", "answered")] == ["crossed"]
    assert _lines(stage)[-1].text == "Go to Settings."


def test_what_goes_to_somebody_else_is_a_note(stage: Any, mail: Write) -> None:
    """A question he sends on to a colleague of his is noted; the customer still waits, and the other stays outside."""
    _asked(stage, mail)
    _lies_in_sent(stage, "Do you know?", To="dev@partner.test", In_Reply_To="<question@customer.test>")

    assert stage.ticket().status == "new"
    note = _lines(stage)[-1]
    assert (note.direction, note.text) == ("note", "To dev@partner.test:\n\nDo you know?")
    stage.take(
        mail("No idea.", from_="dev@partner.test", subject="Re: Export", in_reply_to="<sent@acme.test>")
    )
    assert len(stage.tickets) == 2, "a stranger does not join the customer's ticket"


def test_who_writes_first_begins_a_ticket_that_waits(stage: Any, mail: Write) -> None:
    """A mail to somebody without a question begins a ticket that waits for him, asks for no survey and chases nobody."""
    mail_id = _lies_in_sent(stage, "Shall we renew?", Subject="Your licence", To="Eve <eve@sand.test>")

    ticket = stage.ticket()
    assert (ticket.status, ticket.survey, ticket.subject, ticket.chase_at) == (
        "pending",
        "never",
        "Your licence",
        None,
    )
    assert ticket.assignee == "ada@acme.test"
    assert stage.stored(mail_id).disposition == "file"
    assert stage.written() == []

    stage.take(
        mail("Yes!", from_="Eve <eve@sand.test>", subject="Re: Your licence", in_reply_to="<sent@acme.test>")
    )
    assert (len(stage.tickets), stage.ticket().status) == (1, "open")
    assert stage.ticket().chase_at is not None


@pytest.mark.parametrize(
    "fields",
    [
        {"To": "Grace <grace@acme.test>"},
        {"To": "support@acme.test"},
        {"From": "somebody@else.test"},
        {"From": "Ada <ada@acme.test>"},
        {"Auto_Submitted": "auto-replied"},
        {"To": ", ".join(f"a{number}@news.test" for number in range(9))},
        {"List_Id": "<news.acme.test>"},
    ],
    ids=["operator", "desk", "not ours", "private", "vacation", "circular", "list"],
)
def test_what_concerns_no_customer_is_only_filed(stage: Any, fields: dict[str, str]) -> None:
    """Mail among ourselves, machines, circulars and strange mails begin nothing."""
    mail_id = _lies_in_sent(stage, "Hello", **fields)

    stored = stage.stored(mail_id)
    assert (stored.state, stored.disposition, stored.decision["course"]) == (
        "processed",
        "file",
        "sent_elsewhere",
    )
    assert (stage.tickets, stage.written()) == ([], [])


def test_commands_are_not_obeyed(stage: Any, mail: Write) -> None:
    """What stands in a mail to the customer was said to the customer."""
    _asked(stage, mail)
    _lies_in_sent(stage, "#solved\n\nGo to Settings.", In_Reply_To="<question@customer.test>")

    assert stage.ticket().status == "pending"


def test_history_is_filed_and_begins_nothing(stage: Any, mail: Write) -> None:
    """What lay in Sent at first contact joins the ticket it answers and moves no clock."""
    _asked(stage, mail)
    _lies_in_sent(stage, "Go to Settings.", In_Reply_To="<question@customer.test>", imported=True)
    _lies_in_sent(stage, "Hi", To="eve@sand.test", Subject="Old", Message_ID="<old@acme.test>", imported=True)

    assert (len(stage.tickets), stage.ticket().status, stage.ticket().first_response_at) == (1, "new", None)
    assert _lines(stage)[-1].text == "Go to Settings."


def test_a_copy_to_the_desk_is_no_forgery(stage: Any, mail: Write) -> None:
    """His answer with a copy to the desk is one answer, whichever of the two is found first."""
    _asked(stage, mail)
    for number, first in enumerate(("received", "sent")):
        fields = {
            "Message_ID": f"<both{number}@acme.test>",
            "Cc": "support@acme.test",
            "Subject": "Re: Export",
        }
        if first == "received":
            came = _comes_in(stage, fields)
            assert stage.stored(came).state == "held"
            _lies_in_sent(stage, "Go to Settings.", **fields)
        else:
            _lies_in_sent(stage, "Go to Settings.", **fields)
            came = _comes_in(stage, fields)
        assert stage.stored(came).state in {"dropped", "processed"}
    assert len(stage.tickets) == 1
    assert len(stage.events("answered")) == 2


def _comes_in(stage: Any, fields: dict[str, str]) -> int:
    mail = EmailMessage()
    usual = {"From": "Ada <support@acme.test>", "To": CARLA}
    for name, value in (usual | {name.replace("_", "-"): value for name, value in fields.items()}).items():
        mail[name] = value
    mail.set_content("Go to Settings.")
    return stage.take(mail.as_bytes())


def test_an_answer_that_bounces_was_none(stage: Any, mail: Write) -> None:
    """When what he sent from the mailbox comes back, the ticket is open again and the promise runs on."""
    _asked(stage, mail)
    _lies_in_sent(stage, "Go to Settings.", In_Reply_To="<question@customer.test>")
    assert stage.ticket().status == "pending"

    stage.take(_BOUNCE.replace("\n", "\r\n").encode(), reverse_path="")

    ticket = stage.ticket()
    assert (ticket.status, ticket.first_response_at) == ("open", None)
    assert ticket.chase_at is not None
    assert [one.kind for one in stage.events("undelivered")] == ["undelivered"]
    assert len(stage.tickets) == 1


_BOUNCE = """\
From: Mail Delivery System <MAILER-DAEMON@mx.acme.test>
To: support@acme.test
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <dsn1@mx.acme.test>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.acme.test

Final-Recipient: rfc822; carla@customer.test
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 user unknown

--b
Content-Type: text/rfc822-headers

From: support@acme.test
To: carla@customer.test
Subject: Re: Export
Message-ID: <sent@acme.test>

--b--
"""


def test_a_mail_found_twice_in_sent_is_one_answer(stage: Any, mail: Write) -> None:
    """A folder that is read again from its beginning answers nothing a second time."""
    _asked(stage, mail)
    first, again = (
        _lies_in_sent(stage, "Go to Settings.", In_Reply_To="<question@customer.test>") for _ in range(2)
    )

    assert first == again
    assert len(stage.events("answered")) == 1


def test_nobody_is_assigned_who_is_not_known(stage: Any) -> None:
    """When any of several may have written, the ticket he began belongs to nobody yet."""
    _lies_in_sent(stage, "Shall we renew?", From="Acme <support@acme.test>", To="eve@sand.test")

    assert stage.ticket().assignee == ""
