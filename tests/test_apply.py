import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from inboxd import apply as apply_module
from inboxd.apply import Cause, apply
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Learnt, Letter, Outcome, SurveyAnswered
from inboxd.core.ticket import Message
from inboxd.errors import TransientError
from inboxd.pipeline import process_one
from inboxd.store import conversations, learnt, outbox, surveys
from inboxd.store.dossiers import Dossier, read_dossier
from inboxd.store.engine import read, write

HOUR = dt.timedelta(hours=1)


def dossier(stage: Any, number: int = 1) -> Dossier:
    with read(stage.desk.engine) as connection:
        found = read_dossier(connection, number)
    assert found is not None
    return found


def is_undeliverable(stage: Any) -> bool:
    customer = dossier(stage).customer
    assert customer is not None
    return customer.undeliverable


def letter(kind: Kind, template: str, **changes: Any) -> Letter:
    values: dict[str, Any] = {
        "to": ("carla@customer.test",),
        "once_key": f"test:{template}",
        "text": "Here is how.",
    }
    return Letter(kind, template, **(values | changes))


def run(stage: Any, outcome: Outcome, **cause: Any) -> Any:
    values = {"address": "carla@customer.test", "name": "Carla", "language": "en"} | cause
    return apply(stage.desk, outcome, dossier(stage), Cause(**values), stage.clock())


@pytest.fixture
def asked(stage: Any, mail: Any) -> Any:
    """A desk with one open question."""
    stage.take(mail())
    return stage


def test_everything_or_nothing(asked: Any) -> None:
    """When the last write fails, nothing of the outcome is there: no line, no event, no mail, no changed ticket."""

    def refuse(*_: Any) -> None:
        raise RuntimeError("power cut")

    before = (asked.ticket(), len(asked.events()), len(asked.written()))
    outcome = Outcome(ticket=asked.ticket()).with_ticket(priority="high").with_event("note")
    outcome = outcome.with_letter(letter(Kind.RELAY, "relay", author="ada@acme.test"))
    with pytest.raises(RuntimeError):
        run(asked, outcome, also=refuse)
    assert (asked.ticket(), len(asked.events()), len(asked.written())) == before


def test_somebody_elses_change_wins(asked: Any) -> None:
    """An outcome worked out from an older state of the ticket is refused whole, to be decided again."""
    stale = asked.ticket()
    run(asked, Outcome(ticket=stale).with_ticket(priority="high"))
    with pytest.raises(TransientError, match="#1"):
        run(asked, Outcome(ticket=stale).with_ticket(priority="low").with_event("lost"))
    assert asked.ticket().priority == "high"
    assert asked.events("lost") == []


def test_a_reserved_id_that_was_taken(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two outcomes that reserved the same outbox id cannot both be written: the second is decided again."""
    monkeypatch.setattr(apply_module.numbers, "reserve_outgoing", lambda _engine, _count: 1)
    with pytest.raises(TransientError, match="took an id"):
        run(
            asked,
            Outcome(ticket=asked.ticket()).with_letter(letter(Kind.RELAY, "relay", author="ada@acme.test")),
        )


@pytest.mark.parametrize(
    ("kind", "template", "answers"),
    [
        (Kind.ANSWER, "kb_answer", True),
        (Kind.RELAY, "relay", True),
        (Kind.ACKNOWLEDGEMENT, "acknowledgement", False),
    ],
)
def test_what_counts_as_an_answer(asked: Any, kind: Kind, template: str, *, answers: bool) -> None:
    """An answer or a person's words stop the clock of the first response; a receipt does not."""
    asked.shelf.knows("export-data")
    asked.clock.advance(hours=1)
    wanted = letter(kind, template, article="export-data", author="ada@acme.test", once_key="x")
    run(asked, Outcome(ticket=asked.ticket()).with_letter(wanted))
    ticket = asked.ticket()
    assert (ticket.first_response_at is not None) is answers
    assert (ticket.waiting_since is None) is answers
    assert [one.detail["automatic"] for one in asked.events("answered")] == (
        [kind is Kind.ANSWER] if answers else []
    )
    if answers:
        assert asked.events("answered")[0].detail["message_id"] == asked.written()[-1].queued.message_id


def test_our_mail_becomes_a_line_and_a_reference(asked: Any) -> None:
    """What goes to the customer stands on the ticket with the words written, and its id leads back to the ticket."""
    run(
        asked, Outcome(ticket=asked.ticket()).with_letter(letter(Kind.RELAY, "relay", author="ada@acme.test"))
    )
    sent = asked.written("relay")[0]
    line = dossier(asked).messages[-1]
    assert (line.direction, line.kind, line.text, line.outbox_id) == (
        "out",
        "relay",
        "Here is how.",
        sent.queued.outbox_id,
    )
    with read(asked.desk.engine) as connection:
        assert conversations.referenced(connection, [sent.queued.message_id.lower()]) == {
            sent.queued.message_id.lower(): ((1, "own"),)
        }


def test_mail_to_operators_is_no_line(asked: Any) -> None:
    """What the operators are told stands in the outbox, not in the conversation with the customer."""
    assert [line.kind for line in dossier(asked).messages] == ["mail", "acknowledgement"]
    assert len(asked.written("notification")) == 1


def test_the_same_letter_is_queued_once(asked: Any) -> None:
    """An outcome applied again, from the new state, sends nothing a second time."""
    for _ in range(2):
        run(
            asked,
            Outcome(ticket=asked.ticket()).with_letter(letter(Kind.RELAY, "relay", author="ada@acme.test")),
        )
    assert len(asked.written("relay")) == 1
    assert [line.kind for line in dossier(asked).messages].count("relay") == 1


def test_the_outgoing_loop_is_woken(asked: Any) -> None:
    """Whoever sends is woken after something was queued, and only then."""
    woken: list[str] = []
    asked.desk = replace(asked.desk, wake_outgoing=lambda: woken.append("wake"))
    run(asked, Outcome(ticket=asked.ticket()).with_event("note"))
    assert woken == []
    run(
        asked, Outcome(ticket=asked.ticket()).with_letter(letter(Kind.RELAY, "relay", author="ada@acme.test"))
    )
    assert woken == ["wake"]


def test_a_survey_is_planned_when_it_is_solved(asked: Any) -> None:
    """Solving a ticket plans its survey for a working moment a day later, unless surveys are off."""
    solved = Outcome(ticket=asked.ticket()).with_ticket(status="solved")
    solved = solved.with_event("status", "", **{"from": "new", "to": "solved", "by": "test"})
    asked.configure(survey=replace(asked.desk.config.survey, enabled=False))
    run(asked, solved)
    with read(asked.desk.engine) as connection:
        assert surveys.list_due(connection, asked.clock() + 72 * HOUR) == []
    asked.configure(survey=replace(asked.desk.config.survey, enabled=True))
    run(asked, replace(solved, ticket=replace(asked.ticket(), status="solved")))
    with read(asked.desk.engine) as connection:
        assert [one.due_at for one in surveys.list_due(connection, asked.clock() + 72 * HOUR)] == [
            asked.clock() + 24 * HOUR
        ]


def test_what_becomes_of_people(asked: Any) -> None:
    """Addresses are muted and unmuted, evidence and survey answers kept, in the same transaction."""
    outcome = replace(
        Outcome(ticket=asked.ticket()),
        undeliverable=(("carla@customer.test", "no such user"),),
        learnt=(Learnt("export-data", "How?", "#kb"),),
        messages=(Message("note", "note", "ada@acme.test", "", asked.clock(), "call her"),),
        survey_answered=SurveyAnswered(99, 5, "fine"),
    )
    run(asked, outcome)
    with read(asked.desk.engine) as connection:
        assert [one.learnt.article for one in learnt.list_stored(connection)] == ["export-data"]
    assert is_undeliverable(asked)
    assert dossier(asked).messages[-1].text == "call her"
    run(asked, replace(Outcome(ticket=asked.ticket()), deliverable=("carla@customer.test",)))
    assert not is_undeliverable(asked)


def test_a_question_counts_from_its_arrival(stage: Any, mail: Any) -> None:
    """A mail that waited for the worker is due from when it was accepted, not from when it was processed."""
    stage.accept(mail())
    arrived = stage.clock()
    stage.clock.advance(hours=3)
    process_one(stage.desk)
    assert [one.at for one in stage.events("asked")] == [arrived]
    assert stage.ticket().first_response_due == arrived + 24 * HOUR


def test_an_outcome_without_a_ticket(stage: Any) -> None:
    """A mail that concerns no ticket, such as an alarm, is queued alone."""
    outcome = Outcome().with_letter(
        letter(Kind.ALARM, "alarm", to=("ada@acme.test",), event="automatic_stopped", text="60 mails")
    )
    assert apply(stage.desk, outcome, Dossier(None, None), Cause(), stage.clock()) is None
    with read(stage.desk.engine) as connection:
        (queued,) = outbox.list_waiting(connection)
    assert (queued.kind, queued.ticket_number, queued.created_at) == ("alarm", None, stage.clock())


def test_nothing_slow_is_held_open(stage: Any, mail: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mails are composed before the write transaction begins: another writer never waits for a template."""
    compose = apply_module.write_letters

    def composing(*args: Any) -> Any:
        with write(stage.desk.engine):
            return compose(*args)

    monkeypatch.setattr(apply_module, "write_letters", composing)
    stage.take(mail())
    assert len(stage.tickets) == 1
