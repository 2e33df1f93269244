"""Guards through the whole journey: whatever a rule says, these mails are not answered by a machine."""

from dataclasses import replace
from typing import Any

import pytest

from inboxd.core.facts import KbMatch
from inboxd.core.guard_words import EXAMPLES
from inboxd.core.guards import Guard
from inboxd.jobs.snooze import close_old

# A rule that answers whatever comes, sure or not.
CARELESS = """
[[rule]]
name = "answer everything"
on = ["ticket.created", "customer.replied"]
then.reply = "kb_answer"
then.status = "pending"
"""
CHATTY = """
[[rule]]
name = "sure questions are answered"
on = ["ticket.created"]
when.kb.sure = true
then.reply = "kb_answer"
then.status = "pending"

[[rule]]
name = "everything is acknowledged"
on = ["customer.replied"]
then.reply = "acknowledgement"
"""


def kinds(stage: Any) -> list[str]:
    """Return the kinds of all mails written, in order."""
    return [one.queued.kind for one in stage.written()]


@pytest.mark.parametrize("guard", list(EXAMPLES))
def test_a_guarded_mail_goes_to_the_operator(lite_stage: Any, mail: Any, guard: str) -> None:
    """A mail that runs into a guard is acknowledged and shown with the suggestion, and the ticket says why."""
    lite_stage.shelf.knows("export-data")
    mail_id = lite_stage.take(mail(f"How do I export my data? {EXAMPLES[guard][0]}"))
    assert kinds(lite_stage) == ["acknowledgement", "notification"]
    assert "All about" not in lite_stage.written("acknowledgement")[0].mail.text
    assert lite_stage.ticket().suggested_article == "export-data"
    assert [one.detail["guards"] for one in lite_stage.events("guarded")] == [[guard]]
    said = lite_stage.stored(mail_id).decision["facts"]
    assert said["guards"] == [guard]
    assert said["withheld"]


def test_no_rule_sends_what_is_withheld(lite_stage: Any, mail: Any) -> None:
    """A rule that answers whether sure or not still sends nothing to an angry customer; a person is told."""
    lite_stage.rules(CARELESS)
    lite_stage.shelf.knows("export-data")
    lite_stage.take(mail("This is ridiculous. How do I export my data?"))
    assert kinds(lite_stage) == ["notification"]
    assert lite_stage.ticket().status == "new"
    (event,) = lite_stage.events("suppressed")
    assert (event.detail["limit"], event.detail["why"]) == ("withheld", "its writer is angry")


def test_a_withheld_article_is_not_sent_by_a_careless_rule(lite_stage: Any, mail: Any) -> None:
    """An article the knowledge base withholds (``auto_reply: false``, a twin) is not sent, whatever a rule says."""
    lite_stage.rules(CARELESS)
    lite_stage.shelf.knows("export-data")
    lite_stage.shelf.matches = (
        KbMatch(
            "export-data", "Export", "", 0.99, sure=False, score=1.0, withheld="it is only ever suggested"
        ),
    )
    lite_stage.take(mail())
    assert kinds(lite_stage) == ["notification"]


def test_old_mail_is_not_answered(lite_stage: Any, mail: Any) -> None:
    """A sure answer to a mail that waited 49 hours is not sent, and a person is told; one to a fresh mail is."""
    lite_stage.shelf.knows("export-data")
    lite_stage.accept(mail())
    lite_stage.clock.advance(hours=49)
    lite_stage.take(mail(from_="Dora <dora@customer.test>"))
    answered = [one.queued.recipients[0] for one in lite_stage.written("answer")]
    assert answered == ["dora@customer.test"]
    assert lite_stage.written("notification")


def test_the_reply_to_an_answer_is_a_persons(lite_stage: Any, mail: Any) -> None:
    """Who replies to an automatic answer gets nothing automatic, and the operator is told, with priority raised."""
    lite_stage.rules(CHATTY)
    lite_stage.shelf.knows("export-data")
    lite_stage.take(mail())
    (answer,) = lite_stage.written()
    lite_stage.reply(answer, "The menu is not there. What else can I do?")
    assert set(kinds(lite_stage)) == {"answer", "notification"}
    assert (lite_stage.ticket().priority, lite_stage.ticket().status) == ("high", "open")
    lite_stage.reply(answer, "Is anybody there?")
    assert "acknowledgement" not in kinds(lite_stage)
    assert kinds(lite_stage).count("answer") == 1


def test_a_reply_to_a_closed_ticket_is_no_first_mail(lite_stage: Any, mail: Any) -> None:
    """A mail that goes on from a closed ticket makes a linked one, and no article answers it by itself."""
    lite_stage.shelf.knows("export-data")
    lite_stage.take(mail())
    (answer,) = lite_stage.written()
    lite_stage.reply(answer, "Thanks, solved!")
    close_old(lite_stage.desk, lite_stage.clock.advance(days=60))
    assert lite_stage.ticket().status == "closed"
    lite_stage.reply(answer, "How do I export my data now?")
    assert len(lite_stage.tickets) == 2
    assert kinds(lite_stage).count("answer") == 1


def test_own_guards_of_the_configuration(lite_stage: Any, mail: Any) -> None:
    """The desk's own words keep a mail from being answered, and a shipped guard that was left out does not."""
    kb = replace(lite_stage.desk.config.kb, guards=(Guard("press", ("journalist",)),))
    lite_stage.configure(kb=kb)
    lite_stage.shelf.knows("export-data")
    lite_stage.take(mail("I am a journalist. How do I export my data?"))
    assert "answer" not in kinds(lite_stage)
    lite_stage.take(mail("My lawyer asks: how do I export my data?", from_="Dora <dora@customer.test>"))
    assert kinds(lite_stage).count("answer") == 1


ASKING = """
[[rule]]
name = "ask back"
on = ["ticket.created"]
when.kb.symptoms = "some"
then.reply = "ask_symptoms"
then.status = "pending"

[[rule]]
name = "all others"
on = ["ticket.created"]
then.notify = true
"""


def some_named(stage: Any) -> None:
    """Let every mail name one of two symptoms of an article."""
    stage.shelf.knows("sync-fails", 0.6, sure=False)
    match = stage.shelf.matches[0]
    left = ("the light blinks red",)
    stage.shelf.matches = (
        replace(match, symptoms="some", missing=left, withheld="it names 1 of 2 symptoms"),
    )


def test_some_symptoms_are_asked_back_where_a_rule_says_so(lite_stage: Any, mail: Any) -> None:
    """A mail that names some symptoms is asked for the rest by a rule's word; the reply goes to the operator."""
    lite_stage.rules(ASKING)
    some_named(lite_stage)
    lite_stage.take(mail("The sync fails."))
    (asked,) = lite_stage.written()
    assert (asked.queued.kind, lite_stage.ticket().automatic_article) == ("answer", "")
    assert "the light blinks red" in asked.mail.text
    lite_stage.reply(asked, "Yes, it blinks.")
    assert kinds(lite_stage)[1:]
    assert set(kinds(lite_stage)[1:]) == {"notification"}


def test_without_such_a_rule_nobody_is_asked(lite_stage: Any, mail: Any) -> None:
    """Without a rule, and for a guarded mail even with one, the operator gets the mail and nothing is asked."""
    some_named(lite_stage)
    lite_stage.take(mail("The sync fails."))
    assert "answer" not in kinds(lite_stage)
    lite_stage.rules(ASKING)
    lite_stage.take(mail("The sync fails, this is ridiculous.", from_="Dora <dora@other.test>"))
    assert "answer" not in kinds(lite_stage)
