"""What an operator can do by mail, played on a desk in process: Ada and Grace answer support@acme.test."""

from typing import Any

from operator_mails import ADA, GRACE, ask, command, last, notes, notified, results, yes

from inboxd.jobs.calendar import run_all


def test_two_tickets_at_once_ask_back(stage: Any, mail: Any) -> None:
    """What touches two tickets changes nothing until the result mail is answered with #yes, then all of it is done."""
    first, second = ask(stage, mail, "carla"), ask(stage, mail, "ben", "Invoice")
    command(stage, first, f"#solved\n#{second} tag later")
    assert (stage.ticket(first).status, stage.ticket(second).tags) == ("new", ())
    assert "#yes" in results(stage)[-1]
    yes(stage)
    assert (stage.ticket(first).status, stage.ticket(second).tags) == ("solved", ("later",))
    assert len(results(stage)) == 1


def test_a_yes_counts_once_and_for_a_day(lite_stage: Any, mail: Any) -> None:
    """A second #yes finds nothing to do and says so; one that comes after 24 hours does nothing either."""
    stage = lite_stage
    first, second = ask(stage, mail, "carla"), ask(stage, mail, "ben", "Invoice")
    command(stage, first, f"#tag a\n#{second} tag a")
    asked = last(stage, "result")
    yes(stage)
    stage.reply(asked, "#yes", from_=f"Operator <{asked.queued.recipients[0]}>")
    assert "nothing waits for your yes" in results(stage)[-1]
    command(stage, first, f"#tag b\n#{second} tag b")
    stage.clock.advance(hours=25)
    yes(stage)
    assert stage.ticket(first).tags == ("a",)


def test_a_yes_of_somebody_else_is_none(lite_stage: Any, mail: Any) -> None:
    """The other operator cannot confirm by answering a mail that did not go to him, whatever proves him."""
    stage = lite_stage
    first, second = ask(stage, mail, "carla"), ask(stage, mail, "ben", "Invoice")
    command(stage, first, f"#solved\n#{second} solved")
    asked = last(stage, "result")
    other = GRACE if "ada" in asked.queued.recipients[0] else ADA
    raw = mail("#yes", from_=other, in_reply_to=asked.mail.message_id)
    stage.take(raw, submitter=other.partition("<")[2].strip(">"))
    assert [one.status for one in stage.tickets] == ["new", "new"]
    assert "nothing waits for your yes" in results(stage)[-1]


def test_a_token_speaks_for_its_own_ticket(lite_stage: Any, mail: Any) -> None:
    """An answer to the mail about one ticket, without other proof, commands another only after a second word."""
    stage = lite_stage
    first, second = ask(stage, mail, "carla"), ask(stage, mail, "ben", "Invoice")
    command(stage, first, f"#{second} solved")
    assert stage.ticket(second).status == "new"
    yes(stage)
    assert stage.ticket(second).status == "solved"


def test_a_digest_answer_commands_its_ticket(lite_stage: Any, mail: Any) -> None:
    """One line about one ticket in an answer to the digest is done at once, and nothing is sent back."""
    stage = lite_stage
    number = ask(stage, mail, "carla")
    stage.clock.advance(days=1)
    run_all(stage.desk)
    stage.reply(last(stage, "digest", "ada@acme.test"), f"#{number} solved", from_=ADA)
    assert stage.ticket(number).status == "solved"
    assert not stage.written("result")


def test_what_cannot_be_done_is_told_line_by_line(lite_stage: Any, mail: Any) -> None:
    """In an answer to the digest, a ticket that does not exist and words without a ticket come back as results."""
    stage = lite_stage
    ask(stage, mail, "carla")
    stage.clock.advance(days=1)
    run_all(stage.desk)
    stage.reply(last(stage, "digest", "ada@acme.test"), "#99 solved\n\nThank you all.", from_=ADA)
    assert "there is no ticket #99" in results(stage)[-1]
    assert "this mail is about no ticket" in results(stage)[-1]


def test_the_same_mail_twice_is_obeyed_once(lite_stage: Any, mail: Any) -> None:
    """A command mail that is delivered a second time changes nothing a second time."""
    stage = lite_stage
    number = ask(stage, mail, "carla")
    sent, operator = notified(stage, number)
    to = sent.mail.reply_to[0].addr_spec
    raw = mail("#note once\nHello Carla", from_=operator, to=to, in_reply_to=sent.mail.message_id)
    stage.take(raw, to=(to,))
    stage.take(raw, to=(to,))
    assert notes(stage, number) == ["once"]
    assert len(stage.written("relay")) == 1


def test_a_dry_run_does_nothing(lite_stage: Any, mail: Any) -> None:
    """A question mark shows what would happen, on every ticket named, and asks for no second word."""
    stage = lite_stage
    first, second = ask(stage, mail, "carla"), ask(stage, mail, "ben")
    command(stage, first, f"#merge {second}?\nHello Carla")
    assert [one.status for one in stage.tickets] == ["new", "new"]
    assert "Trial: nothing was done" in results(stage)[-1]
    assert "would go to carla@customer.test" in results(stage)[-1].replace("*", "")
    assert not stage.written("relay")


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
    number = ask(stage, mail, "carla")
    _, operator = notified(stage, number)
    other = "grace@acme.test" if "ada" in operator else "ada@acme.test"
    told = len(stage.written("notification"))
    command(stage, number, "Press Export.")
    assert [one.queued.recipients for one in stage.written("notification")[told:]] == [(other,)]
    command(stage, number, f"#assign {other}")
    assert last(stage, "notification").queued.recipients == (other,)
    assert "Handed over to you" in last(stage, "notification").mail.text


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
    numbers = [ask(stage, mail, name, "API keys") for name in ("carla", "ben", "dana")]
    assert {stage.ticket(number).assignee for number in numbers} == {"grace@acme.test"}
    assert stage.ticket(ask(stage, mail, "emil", "Hello")).assignee == "ada@acme.test"
    assert [len(one.queued.recipients) for one in stage.written("notification")] == [1, 1, 1, 1]


def test_results_stop_when_machines_talk(lite_stage: Any, mail: Any) -> None:
    """However often something answers our result mails with a command that fails, the limits end it."""
    stage = lite_stage
    number = ask(stage, mail, "carla")
    for _ in range(12):
        command(stage, number, "#solvd")
    assert len(stage.written("result")) == 5
    assert stage.events("suppressed")[-1].detail["template"] == "result"


def test_commands_in_an_archive_are_history(lite_stage: Any, mail: Any) -> None:
    """A command mail that is imported commands nothing: it was meant for another day."""
    stage = lite_stage
    number = ask(stage, mail, "carla")
    raw = mail(f"#{number} solved\n#away until 2026-12-01", from_=ADA)
    stage.take(raw, submitter="ada@acme.test", imported=True)
    assert stage.ticket(number).status == "new"
    assert not stage.events("away")


def test_an_operators_question_is_a_question(lite_stage: Any, mail: Any) -> None:
    """Proven or not, what he writes to the desk without command or reference is nobody's answer: it opens a ticket."""
    lite_stage.take(mail("Does this work?", from_=ADA), submitter="ada@acme.test")
    assert [one.subject for one in lite_stage.tickets] == ["Export"]
    assert lite_stage.written()
