from collections.abc import Callable
from typing import Any

from inboxd.outgoing.deliver import Delivery, deliver_one
from inboxd.outgoing.transmit import Outcome, Reply
from inboxd.store import mails
from inboxd.store.engine import read, write
from inboxd.store.tallies import Tallies, count_all


def counted(stage: Any) -> Tallies:
    """Return the tallies of a stage's desk."""
    with read(stage.desk.engine) as connection:
        return count_all(connection)


def test_a_new_desk_has_counted_nothing(stage: Any) -> None:
    """Every figure of an empty store is zero."""
    assert counted(stage) == Tallies({}, 0, {}, 0, {"desk": 0, "operator": 0}, {}, {}, 0, {})


def test_every_mail_is_counted_once(stage: Any, mail: Callable[..., bytes], transport: Any) -> None:
    """Mails, duplicates, held ones, answers by whom, limits and letters are exactly what happened, on both databases."""
    stage.shelf.knows("export")
    question = mail("How do I export?", message_id="<one@customer.test>")
    stage.take(question)
    stage.take(question)
    stage.take(question)
    stage.shelf.matches = ()
    stage.take(mail("Who are you?", from_="Dora <dora@other.test>"))
    robot = mail("I am away", from_="Eve <eve@third.test>", auto_submitted="auto-replied")
    stage.take(robot)
    stage.reply(stage.written("notification")[0], "I am Ada.")
    waiting = stage.accept(mail("Later"))
    with write(stage.desk.engine) as connection:
        mails.hold(connection, waiting, "x", "y", stage.clock())
    transport.replies = [Reply(Outcome.FAILED, "550 no"), Reply(Outcome.SENT, "250 OK")]
    deliver_one(Delivery(stage.desk.engine, stage.clock, transport))
    stage.accept(mail("Nobody looked at it yet"))

    found = counted(stage)

    assert found.accepted == {"smtp": 6}
    assert (found.duplicates, found.held, found.failed) == (2, 2, 1)
    assert sum(found.processed.values()) == 5
    assert found.processed["hold"] == 2
    assert found.answered == {"desk": 1, "operator": 1}
    assert (found.enqueued["answer"], found.enqueued["relay"]) == (1, 1)
    assert found.attempts == {"failed": 1}
    by_events = [one.detail["limit"] for one in stage.events("suppressed")]
    assert found.suppressed == {limit: by_events.count(limit) for limit in by_events}
