import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from inboxd.core.actions import Notify, Reply, SetStatus, Tag
from inboxd.core.assign import Colleague
from inboxd.core.decision import Course, Decision, Disposition, RuleAction, Suppression
from inboxd.core.facts import CustomerFacts, EventKind, Facts, KbMatch, Threading
from inboxd.core.mail import Automatic, AutomaticKind, Written
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Outcome, SurveyAnswered, require_ticket
from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.rules import Rule, RuleMode
from inboxd.core.survey import SurveyAnswer
from inboxd.core.ticket import Ticket
from inboxd.core.work_out import Situation, work_out

Make = Callable[..., Facts]
NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
ADA = Colleague("Ada", "ada@acme.test", ("billing",))
GRACE = Colleague("Grace", "grace@acme.test", ("api",), (("urgent", 1),))
RULE = Rule(
    "r", "", frozenset(EventKind), (), (), "g", continues=False, mode=RuleMode.LIVE, file="10.toml", line=7
)
ARTICLE = KbMatch("export-data", "Export", "", 0.97, True, 0.9)


def situation(ticket: Ticket | None = None, **changes: Any) -> Situation:
    values: dict[str, Any] = {
        "mail_id": 34,
        "next_number": 12,
        "ticket": ticket,
        "colleagues": (ADA, GRACE),
        "own_addresses": OwnAddresses(frozenset({"support@acme.test"})),
        "zone": "UTC",
    }
    return Situation(**(values | changes))


def decision(course: Course, *actions: Any, **changes: Any) -> Decision:
    wanted = tuple(RuleAction(RULE, action) for action in actions)
    return Decision(Disposition.FILE, course, "because", actions=wanted, **changes)


def ticket(**changes: Any) -> Ticket:
    values: dict[str, Any] = {"status": "pending", "first_response_at": NOW, "assignee": "ada@acme.test"}
    return Ticket(12, "Export", 1, NOW, NOW, **(values | changes))


def kinds(outcome: Outcome) -> list[str]:
    return [event.kind for event in outcome.events]


@pytest.mark.parametrize("course", [Course.OWN_MAIL, Course.HOPS])
def test_what_goes_round_leaves_no_trace(facts: Make, course: Course) -> None:
    """A mail of our own that came back, or one that goes in circles, changes nothing at all."""
    assert work_out(facts(), decision(course), situation(ticket())) == Outcome()


def test_a_forgery_touches_no_ticket(facts: Make) -> None:
    """A forged command is written down as such; the ticket it aimed at is not touched."""
    forged = facts(threading=Threading(None, "reply_address:forged", 12))
    outcome = work_out(forged, decision(Course.FORGERY), situation(ticket()))
    assert (outcome.ticket, outcome.letters, outcome.messages) == (None, (), ())
    assert [(one.kind, one.detail["ticket"]) for one in outcome.events] == [("forgery", 12)]


def test_a_new_question(facts: Make, mail: Any) -> None:
    """A new ticket has the number reserved for it, the bare subject, the customer's language, and waits from its arrival."""
    arrived = NOW - dt.timedelta(minutes=5)
    asked = facts(
        mail(subject="Re: AW: [#12] Export", in_reply_to="<old@x>", references="<older@x> <old@x>"),
        accepted_at=arrived,
    )
    outcome = work_out(asked, decision(Course.NEW_TICKET), situation())
    new = require_ticket(outcome)
    assert outcome.is_new
    assert (new.number, new.subject, new.status, new.language) == (12, "Export", "new", "en")
    assert (new.created_at, new.waiting_since) == (arrived, arrived)
    (message,) = outcome.messages
    assert (message.direction, message.mail_id, message.author, message.at) == (
        "in",
        34,
        "carla@customer.test",
        arrived,
    )
    assert {(one.kind) for one in outcome.references} == {"seen", "named"}
    assert kinds(outcome)[0] == "asked"


def test_who_takes_part(facts: Make, mail: Any) -> None:
    """Everybody in From, To and Cc may join the ticket, the desk itself excepted; one of them is the customer."""
    asked = facts(mail(cc="boss@customer.test, Support <SUPPORT@acme.test>"))
    outcome = work_out(asked, decision(Course.NEW_TICKET), situation())
    assert {(one.address, one.role) for one in outcome.participants} == {
        ("carla@customer.test", "customer"),
        ("boss@customer.test", "participant"),
    }
    assert outcome.deliverable == ("carla@customer.test",)


def test_a_machine_proves_no_address(facts: Make) -> None:
    """An automatic mail from a muted address does not lift the mark."""
    machine = Automatic(is_automatic=True, kind=AutomaticKind.AUTO_GENERATED, reason="x", may_answer=False)
    outcome = work_out(facts(automatic=machine), decision(Course.NEW_TICKET), situation())
    assert outcome.deliverable == ()


def test_the_one_who_fits_gets_it(facts: Make) -> None:
    """A new ticket goes to whoever fits what the rules found it to be about, and he is the one who is told."""
    outcome = work_out(facts(), decision(Course.NEW_TICKET, Notify(), Tag(("api",))), situation())
    assert require_ticket(outcome).assignee == "grace@acme.test"
    assert [letter.to for letter in outcome.letters] == [("grace@acme.test",)]


def test_a_suggestion_is_kept(facts: Make) -> None:
    """The best match is kept as a suggestion, sure or not."""
    new = require_ticket(work_out(facts(kb=(ARTICLE,)), decision(Course.NEW_TICKET), situation()))
    assert (new.suggested_article, new.suggested_confidence) == ("export-data", 0.97)


def test_a_suppressed_answer_is_shown(facts: Make) -> None:
    """An answer that a limit forbade is written down with its reason, and a person is told in its place."""
    no = Suppression("kb_answer", "recipient_limit", "too many")
    outcome = work_out(facts(), decision(Course.NEW_TICKET, suppressed=(no,), must_notify=True), situation())
    assert [one.detail["limit"] for one in outcome.events if one.kind == "suppressed"] == ["recipient_limit"]
    assert [letter.kind for letter in outcome.letters] == [Kind.NOTIFICATION]


def test_a_shadow_rule_is_noted(facts: Make) -> None:
    """What a rule on trial would have done is an event and nothing else."""
    outcome = work_out(facts(), decision(Course.NEW_TICKET, shadow=(RULE,)), situation())
    assert [one.detail for one in outcome.events if one.kind == "shadow"] == [
        {"rule": "r", "file": "10.toml", "line": 7, "article": "", "actions": []}
    ]
    assert outcome.letters == ()


def test_a_reply_opens_the_ticket(facts: Make) -> None:
    """A customer's reply opens what waited for him, and he waits from now on."""
    outcome = work_out(facts(), decision(Course.FOLLOW_UP), situation(ticket(idle_at=NOW)))
    changed = require_ticket(outcome)
    assert (changed.status, changed.waiting_since, changed.idle_at) == ("open", NOW, None)
    assert kinds(outcome) == ["status", "asked"]


def test_who_waits_already_waits_since_then(facts: Make) -> None:
    """A second mail does not make the customer wait for less long."""
    earlier = NOW - dt.timedelta(hours=3)
    outcome = work_out(
        facts(), decision(Course.FOLLOW_UP), situation(ticket(status="open", waiting_since=earlier))
    )
    assert require_ticket(outcome).waiting_since == earlier


@pytest.mark.parametrize(
    ("before", "after"), [("low", "normal"), ("normal", "high"), ("high", "high"), ("urgent", "urgent")]
)
def test_an_answer_that_did_not_help(facts: Make, before: str, after: str) -> None:
    """Who writes back to an automatic answer was not helped by it: his ticket is raised by one step."""
    answered = ticket(answered_automatically=True, automatic_article="export-data", priority=before)
    outcome = work_out(facts(), decision(Course.FOLLOW_UP), situation(answered, follows_answer=True))
    assert require_ticket(outcome).priority == after
    assert "automatic_answer_questioned" in kinds(outcome)


def test_it_is_raised_once(facts: Make) -> None:
    """His next mails, and those after a person has answered, raise nothing."""
    answered = ticket(answered_automatically=True, automatic_article="export-data")
    outcome = work_out(facts(), decision(Course.FOLLOW_UP), situation(answered))
    assert require_ticket(outcome).priority == "normal"
    assert "automatic_answer_questioned" not in kinds(outcome)


def test_thanks_settle_an_automatic_answer(facts: Make) -> None:
    """Thanks for an automatic answer are the customer's word that it was right: solved, and learnt from."""
    answered = ticket(answered_automatically=True, automatic_article="export-data")
    outcome = work_out(
        facts(written=Written("Thanks!", "", "")),
        decision(Course.THANKS),
        situation(answered, first_text="How?"),
    )
    assert require_ticket(outcome).status == "solved"
    assert [(one.article, one.text, one.right, one.source) for one in outcome.learnt] == [
        ("export-data", "How?", True, "thanks")
    ]
    assert outcome.letters == ()


@pytest.mark.parametrize("changes", [{}, {"status": "open", "answered_automatically": True}])
def test_thanks_decide_nothing_else(facts: Make, changes: dict[str, Any]) -> None:
    """Thanks to a person, or while something is still open, leave the ticket as it is."""
    before = ticket(**changes)
    outcome = work_out(facts(), decision(Course.THANKS), situation(before, first_text="How?"))
    assert (require_ticket(outcome).status, outcome.learnt) == (before.status, ())


@pytest.mark.parametrize(
    ("score", "status", "told"), [(5, "solved", 0), (3, "solved", 0), (2, "open", 1), (1, "open", 1)]
)
def test_a_survey_answer(facts: Make, score: int, status: str, told: int) -> None:
    """An answer is kept with its comment; a bad score opens the ticket and is always shown to a person."""
    said = facts(survey_id=7, survey_answer=SurveyAnswer(score, "so so"))
    outcome = work_out(said, decision(Course.SURVEY_ANSWER), situation(ticket(status="solved")))
    assert outcome.survey_answered == SurveyAnswered(7, score, "so so")
    assert require_ticket(outcome).status == status
    assert len(outcome.letters) == told
    assert outcome.messages[0].kind == "survey_answer"


def test_an_automatic_reply_moves_nothing(facts: Make, mail: Any) -> None:
    """An out-of-office note is kept on its ticket; nobody joins by it, nothing opens (RFC 3834 2)."""
    note = facts(mail(cc="stranger@x.test", references="<other@x>"))
    outcome = work_out(note, decision(Course.AUTO_REPLY), situation(ticket()))
    assert require_ticket(outcome).status == "pending"
    assert (outcome.participants, outcome.letters) == ((), ())
    assert {one.kind for one in outcome.references} == {"seen"}
    assert kinds(outcome) == ["auto_reply"]


def test_an_automatic_reply_to_nothing(facts: Make) -> None:
    """An automatic reply that belongs to no ticket makes none; the held mail itself is what a person sees."""
    assert work_out(facts(), decision(Course.AUTO_REPLY), situation()) == Outcome()


def test_rules_act_on_replies_too(facts: Make) -> None:
    """What the rules want on a reply is done after the reply has opened the ticket."""
    outcome = work_out(
        facts(),
        decision(Course.FOLLOW_UP, SetStatus("pending"), Reply("acknowledgement")),
        situation(ticket()),
    )
    assert require_ticket(outcome).status == "pending"
    assert [letter.once_key for letter in outcome.letters] == ["reply:mail:34"]


@pytest.mark.parametrize("course", [Course.FOLLOW_UP, Course.THANKS, Course.SURVEY_ANSWER])
def test_a_course_without_its_ticket_is_a_bug(facts: Make, course: Course) -> None:
    """What cannot be is told, not guessed around: the mail would be held with the traceback."""
    with pytest.raises(ValueError, match="needs"):
        work_out(facts(), decision(course), situation())


def test_answers_go_where_the_customer_wants_them(facts: Make) -> None:
    """A reply goes to the address the customer asked to be answered at, not to where he wrote from."""
    customer = CustomerFacts(None, "carla@customer.test", "Carla", "en", (), 0, None, undeliverable=False)
    asked = facts(customer=customer, answer_to="team@customer.test")
    outcome = work_out(asked, decision(Course.NEW_TICKET, Reply("acknowledgement")), situation())
    assert [letter.to for letter in outcome.letters] == [("team@customer.test",)]
