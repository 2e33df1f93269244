"""The desk's side of queue folders, on both databases: a move seen in the mailbox is obeyed in one transaction."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inboxd.configfolders import FoldersModel, read_folders
from inboxd.configintake import ImapAccount
from inboxd.core.queue_moves import MOST_ORDERS, Whereabouts
from inboxd.jobs.queue_folders import follow_queue_folders
from inboxd.jobs.snooze import wake_up
from inboxd.secretsource import SecretSource
from inboxd.store import queue_mails
from inboxd.store.engine import write

Mail = Callable[..., bytes]
ACCOUNT = ImapAccount(
    "mail.test",
    993,
    "tls",
    "desk",
    SecretSource(file=Path("/nowhere")),
    "INBOX",
    folders=read_folders(FoldersModel()),
)


@pytest.fixture
def queues(stage: Any) -> Any:
    """A desk with queue folders in one mailbox."""
    stage.configure(intake=replace(stage.desk.config.intake, imap=(ACCOUNT,)))
    return stage


def lies(stage: Any, mail_id: int, place: str, agreed: str = "open", **more: Any) -> None:
    """Let a look have found a mail in a place."""
    seen = Whereabouts(mail_id, (place,), place, agreed, seen_at=stage.clock(), **more)
    with write(stage.desk.engine) as connection:
        queue_mails.save(connection, ACCOUNT.mailbox, [seen])


def known(stage: Any, mail_id: int = 1) -> Whereabouts:
    """Return what is known of a mail."""
    with write(stage.desk.engine) as connection:
        return queue_mails.load(connection, ACCOUNT.mailbox)[mail_id]


def follow(stage: Any) -> int:
    """Run the job."""
    return follow_queue_folders(stage.desk, stage.clock())


def moves(stage: Any) -> list[tuple[str, str, str]]:
    """Return the events of the mailbox."""
    return [
        (one.kind, one.detail.get("to", ""), one.detail.get("why", ""))
        for one in stage.events("queue.moved", "queue.refused")
    ]


def test_a_new_mail_is_wanted_in_open(queues: Any, mail: Mail) -> None:
    """A mail seen in the inbox is wanted where its ticket belongs; that changes nothing else."""
    lies(queues, queues.take(mail()), "inbox", "inbox")
    version = queues.ticket().version

    assert follow(queues) == 1
    assert known(queues).wanted == "open"
    assert queues.ticket().version == version
    assert moves(queues) == []
    assert follow(queues) == 0


def test_a_move_is_obeyed_once(queues: Any, mail: Mail) -> None:
    """A mail moved to Done solves the ticket by the actor ``mailbox``, writes to nobody, and is not obeyed again."""
    lies(queues, queues.take(mail()), "done")
    letters = len(queues.written())

    assert follow(queues) == 1
    assert follow(queues) == 0
    assert queues.ticket().status == "solved"
    assert len(queues.written()) == letters
    assert (known(queues).agreed, known(queues).wanted) == ("done", "done")
    (solved,) = (one for one in queues.events("status") if one.detail["to"] == "solved")
    assert (solved.actor, solved.detail["by"]) == ("mailbox", "#solved")
    assert moves(queues) == [("queue.moved", "done", "")]


def test_a_change_moves_the_wish(queues: Any, mail: Mail) -> None:
    """Whatever changes the ticket, its mails are wanted in the queue it is in then."""
    lies(queues, queues.take(mail()), "open")
    for order, place in (
        ("#pending", "waiting"),
        ("#snooze 3d", "snooze"),
        ("#open", "open"),
        ("#solved", "done"),
    ):
        queues.reply(queues.written("notification")[0], order)
        follow(queues)
        assert known(queues).wanted == place


def test_a_snooze_folder_keeps_its_mails(queues: Any, mail: Mail) -> None:
    """Put into Snooze/Monday, all mails of the ticket are wanted there until it wakes, then in Open."""
    first = queues.take(mail(message_id="<a@customer.test>"))
    second = queues.take(mail(in_reply_to="<a@customer.test>"))
    lies(queues, first, "snooze/Monday")
    lies(queues, second, "open")
    follow(queues)
    assert {known(queues, one).wanted for one in (first, second)} == {"snooze/Monday"}
    assert queues.ticket().snoozed_until == dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)

    queues.clock.advance(days=7)
    wake_up(queues.desk, queues.clock())
    follow(queues)

    assert {known(queues, one).wanted for one in (first, second)} == {"open"}
    assert (
        queues.written("notification")[-1].queued.recipients == ("ada@acme.test",) or queues.ticket().assignee
    )


def test_a_removed_snooze_folder_orders_nothing(queues: Any, mail: Mail) -> None:
    """A mail in a snooze folder that is configured no more goes back: nobody knows until when it should sleep."""
    lies(queues, queues.take(mail()), "snooze/Gone")
    follow(queues)

    assert moves(queues)[1][:2] == ("queue.refused", "snooze/Gone")
    assert known(queues).wanted == "open"


def test_too_many_moves_are_refused(queues: Any, mail: Mail) -> None:
    """A filter that changes a ticket to and fro is obeyed ten times an hour, then no more until the hour is over."""
    mail_id = queues.take(mail())
    for turn in range(MOST_ORDERS + 3):
        here, there = ("done", "open") if turn % 2 == 0 else ("open", "done")
        lies(queues, mail_id, here, there)
        follow(queues)
    refused = [why for kind, _, why in moves(queues) if kind == "queue.refused"]
    assert 0 < len(refused) <= 3
    assert "too often" in refused[0]

    queues.clock.advance(hours=2)
    lies(queues, mail_id, "spam", "open")
    follow(queues)
    assert queues.ticket().status == "closed"


def test_a_merged_ticket_follows_the_other(queues: Any, mail: Mail) -> None:
    """Mails of a ticket that was merged into another go where that one's mails go, and order what they order there."""
    first = queues.take(mail(message_id="<a@customer.test>", subject="Export"))
    second = queues.take(mail(message_id="<b@customer.test>", subject="Billing"))
    for one in (first, second):
        lies(queues, one, "open")
    follow(queues)
    told = queues.written("notification")[1]
    queues.reply(told, "#merge 1")
    queues.reply(queues.written("result")[-1], "#yes")
    assert queues.ticket(2).status == "merged"

    lies(queues, second, "done")
    follow(queues)

    assert queues.ticket(1).status == "solved"
    assert {known(queues, one).wanted for one in (first, second)} == {"done"}


def test_a_ticket_changed_by_somebody_else_is_done_again(
    queues: Any, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the ticket changes while a move is obeyed, nothing of it is written, and it is obeyed the next time."""
    lies(queues, queues.take(mail()), "done")
    real = queue_mails.settle

    def torn(*_: Any) -> bool:
        raise RuntimeError("the power went out")

    monkeypatch.setattr(queue_mails, "settle", torn)
    assert follow(queues) == 0
    assert queues.ticket().status == "new"
    assert moves(queues) == []

    monkeypatch.setattr(queue_mails, "settle", real)
    assert follow(queues) == 1
    assert queues.ticket().status == "solved"
    assert len(moves(queues)) == 1


def test_a_desk_without_queue_folders_does_nothing(stage: Any, mail: Mail) -> None:
    """Off by default: nothing is read, nothing is written."""
    stage.take(mail())

    assert follow(stage) == 0
