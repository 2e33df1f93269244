"""Customers' mails that an operator forwards to the desk."""

from dataclasses import replace
from typing import Any

from operator_mails import ADA, GRACE, ask, last, notes, notified, results

from inboxd.store import tickets
from inboxd.store.engine import read


def _forward(mail: Any, above: str = "", body: str = "Hello, is there a discount?\n\nEve") -> bytes:
    text = (
        f"{above}\n\n---------- Forwarded message ---------\nFrom: Eve Sand <eve@sand.test>\n"
        f"Date: Mon, Nov 16, 2026 at 9:00 AM\nSubject: Discount\nTo: Ada <ada@acme.test>\n\n\n{body}\n"
    )
    raw: bytes = mail(text, subject="Fwd: Discount", from_=ADA, references="<first@sand.test>")
    return raw


def test_a_forwarded_mail_is_its_writers_ticket(stage: Any, mail: Any) -> None:
    """Forwarded by a proven operator, the ticket is the customer's; nothing answers him and only the others are told."""
    mail_id = stage.take(
        _forward(mail, "#tag sales\n#assign grace\nA friend of mine."), submitter="ada@acme.test"
    )
    ticket = stage.ticket()
    assert (ticket.subject, ticket.tags, ticket.assignee, ticket.status) == (
        "Discount",
        ("sales",),
        "grace@acme.test",
        "new",
    )
    assert notes(stage, 1) == ["A friend of mine."]
    assert [(one.queued.kind, one.queued.recipients) for one in stage.written()] == [
        ("notification", ("grace@acme.test",))
    ]
    assert stage.stored(mail_id).sender == "ada@acme.test"
    stage.reply(stage.written()[0], "Yes, ten percent.", from_=GRACE)
    relay = last(stage, "relay")
    assert relay.queued.recipients == ("eve@sand.test",)
    assert relay.mail.in_reply_to == ("<first@sand.test>",)
    assert "A friend of mine" not in relay.mail.text


def test_who_forwards_alone_is_not_told(lite_stage: Any, mail: Any) -> None:
    """The operator who forwarded a mail gets none about it when it is his own to answer."""
    lite_stage.take(_forward(mail, "#assign ada"), submitter="ada@acme.test")
    assert lite_stage.ticket().assignee == "ada@acme.test"
    assert lite_stage.written() == []


def test_a_sure_answer_is_not_sent_to_who_was_forwarded(lite_stage: Any, mail: Any) -> None:
    """The article is suggested, not sent: the ticket stays new, and somebody else is told."""
    lite_stage.shelf.knows("discount")
    lite_stage.take(_forward(mail), submitter="ada@acme.test")
    ticket = lite_stage.ticket()
    assert (ticket.status, ticket.suggested_article, ticket.answered_automatically) == (
        "new",
        "discount",
        False,
    )
    assert not lite_stage.written("answer")


def test_a_rule_for_operators_may_answer_a_forwarded_mail(lite_stage: Any, mail: Any) -> None:
    """A rule that names sender.is_operator means forwarded mails, so its acknowledgement is sent."""
    lite_stage.rules("""
[[rule]]
name = "forwarded"
on = ["ticket.created"]
when.sender.is_operator = true
then.reply = "acknowledgement"
""")
    lite_stage.take(_forward(mail), submitter="ada@acme.test")
    assert [one.queued.recipients for one in lite_stage.written("acknowledgement")] == [("eve@sand.test",)]


def test_a_reply_that_was_forwarded_joins_its_ticket(lite_stage: Any, mail: Any) -> None:
    """When the customer wrote to an operator instead of the desk, forwarding his mail puts it where it belongs."""
    stage = lite_stage
    stage.take(
        mail(
            "A question", subject="Discount", from_="Eve Sand <eve@sand.test>", message_id="<first@sand.test>"
        )
    )
    stage.take(_forward(mail, body="I meant the yearly plan."), submitter="ada@acme.test")
    assert len(stage.tickets) == 1
    with read(stage.desk.engine) as connection:
        lines = [one for one in tickets.list_messages(connection, 1) if one.direction == "in"]
    assert [(one.author, one.text) for one in lines][1] == ("eve@sand.test", "I meant the yearly plan.")


def test_without_proof_it_is_only_the_operators_own_question(lite_stage: Any, mail: Any) -> None:
    """Anybody can write "Fwd:" and an operator's address: that opens no ticket in a third person's name."""
    lite_stage.take(_forward(mail))
    assert lite_stage.stored(1).sender == "ada@acme.test"
    with read(lite_stage.desk.engine) as connection:
        (line, *_) = tickets.list_messages(connection, 1)
    assert line.author == "ada@acme.test"


def test_spf_is_enough_to_forward_but_not_to_command(lite_stage: Any, mail: Any) -> None:
    """Any aligned proof of the address lets him forward; commands above it need the proof commands need."""
    stage = lite_stage
    stage.configure(intake=replace(stage.desk.config.intake, trusted_authserv_ids=("mx.acme.test",)))
    results = b"Authentication-Results: mx.acme.test; spf=pass smtp.mailfrom=ada@acme.test\r\n"
    stage.take(results + _forward(mail, "Please see."))
    assert stage.tickets[0].subject == "Discount"
    held = stage.take(results + _forward(mail, "#solved"))
    assert stage.stored(held).state == "held"


def test_a_forward_of_our_mail_relays_nothing(lite_stage: Any, mail: Any) -> None:
    """What he writes above a notification that he forwards is a note, not the answer; its commands are obeyed."""
    ask(lite_stage, mail, "carla")
    sent, operator = notified(lite_stage, 1)
    ours = sent.mail
    block = (
        f"---------- Forwarded message ---------\nFrom: {ours.from_.display_name} <{ours.from_.addr_spec}>\n"
        f"Date: Mon, Nov 16, 2026 at 9:00 AM\nSubject: {ours.subject}\nTo: {operator}\n\n\n{ours.text}"
    )
    raw = mail(
        f"#tag export\nGrace, have a look.\n\n{block}",
        subject=f"Fwd: {ours.subject}",
        from_=operator,
        in_reply_to=ours.message_id,
    )
    lite_stage.take(raw)
    assert lite_stage.written("relay") == []
    assert (lite_stage.ticket(1).tags, lite_stage.ticket(1).status) == (("export",), "new")
    assert notes(lite_stage, 1) == ["Grace, have a look."]
    assert "kept as a note" in results(lite_stage)[0]
