"""Queue folders on real servers: a mail that is moved is a command, a ticket that changes moves its mails."""

import datetime as dt
from collections.abc import Callable

import pytest
from queue_desk import QueueDesk, on_both

Mail = Callable[..., bytes]


@on_both
def test_a_new_question_goes_to_open(queues: QueueDesk, mail: Mail) -> None:
    """A customer's mail becomes a ticket and is moved from the inbox to Open; the move is an event of the ticket."""
    queues.ask(mail)

    assert queues.where() == {"open": ["m1"]}
    assert queues.events() == [("queue.moved", "desk", "inbox", "open")]
    assert queues.stage.ticket().status == "new"


@on_both
@pytest.mark.parametrize(
    ("place", "status"),
    [("waiting", "pending"), ("done", "solved"), ("spam", "closed")],
)
def test_moving_is_the_command(queues: QueueDesk, mail: Mail, place: str, status: str) -> None:
    """A mail the operator moves to Waiting, Done or Spam sets the status, and lies there from then on."""
    queues.ask_and_move(mail, place)

    assert queues.stage.ticket().status == status
    assert queues.where() == {place: ["m1"]}
    assert queues.events()[1:] == [("queue.moved", "mailbox", "open", place)]


@on_both
def test_nothing_is_done_twice(queues: QueueDesk, mail: Mail) -> None:
    """What lies where it belongs is left alone: further looks move nothing, write nothing and take nothing in."""
    queues.ask_and_move(mail, "done")
    before = (queues.events(), len(queues.mailbox.taken()), queues.known())

    assert queues.work() == 0
    assert (queues.events(), len(queues.mailbox.taken()), queues.known()) == before


@on_both
def test_all_mails_of_a_ticket_follow(queues: QueueDesk, mail: Mail) -> None:
    """The customer's next mail brings the whole conversation back to Open; one moved mail takes all with it."""
    queues.ask_and_move(mail, "waiting")
    queues.ask(mail, "m2", in_reply_to="<m1@customer.test>")

    assert queues.where() == {"open": ["m1", "m2"]}
    assert queues.stage.ticket().status == "open"

    queues.move("open", "done", "m2")
    queues.work()

    assert queues.where() == {"done": ["m1", "m2"]}
    assert queues.events()[-2:] == [
        ("queue.moved", "mailbox", "open", "done"),
        ("queue.moved", "desk", "open", "done"),
    ]


def test_a_command_by_mail_moves_the_mails(queues: QueueDesk, mail: Mail) -> None:
    """What an operator orders by mail shows in the folders, and nobody gets a mail about a move."""
    queues.ask(mail)
    notification = queues.stage.written("notification")[0]
    queues.stage.reply(notification, "#solved")
    queues.work()
    assert queues.where() == {"done": ["m1"]}

    letters = len(queues.stage.written())
    queues.move("done", "open")
    queues.work()

    assert queues.where() == {"open": ["m1"]}
    assert queues.stage.ticket().status == "open"
    assert queues.stage.ticket().reopened == 1
    assert len(queues.stage.written()) == letters


def test_late_follows_the_promise(queues: QueueDesk, mail: Mail) -> None:
    """Once a promised time is over the mail goes to Late; answered it waits, and asked again it is open."""
    queues.ask(mail)
    queues.stage.clock.advance(days=2)
    queues.work()
    assert queues.where() == {"late": ["m1"]}

    queues.stage.reply(queues.stage.written("notification")[0], "Press Export.")
    queues.work()
    assert queues.where() == {"waiting": ["m1"]}


def test_nobody_can_make_a_mail_late(queues: QueueDesk, mail: Mail) -> None:
    """A mail put into Late by hand is an open one, and goes where open mails lie."""
    queues.ask_and_move(mail, "late")

    assert queues.where() == {"open": ["m1"]}
    assert queues.stage.ticket().status == "open"


@pytest.mark.parametrize(
    ("place", "until"),
    [
        ("snooze/Monday", "2026-11-23T09:00:00+00:00"),
        ("snooze/Tomorrow", "2026-11-17T09:00:00+00:00"),
        ("snooze/Next week", "2026-11-23T09:00:00+00:00"),
        ("snooze", "2026-11-17T09:00:00+00:00"),
    ],
)
def test_snooze_folders(queues: QueueDesk, mail: Mail, place: str, until: str) -> None:
    """A mail in a snooze folder sleeps until the desk opens that day, stays there so long, and comes back to Open."""
    queues.ask(mail)
    queues.ask(mail, "m2", in_reply_to="<m1@customer.test>")
    queues.move("open", place, "m1")
    queues.work()

    snoozed = queues.stage.ticket().snoozed_until
    assert snoozed == dt.datetime.fromisoformat(until)
    assert queues.where() == {place: ["m1", "m2"]}

    queues.stage.clock.now = snoozed
    queues.work()

    assert queues.where().keys() <= {"open", "late"}
    assert queues.stage.ticket().snoozed_until is None


def test_taken_out_of_snooze_a_ticket_is_awake(queues: QueueDesk, mail: Mail) -> None:
    """Moved from Snooze to Open or Waiting before its time, a ticket sleeps no more."""
    queues.ask(mail)
    queues.stage.reply(queues.stage.written("notification")[0], "#snooze 3d")
    queues.work()
    assert queues.where() == {"snooze": ["m1"]}

    queues.move("snooze", "open")
    queues.work()

    assert queues.where() == {"open": ["m1"]}
    assert queues.stage.ticket().snoozed_until is None


def test_out_of_spam(queues: QueueDesk, mail: Mail) -> None:
    """Moved out of Spam a mail is none: the tag goes, and the ticket is what its new folder says."""
    queues.ask_and_move(mail, "spam")
    assert queues.stage.ticket().tags == ("spam",)

    queues.move("spam", "waiting")
    queues.work()

    assert (queues.stage.ticket().status, queues.stage.ticket().tags) == ("pending", ())
    assert queues.where() == {"waiting": ["m1"]}


def test_a_customer_who_wrote_meanwhile_is_heard(queues: QueueDesk, mail: Mail) -> None:
    """A mail put away while the customer's next one arrived is put away in ignorance of it: the ticket stays open."""
    queues.ask(mail)
    queues.stage.clock.advance(minutes=1)
    queues.work()
    queues.move("open", "done")
    queues.stage.clock.advance(seconds=5)
    queues.ask(mail, "m2", in_reply_to="<m1@customer.test>")

    assert queues.stage.ticket().status in {"new", "open"}
    assert queues.where() == {"open": ["m1", "m2"]}
    assert ("queue.refused", "mailbox", "", "done") in queues.events()


def test_the_newest_mail_put_away_counts(queues: QueueDesk, mail: Mail) -> None:
    """Whoever moves the customer's newest mail too has seen it: his move is obeyed."""
    queues.ask(mail)
    queues.stage.clock.advance(minutes=1)
    queues.mailbox.put(mail(message_id="<m2@customer.test>", in_reply_to="<m1@customer.test>"))
    queues.mailbox.read()
    queues.think()
    queues.move("open", "done")
    queues.move("inbox", "done")
    queues.work()

    assert queues.stage.ticket().status == "solved"
    assert queues.where() == {"done": ["m1", "m2"]}
