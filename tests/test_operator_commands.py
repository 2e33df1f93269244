"""What an operator can do by mail, played on a desk in process: Ada and Grace answer support@acme.test."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from inboxd.core.working_time import add_working_time
from inboxd.jobs.calendar import run_all
from inboxd.store import outbox, tickets
from inboxd.store.engine import read

ADA, GRACE = "Ada <ada@acme.test>", "Grace <grace@acme.test>"


def _ask(stage: Any, mail: Any, name: str, subject: str = "Export", body: str = "How do I export?") -> int:
    """Let a customer ask; return the number of his ticket."""
    stage.take(mail(body, subject=subject, from_=f"{name.title()} <{name}@customer.test>"))
    number: int = stage.tickets[-1].number
    return number


def _last(stage: Any, kind: str, to: str = "") -> Any:
    """Return the newest mail of ours of a kind (to an address)."""
    return next(one for one in reversed(stage.written(kind)) if to in one.queued.recipients or not to)


def _notified(stage: Any, number: int) -> Any:
    """Return the notification of a ticket and who got it, as he would answer it."""
    sent = next(one for one in stage.written("notification") if one.queued.ticket_number == number)
    return sent, f"Operator <{sent.queued.recipients[0]}>"


def _command(stage: Any, number: int, body: str) -> int:
    """Let the operator who was told of a ticket answer that mail; return the id of his."""
    sent, operator = _notified(stage, number)
    mail_id: int = stage.reply(sent, body, from_=operator)
    return mail_id


def _results(stage: Any) -> list[str]:
    return [one.mail.text for one in stage.written("result")]


def _notes(stage: Any, number: int) -> list[str]:
    with read(stage.desk.engine) as connection:
        return [one.text for one in tickets.list_messages(connection, number) if one.direction == "note"]


def _yes(stage: Any, body: str = "#yes") -> int:
    """Let the operator answer the newest result mail."""
    result = _last(stage, "result")
    mail_id: int = stage.reply(result, body, from_=f"Operator <{result.queued.recipients[0]}>")
    return mail_id


def test_two_tickets_at_once_ask_back(stage: Any, mail: Any) -> None:
    """What touches two tickets changes nothing until the result mail is answered with #yes, then all of it is done."""
    first, second = _ask(stage, mail, "carla"), _ask(stage, mail, "ben", "Invoice")
    _command(stage, first, f"#solved\n#{second} tag later")
    assert (stage.ticket(first).status, stage.ticket(second).tags) == ("new", ())
    assert "#yes" in _results(stage)[-1]
    _yes(stage)
    assert (stage.ticket(first).status, stage.ticket(second).tags) == ("solved", ("later",))
    assert len(_results(stage)) == 1


def test_a_yes_counts_once_and_for_a_day(lite_stage: Any, mail: Any) -> None:
    """A second #yes finds nothing to do and says so; one that comes after 24 hours does nothing either."""
    stage = lite_stage
    first, second = _ask(stage, mail, "carla"), _ask(stage, mail, "ben", "Invoice")
    _command(stage, first, f"#tag a\n#{second} tag a")
    asked = _last(stage, "result")
    _yes(stage)
    stage.reply(asked, "#yes", from_=f"Operator <{asked.queued.recipients[0]}>")
    assert "nothing waits for your yes" in _results(stage)[-1]
    _command(stage, first, f"#tag b\n#{second} tag b")
    stage.clock.advance(hours=25)
    _yes(stage)
    assert stage.ticket(first).tags == ("a",)


def test_a_yes_of_somebody_else_is_none(lite_stage: Any, mail: Any) -> None:
    """The other operator cannot confirm by answering a mail that did not go to him, whatever proves him."""
    stage = lite_stage
    first, second = _ask(stage, mail, "carla"), _ask(stage, mail, "ben", "Invoice")
    _command(stage, first, f"#solved\n#{second} solved")
    asked = _last(stage, "result")
    other = GRACE if "ada" in asked.queued.recipients[0] else ADA
    raw = mail("#yes", from_=other, in_reply_to=asked.mail.message_id)
    stage.take(raw, submitter=other.partition("<")[2].strip(">"))
    assert [one.status for one in stage.tickets] == ["new", "new"]
    assert "nothing waits for your yes" in _results(stage)[-1]


def test_a_token_speaks_for_its_own_ticket(lite_stage: Any, mail: Any) -> None:
    """An answer to the mail about one ticket, without other proof, commands another only after a second word."""
    stage = lite_stage
    first, second = _ask(stage, mail, "carla"), _ask(stage, mail, "ben", "Invoice")
    _command(stage, first, f"#{second} solved")
    assert stage.ticket(second).status == "new"
    _yes(stage)
    assert stage.ticket(second).status == "solved"


def test_a_digest_answer_commands_its_ticket(lite_stage: Any, mail: Any) -> None:
    """One line about one ticket in an answer to the digest is done at once, and nothing is sent back."""
    stage = lite_stage
    number = _ask(stage, mail, "carla")
    stage.clock.advance(days=1)
    run_all(stage.desk)
    stage.reply(_last(stage, "digest", "ada@acme.test"), f"#{number} solved", from_=ADA)
    assert stage.ticket(number).status == "solved"
    assert not stage.written("result")


def test_what_cannot_be_done_is_told_line_by_line(lite_stage: Any, mail: Any) -> None:
    """In an answer to the digest, a ticket that does not exist and words without a ticket come back as results."""
    stage = lite_stage
    _ask(stage, mail, "carla")
    stage.clock.advance(days=1)
    run_all(stage.desk)
    stage.reply(_last(stage, "digest", "ada@acme.test"), "#99 solved\n\nThank you all.", from_=ADA)
    assert "there is no ticket #99" in _results(stage)[-1]
    assert "this mail is about no ticket" in _results(stage)[-1]


def test_the_same_mail_twice_is_obeyed_once(lite_stage: Any, mail: Any) -> None:
    """A command mail that is delivered a second time changes nothing a second time."""
    stage = lite_stage
    number = _ask(stage, mail, "carla")
    sent, operator = _notified(stage, number)
    to = sent.mail.reply_to[0].addr_spec
    raw = mail("#note once\nHello Carla", from_=operator, to=to, in_reply_to=sent.mail.message_id)
    stage.take(raw, to=(to,))
    stage.take(raw, to=(to,))
    assert _notes(stage, number) == ["once"]
    assert len(stage.written("relay")) == 1


def test_merge_asks_back_and_moves_everything(stage: Any, mail: Any) -> None:
    """After #merge and #yes the mails, the open question and later replies belong to the ticket named."""
    first = _ask(stage, mail, "carla")
    second = _ask(stage, mail, "carla", "Also this", "And how do I import?")
    _command(stage, first, "#solved")
    _command(stage, second, f"#merge {first}")
    assert stage.ticket(second).status == "new"
    _yes(stage)
    merged, kept = stage.ticket(second), stage.ticket(first)
    assert (merged.status, merged.merged_into, kept.status) == ("merged", first, "open")
    assert kept.waiting_since is not None
    assert kept.chase_at is not None
    with read(stage.desk.engine) as connection:
        texts = [one.text for one in tickets.list_messages(connection, first) if one.direction == "in"]
    assert texts == ["How do I export?", "And how do I import?"]
    receipt = next(one for one in stage.written("notification") if one.queued.ticket_number == second)
    stage.reply(receipt, "Like this.", from_=f"Operator <{receipt.queued.recipients[0]}>")
    assert _last(stage, "relay").queued.ticket_number == first


def test_a_merged_question_keeps_its_time(lite_stage: Any, mail: Any) -> None:
    """The answer to a question that is merged is due from when it was asked, not from the merging."""
    stage = lite_stage
    first = _ask(stage, mail, "carla")
    _command(stage, first, "Press Export.")
    asked_at = stage.clock.advance(hours=1)
    second = _ask(stage, mail, "carla", "Also this", "And how do I import?")
    stage.clock.advance(hours=1)
    _command(stage, second, f"#merge {first}")
    _yes(stage)
    target = stage.desk.config.sla.targets.next_response
    due = add_working_time(stage.desk.sla_terms.hours, asked_at, target)
    assert stage.ticket(first).next_response_due == due
    stage.clock.advance(minutes=1)
    _command(stage, first, "#tag later")
    assert stage.ticket(first).next_response_due == due


def test_a_mail_that_leaves_takes_its_clock_along(lite_stage: Any, mail: Any) -> None:
    """What the parted mail asked is no longer due on the old ticket; on the new one it is, from when it was asked."""
    stage = lite_stage
    number = _ask(stage, mail, "carla")
    _command(stage, number, "Press Export.")
    asked_at = stage.clock.advance(hours=1)
    stage.reply(_last(stage, "relay"), "Can I import as well?", from_="Carla <carla@customer.test>")
    assert stage.ticket(number).next_response_due is not None
    stage.clock.advance(hours=1)
    told = _last(stage, "notification")
    stage.reply(told, "#split", from_=f"Operator <{told.queued.recipients[0]}>")
    due = add_working_time(stage.desk.sla_terms.hours, asked_at, stage.desk.config.sla.targets.first_response)
    assert stage.ticket(number).next_response_due is None
    assert stage.ticket(number + 1).first_response_due == due
    stage.clock.advance(minutes=1)
    _command(stage, number, "#tag later")
    assert stage.ticket(number).next_response_due is None


def test_merging_two_customers_keeps_both_informed(lite_stage: Any, mail: Any) -> None:
    """The question back names the other customer; merged, he gets a copy of the answer."""
    stage = lite_stage
    first, second = _ask(stage, mail, "carla"), _ask(stage, mail, "ben")
    _command(stage, second, f"#merge {first}")
    assert "ben@customer.test is somebody else" in _results(stage)[-1]
    _yes(stage)
    _command(stage, first, "Press Export.")
    assert _last(stage, "relay").queued.recipients == ("carla@customer.test", "ben@customer.test")


@pytest.mark.parametrize(
    ("target", "sentence"),
    [("1", "is this ticket"), ("99", "there is no ticket #99"), ("x", "number of one")],
)
def test_a_merge_that_cannot_be_is_refused(lite_stage: Any, mail: Any, target: str, sentence: str) -> None:
    """Into itself, into nothing, into what is no number: the result says so and nothing waits."""
    number = _ask(lite_stage, mail, "carla")
    _command(lite_stage, number, f"#merge {target}")
    assert sentence in _results(lite_stage)[-1]
    assert "Waits for your yes" not in _results(lite_stage)[-1]


def test_split_makes_a_ticket_of_one_mail(stage: Any, mail: Any) -> None:
    """The customer's later mail becomes a ticket with its own clock; the words under #split answer it."""
    number = _ask(stage, mail, "carla")
    receipt = _last(stage, "acknowledgement")
    stage.clock.advance(hours=1)
    stage.reply(receipt, "Something else: can I import as well?", from_="Carla <carla@customer.test>")
    told = _last(stage, "notification")
    stage.reply(told, "#split Importing\nYes, you can.", from_=f"Op <{told.queued.recipients[0]}>")
    old, new = stage.ticket(number), stage.ticket(number + 1)
    assert (new.subject, new.status, new.linked_to) == ("Importing", "pending", number)
    assert new.first_response_at == stage.clock()
    assert new.created_at == stage.clock()
    assert old.first_response_at is None
    relay, result = _last(stage, "relay"), _last(stage, "result")
    assert (relay.queued.ticket_number, result.queued.ticket_number) == (new.number, new.number)
    assert f"#{new.number} now" in result.mail.text
    with read(stage.desk.engine) as connection:
        asked = [one for one in tickets.list_messages(connection, number) if one.direction == "in"]
    assert [one.text for one in asked] == ["How do I export?"]


def test_the_only_mail_cannot_be_split_off(lite_stage: Any, mail: Any) -> None:
    """A ticket with one mail stays as it is."""
    number = _ask(lite_stage, mail, "carla")
    _command(lite_stage, number, "#split")
    assert "no second mail" in _results(lite_stage)[-1]
    assert len(lite_stage.tickets) == 1


def test_undo_restores_what_the_last_command_mail_changed(stage: Any, mail: Any) -> None:
    """Status, tags, priority, owner, snooze and notes are as before; a second #undo takes back the mail before."""
    number = _ask(stage, mail, "carla")
    _command(stage, number, "#tag first")
    stage.clock.advance(minutes=5)
    before = stage.ticket(number)
    other = "grace" if before.assignee.startswith("ada") else "ada"
    _command(
        stage, number, f"#note wait\n#tag second\n#untag first\n#priority urgent\n#assign {other}\n#solved"
    )
    assert (stage.ticket(number).status, _notes(stage, number)) == ("solved", ["wait"])
    stage.clock.advance(minutes=5)
    _command(stage, number, "#undo")
    after = stage.ticket(number)
    assert (after.status, after.tags, after.priority, after.assignee, after.solved_at) == (
        "new",
        ("first",),
        "normal",
        before.assignee,
        None,
    )
    assert _notes(stage, number) == []
    assert not stage.written("result")
    stage.clock.advance(minutes=5)
    _command(stage, number, "#undo")
    assert stage.ticket(number).tags == ()
    stage.clock.advance(minutes=5)
    _command(stage, number, "#undo")
    assert "you ordered nothing on it" in _results(stage)[-1]


def test_undo_ends_a_snooze(lite_stage: Any, mail: Any) -> None:
    """A ticket sent to sleep by mistake is awake again, and its clock runs as if it had never slept."""
    stage = lite_stage
    number = _ask(stage, mail, "carla")
    due = stage.ticket(number).first_response_due
    _command(stage, number, "#snooze 3d")
    assert stage.ticket(number).first_response_due != due
    _command(stage, number, "#undo")
    assert (stage.ticket(number).snoozed_until, stage.ticket(number).first_response_due) == (None, due)


def test_undo_says_what_it_cannot_take_back(lite_stage: Any, mail: Any) -> None:
    """Words that were handed over for sending stay sent: the rest is undone and the result mail says so."""
    stage = lite_stage
    number = _ask(stage, mail, "carla")
    _command(stage, number, "#solved\nPress Export.")
    _command(stage, number, "#undo")
    assert stage.ticket(number).status == "new"
    assert "the mail to carla@customer.test stays sent" in _results(stage)[-1]


def test_undo_leaves_what_changed_since(lite_stage: Any, mail: Any) -> None:
    """What the customer's reply changed after the commands is not turned back."""
    stage = lite_stage
    number = _ask(stage, mail, "carla")
    _command(stage, number, "#solved\n#tag done")
    stage.reply(_last(stage, "acknowledgement"), "It broke again.", from_="Carla <carla@customer.test>")
    _command(stage, number, "#undo")
    assert (stage.ticket(number).status, stage.ticket(number).tags) == ("open", ())
    assert "the status was changed since and stays" in _results(stage)[-1]


def test_undo_is_possible_for_a_day(lite_stage: Any, mail: Any) -> None:
    """After 24 hours nothing is undone, and he is told."""
    number = _ask(lite_stage, mail, "carla")
    _command(lite_stage, number, "#tag a")
    lite_stage.clock.advance(hours=25)
    _command(lite_stage, number, "#undo")
    assert lite_stage.ticket(number).tags == ("a",)
    assert "within the last 24 hours" in _results(lite_stage)[-1]


def test_a_dry_run_does_nothing(lite_stage: Any, mail: Any) -> None:
    """A question mark shows what would happen, on every ticket named, and asks for no second word."""
    stage = lite_stage
    first, second = _ask(stage, mail, "carla"), _ask(stage, mail, "ben")
    _command(stage, first, f"#merge {second}?\nHello Carla")
    assert [one.status for one in stage.tickets] == ["new", "new"]
    assert "Trial: nothing was done" in _results(stage)[-1]
    assert "would go to carla@customer.test" in _results(stage)[-1].replace("*", "")
    assert not stage.written("relay")


def _away(stage: Any, mail: Any, who: str, words: str) -> None:
    raw = mail(f"#away {words}", subject="Holidays", from_=who)
    stage.take(raw, submitter=who.partition("<")[2].strip(">"))


def test_nothing_is_due_while_everybody_is_away(stage: Any, mail: Any) -> None:
    """Only when all operators are away the clocks stop and the receipt says so; when one is back they run again."""
    number = _ask(stage, mail, "carla")
    due = stage.ticket(number).first_response_due
    _away(stage, mail, ADA, "until 2026-11-23")
    run_all(stage.desk)
    assert stage.ticket(number).first_response_due == due
    _away(stage, mail, GRACE, "until 2026-11-19")
    run_all(stage.desk)
    assert stage.ticket(number).first_response_due > dt.datetime(2026, 11, 19, tzinfo=dt.UTC)
    _ask(stage, mail, "ben")
    assert "We are away until" in _last(stage, "acknowledgement").mail.text
    assert "19 November" in _last(stage, "acknowledgement").mail.text
    stage.clock.advance(hours=1)
    _away(stage, mail, GRACE, "off")
    run_all(stage.desk)
    # 10:00 to 11:00 did not count, at most: it is due an hour later than it was.
    assert stage.ticket(number).first_response_due <= due + dt.timedelta(hours=17)
    assert not stage.written("result")


def test_the_digest_waits_for_who_is_away(lite_stage: Any, mail: Any) -> None:
    """He gets none while he is away and one about the whole time when he is back; the other gets hers every day."""
    stage = lite_stage
    _ask(stage, mail, "carla")
    _away(stage, mail, ADA, "until 2026-11-19")
    for _ in range(4):
        stage.clock.advance(days=1)
        run_all(stage.desk)
    to = [one.queued.recipients[0] for one in stage.written("digest")]
    assert (to.count("grace@acme.test"), to.count("ada@acme.test")) == (4, 2)
    times = [
        one.queued.created_at.day for one in stage.written("digest") if "ada" in one.queued.recipients[0]
    ]
    assert times == [19, 20]


def test_nothing_new_goes_to_who_is_away(lite_stage: Any, mail: Any) -> None:
    """New tickets are assigned to those who are there."""
    _away(lite_stage, mail, ADA, "until 2026-11-23")
    for name in ("carla", "ben", "dana"):
        _ask(lite_stage, mail, name)
    assert {one.assignee for one in lite_stage.tickets} == {"grace@acme.test"}


def test_away_without_proof_is_held(lite_stage: Any, mail: Any) -> None:
    """Anybody can write an operator's address into From: that sends nobody on holiday, and the digest tells of it."""
    stage = lite_stage
    _ask(stage, mail, "carla")
    mail_id = stage.take(mail("#away until 2026-12-01", from_=ADA))
    assert stage.stored(mail_id).state == "held"
    assert [one.actor for one in stage.events("forgery")] == ["ada@acme.test"]
    stage.clock.advance(days=1)
    run_all(stage.desk)
    digest = _last(stage, "digest", "ada@acme.test").mail.text
    assert f"mail {mail_id} in the name of ada@acme.test" in digest
    assert f"mail {mail_id}: ada" not in digest
    assert not stage.written("result")


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
    assert _notes(stage, 1) == ["A friend of mine."]
    assert [(one.queued.kind, one.queued.recipients) for one in stage.written()] == [
        ("notification", ("grace@acme.test",))
    ]
    assert stage.stored(mail_id).sender == "ada@acme.test"
    stage.reply(stage.written()[0], "Yes, ten percent.", from_=GRACE)
    relay = _last(stage, "relay")
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


def test_nobody_is_told_what_he_did_himself(lite_stage: Any, mail: Any) -> None:
    """A rule that tells everybody of an operator's reply leaves out the one who wrote it; handing over tells the other."""
    stage = lite_stage
    stage.rules("""
[[rule]]
name = "told"
on = ["operator.replied"]
then.notify = ["Ada", "Grace"]
[[rule]]
name = "new"
on = ["ticket.created"]
group = "new"
then.notify = true
""")
    number = _ask(stage, mail, "carla")
    _, operator = _notified(stage, number)
    other = "grace@acme.test" if "ada" in operator else "ada@acme.test"
    told = len(stage.written("notification"))
    _command(stage, number, "Press Export.")
    assert [one.queued.recipients for one in stage.written("notification")[told:]] == [(other,)]
    _command(stage, number, f"#assign {other}")
    assert _last(stage, "notification").queued.recipients == (other,)
    assert "Handed over to you" in _last(stage, "notification").mail.text


def test_the_rules_tags_choose_who_answers(lite_stage: Any, mail: Any) -> None:
    """Skills count by what the rules found the question to be about, then the fewest open tickets; only he is told."""
    stage = lite_stage
    stage.rules("""
[[rule]]
name = "api"
on = ["ticket.created"]
when.mail.subject.contains = "API"
then.tag = ["api"]
[[rule]]
name = "told"
on = ["ticket.created"]
group = "told"
then.notify = true
""")
    numbers = [_ask(stage, mail, name, "API keys") for name in ("carla", "ben", "dana")]
    assert {stage.ticket(number).assignee for number in numbers} == {"grace@acme.test"}
    assert stage.ticket(_ask(stage, mail, "emil", "Hello")).assignee == "ada@acme.test"
    assert [len(one.queued.recipients) for one in stage.written("notification")] == [1, 1, 1, 1]


def test_results_stop_when_machines_talk(lite_stage: Any, mail: Any) -> None:
    """However often something answers our result mails with a command that fails, the limits end it."""
    stage = lite_stage
    number = _ask(stage, mail, "carla")
    for _ in range(12):
        _command(stage, number, "#solvd")
    assert len(stage.written("result")) == 5
    assert stage.events("suppressed")[-1].detail["template"] == "result"


def test_commands_in_an_archive_are_history(lite_stage: Any, mail: Any) -> None:
    """A command mail that is imported commands nothing: it was meant for another day."""
    stage = lite_stage
    number = _ask(stage, mail, "carla")
    raw = mail(f"#{number} solved\n#away until 2026-12-01", from_=ADA)
    stage.take(raw, submitter="ada@acme.test", imported=True)
    assert stage.ticket(number).status == "new"
    assert not stage.events("away")


def test_an_operators_question_is_a_question(lite_stage: Any, mail: Any) -> None:
    """Proven or not, what he writes to the desk without command or reference is nobody's answer: it opens a ticket."""
    lite_stage.take(mail("Does this work?", from_=ADA), submitter="ada@acme.test")
    assert [one.subject for one in lite_stage.tickets] == ["Export"]
    with read(lite_stage.desk.engine) as connection:
        assert outbox.count_by_state(connection)


def test_a_forward_of_our_mail_relays_nothing(lite_stage: Any, mail: Any) -> None:
    """What he writes above a notification that he forwards is a note, not the answer; its commands are obeyed."""
    _ask(lite_stage, mail, "carla")
    sent, operator = _notified(lite_stage, 1)
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
    assert _notes(lite_stage, 1) == ["Grace, have a look."]
    assert "kept as a note" in _results(lite_stage)[0]
