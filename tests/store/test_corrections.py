import datetime as dt
from typing import Any

from inboxd.store import corrections
from inboxd.store.engine import read, write

ADA = "ada@acme.test"


def test_what_an_operator_put_right(stage: Any, mail: Any) -> None:
    """A ticket counts as corrected while it has the category an operator gave it, with what the customer wrote first."""
    stage.take(mail("Where is my invoice?", subject="Money"))
    stage.take(mail("It crashes.", subject="Crash", from_="b@other.test"))
    first, second = stage.written("notification")[:1] + stage.written("notification")[-1:]
    stage.reply(first, "#category billing", from_=first.queued.recipients[0])
    stage.reply(second, "#category bug", from_=second.queued.recipients[0])
    stage.reply(second, "#undo", from_=second.queued.recipients[0])
    with read(stage.desk.engine) as connection:
        (found,) = corrections.list_corrections(connection)
    assert (found.ticket, found.category, found.subject) == (1, "billing", "Money")
    assert found.text.strip() == "Where is my invoice?"


def test_undisputed_are_solved_ones(stage: Any, mail: Any) -> None:
    """A solved ticket that kept the category it got by itself is undisputed; an open or a corrected one is not."""
    for number in range(3):
        stage.take(mail(f"Question {number}", from_=f"c@c{number}.test"))
    stage.rules(
        '[[rule]]\nname = "a"\non = ["ticket.created"]\nthen.category = "bug"\nthen.status = "solved"\n'
    )
    stage.take(mail("It crashes.", from_="d@d.test"))
    with read(stage.desk.engine) as connection:
        found = corrections.list_undisputed(connection, stage.clock.now - dt.timedelta(days=1))
        assert corrections.list_undisputed(connection, stage.clock.now + dt.timedelta(days=1)) == ()
    assert [(one.ticket, one.category) for one in found] == [(4, "bug")]


def test_adopted_and_tried(engine: Any) -> None:
    """What counts and what was tried last are kept; before the first time both are nothing."""
    now = dt.datetime(2026, 11, 16, tzinfo=dt.UTC)
    with write(engine) as connection:
        assert corrections.adopted(connection) == corrections.tried(connection) == frozenset()
        corrections.adopt(connection, {1, 2}, {1, 2, 3}, now)
        assert corrections.adopted(connection) == {1, 2}
        assert corrections.tried(connection) == {1, 2, 3}
