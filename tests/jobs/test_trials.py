from typing import Any

from inboxd.jobs.digest import build_digest
from inboxd.jobs.trials import compare_trials, list_trials
from inboxd.store.engine import read

RULES = """
[[rule]]
name = "on trial"
on = ["ticket.created"]
mode = "shadow"
then.reply = "kb_answer"
then.tag = ["billing"]

[[rule]]
name = "shown"
on = ["ticket.created"]
then.notify = true
"""


def asked(stage: Any, mail: Any, number: int) -> Any:
    """Let a customer ask, and return what the operator was told."""
    stage.rules(RULES)
    stage.shelf.knows("refunds", sure=False)
    stage.take(mail(f"How do I get money back for {number}?", from_=f"c@c{number}.test"))
    return stage.written("notification")[-1]


def test_the_would_be_answer_is_compared_with_the_real_one(stage: Any, mail: Any) -> None:
    """Nothing is said before the operator answers; then how alike the answers are and whether all of it agrees, once."""
    told = asked(stage, mail, 1)
    assert stage.written("answer") == []
    assert compare_trials(stage.desk, stage.clock()) == 0
    stage.reply(told, "#tag billing\nAll about refunds.", from_=told.queued.recipients[0])
    assert [compare_trials(stage.desk, stage.clock()) for _ in range(2)] == [1, 0]
    (event,) = stage.events("shadow_compared")
    assert event.detail == {"rule": "on trial", "similarity": 1.0, "agreed": True}
    assert event.ticket_number == 1


def test_another_answer_does_not_agree(stage: Any, mail: Any) -> None:
    """Other words, or a tag that is missing, are no agreement."""
    told = asked(stage, mail, 1)
    stage.reply(told, "Please call our branch office in Lisbon.", from_=told.queued.recipients[0])
    compare_trials(stage.desk, stage.clock())
    (event,) = stage.events("shadow_compared")
    assert event.detail["agreed"] is False
    assert event.detail["similarity"] < 0.5


def test_the_digest_asks(stage: Any, mail: Any) -> None:
    """With enough that agrees the digest asks whether to promote the rule, with its figures and its place."""
    for number in range(5):
        told = asked(stage, mail, number)
        stage.reply(told, "#tag billing\nAll about refunds.", from_=told.queued.recipients[0])
    compare_trials(stage.desk, stage.clock())
    (trial,) = build_digest(stage.desk, "ada@acme.test", stage.clock()).trials
    assert (trial.times, trial.compared, trial.agreed, trial.similarity, trial.promote) == (
        5,
        5,
        5,
        1.0,
        True,
    )
    assert trial.place.endswith("10-test.toml:2")
    digest = stage.desk.stationery.templates.render(
        "digest", "en", build_digest(stage.desk, "ada@acme.test", stage.clock())
    )
    assert "Promote it?" in digest.text
    assert "100" in digest.text


def test_a_month_later_it_is_forgotten(stage: Any, mail: Any) -> None:
    """The record is of the last thirty days."""
    asked(stage, mail, 1)
    with read(stage.desk.engine) as connection:
        assert [one.rule for one in list_trials(connection, stage.clock())] == ["on trial"]
        assert list_trials(connection, stage.clock.advance(days=31)) == ()
