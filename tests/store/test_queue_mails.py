"""Where mails lie in the queue folders, on both databases."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine, text

from inboxd.core.queue_moves import MOST_MOVES, Whereabouts
from inboxd.core.ticket import Event
from inboxd.store import cursors, queue_mails, tickets
from inboxd.store.cursors import FolderMail, Place
from inboxd.store.engine import read, write
from inboxd.store.queue_conditions import DUE, NEWS

BOX = "desk@mail.test"
OPEN = Whereabouts(1, ("open",), lies_in="open", agreed="open", wanted="open", version=0)


def save(engine: Engine, *known: Whereabouts) -> None:
    """Keep what is known of mails."""
    with write(engine) as connection:
        queue_mails.save(connection, BOX, known)


def load(engine: Engine) -> dict[int, Whereabouts]:
    """Return what is known of mails."""
    with read(engine) as connection:
        return queue_mails.load(connection, BOX)


def test_what_is_known_comes_back(stage: Any, mail: Callable[..., bytes]) -> None:
    """What was seen of a mail is read as it was written, and written again instead of twice."""
    mail_id, now = stage.take(mail()), stage.clock()
    known = Whereabouts(
        mail_id,
        ("done", "inbox"),
        "done",
        "open",
        "waiting",
        "waiting",
        seen_at=now,
        moved_after=now - dt.timedelta(seconds=15),
        asleep_until=now,
        has_left=True,
        moves=3,
        counted_from=now,
        version=7,
    )
    save(stage.desk.engine, known)
    save(stage.desk.engine, known)

    assert load(stage.desk.engine) == {mail_id: known}
    with read(stage.desk.engine) as connection:
        assert queue_mails.load(connection, BOX, {mail_id, 99}) == {mail_id: known}
        assert queue_mails.load(connection, BOX, ()) == {}


def test_what_is_not_settled(stage: Any, mail: Callable[..., bytes]) -> None:
    """A ticket is unsettled when a mail of it was moved, is new, or was settled for an older state of the ticket."""
    stage.take(mail())
    version = stage.ticket().version

    def asked(known: Whereabouts) -> tuple[bool, tuple[int, ...]]:
        save(stage.desk.engine, known)
        with read(stage.desk.engine) as connection:
            return queue_mails.has_news(connection, BOX), queue_mails.unsettled(connection, BOX)

    assert asked(replace(OPEN, version=version)) == (False, ())
    assert asked(replace(OPEN, version=version, lies_in="done")) == (True, (1,))
    assert asked(replace(OPEN, version=-1)) == (True, (1,))
    assert asked(replace(OPEN, version=version + 1)) == (False, (1,))


def test_what_is_to_be_moved(stage: Any, mail: Callable[..., bytes]) -> None:
    """A mail is due when it lies elsewhere than wanted, nobody moved it, it is there, and it was not moved too often."""
    stage.take(mail())
    now = stage.clock()

    def due(**changes: Any) -> bool:
        save(stage.desk.engine, replace(OPEN, **changes))
        with read(stage.desk.engine) as connection:
            found = queue_mails.due(connection, BOX, now)
            assert queue_mails.is_due(connection, BOX, now) == bool(found)
            return bool(found)

    assert due(wanted="done")
    assert not due()
    assert not due(wanted="")
    assert not due(wanted="done", lies_in="spam")
    assert not due(wanted="done", has_left=True)
    assert not due(wanted="done", moves=MOST_MOVES, counted_from=now)
    assert due(wanted="done", moves=MOST_MOVES, counted_from=now - dt.timedelta(days=1))


def test_only_what_still_lies_there_is_settled(stage: Any, mail: Callable[..., bytes]) -> None:
    """A mail that was moved on while its ticket was worked out keeps that move for the next time."""
    stage.take(mail())
    save(stage.desk.engine, replace(OPEN, lies_in="spam"))
    seen, after = replace(OPEN, lies_in="done"), replace(OPEN, lies_in="done", agreed="done")

    with write(stage.desk.engine) as connection:
        assert not queue_mails.settle(connection, BOX, seen, after)
        assert queue_mails.settle(
            connection, BOX, replace(OPEN, lies_in="spam"), replace(after, agreed="spam")
        )

    assert load(stage.desk.engine)[1].agreed == "spam"


def test_customers_mails_in_a_folder(stage: Any, mail: Callable[..., bytes]) -> None:
    """Of what lies in a folder only the mails of customers on tickets count; an operator's command does not."""
    asked = stage.take(mail())
    ordered = stage.reply(stage.written("notification")[0], "#note\n\nmine")
    place = Place(BOX, "INBOX", 1)
    with write(stage.desk.engine) as connection:
        found = [
            FolderMail(uid, mail_id, None, aftermath_due=False) for uid, mail_id in ((4, ordered), (9, asked))
        ]
        cursors.note(connection, place, found)

        lying = queue_mails.lying_in(connection, place, {4, 9, 10})
        assert [(one.uid, one.mail_id, one.imported) for one in lying] == [(9, asked, False)]
        assert queue_mails.tickets_of(connection, {asked, ordered}) == {asked: 1}
        assert queue_mails.received_at(connection, place, {4, 5}) == {4: None}
        assert queue_mails.lying_in(connection, replace(place, uidvalidity=2), {4, 9}) == ()
        assert queue_mails.first_live(connection, place) == 4
        assert queue_mails.first_live(connection, replace(place, folder="Sent")) is None


def test_events_stand_on_the_ticket(stage: Any, mail: Callable[..., bytes]) -> None:
    """An event about a mail is one of the ticket the mail is on; about a mail on none it is nobody's."""
    mail_id = stage.take(mail())
    with write(stage.desk.engine) as connection:
        before = queue_mails.last_event(connection)
        queue_mails.add_events(
            connection,
            {mail_id: Event("queue.moved", {"to": "done"}, "desk"), 99: Event("queue.moved")},
            stage.clock(),
        )
        assert queue_mails.last_event(connection) == before + 1
        (told,) = tickets.list_events(connection, ticket_number=1, kinds=("queue.moved",))
    assert (told.actor, told.detail, told.mail_id) == ("desk", {"to": "done"}, mail_id)


def test_the_questions_have_indexes(stage: Any) -> None:
    """An idle desk does not read all its mails every few seconds."""
    if stage.desk.engine.dialect.name != "sqlite":
        return
    with read(stage.desk.engine) as connection:
        for condition, index in ((NEWS, "ix_queue_mail_news"), (DUE, "ix_queue_mail_due")):
            asked = f"explain query plan select mail_id from queue_mail where account = 'x' and ({condition})"  # noqa: S608  our own words
            assert index in str(connection.execute(text(asked)).fetchall())
