"""Queue folders on servers that can little, refuse much or hang up; and for long, worked in by the daemon."""

import contextlib
import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from imapclient import IMAPClient
from queue_desk import QueueDesk

from inboxd.intake.imap_session import ConnectionLostError
from inboxd.intake.queue_folders import start_queues, work_once
from inboxd.loops import Stop

Mail = Callable[..., bytes]


@pytest.mark.parametrize("capability", ["MOVE", "UIDPLUS"])
def test_servers_without_extensions(
    queues: QueueDesk, mail: Mail, monkeypatch: pytest.MonkeyPatch, capability: str
) -> None:
    """Without MOVE mails are copied and removed, without UIDPLUS too they stay marked: in no case are there two."""
    real = IMAPClient.has_capability
    missing = {"MOVE", capability}
    monkeypatch.setattr(
        IMAPClient, "has_capability", lambda self, name: name not in missing and real(self, name)
    )
    queues.ask(mail)
    queues.move("open", "done", copy=True)
    with queues.mailbox.server.client() as client:
        client.select_folder(queues.name("open"))
        client.delete_messages(client.search())
        client.expunge()
    queues.work()

    assert queues.where() == {"done": ["m1"]}
    assert queues.stage.ticket().status == "solved"
    assert len(queues.mailbox.taken()) == 1


@pytest.mark.parametrize("command", ["UID COPY", "UID STORE", "UID EXPUNGE"])
def test_a_connection_that_breaks_half_way(
    queues: QueueDesk, meddler: Any, mail: Mail, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """A move without MOVE that breaks at any step is finished by the next connection: one mail, in the right folder."""
    real = IMAPClient.has_capability
    monkeypatch.setattr(IMAPClient, "has_capability", lambda self, name: name != "MOVE" and real(self, name))
    queues.work()
    queues.mailbox.put(mail(message_id="<m1@customer.test>"))
    queues.hang_up()
    meddler.rule = lambda said: "drop" if command in said else None
    for _ in range(3):
        with contextlib.suppress(ConnectionLostError):
            queues.work()
        queues.hang_up()
    meddler.rule = lambda _: None
    queues.work()

    assert queues.where() == {"open": ["m1"]}
    assert queues.stage.ticket().status == "new"
    assert [one for one in queues.events() if one[1] == "mailbox"] == []
    queues.hang_up()


def test_a_connection_that_breaks_at_move(queues: QueueDesk, meddler: Any, mail: Mail) -> None:
    """A connection that breaks over MOVE leaves the mail on one side or the other, and no order behind."""
    queues.work()
    queues.mailbox.put(mail(message_id="<m1@customer.test>"))
    queues.hang_up()
    meddler.rule = lambda said: "drop" if "UID MOVE" in said else None
    with pytest.raises(ConnectionLostError):
        queues.work()
    queues.hang_up()
    meddler.rule = lambda _: None
    queues.work()

    assert queues.where() == {"open": ["m1"]}
    assert queues.events() == [("queue.moved", "desk", "inbox", "open")]
    queues.hang_up()


def test_a_moved_mail_is_not_fetched_again(queues: QueueDesk, meddler: Any, mail: Mail) -> None:
    """The server says where our moves landed, so each mail crosses the net once, however often we move it."""
    queues.ask(mail)
    fetched = [said for said in meddler.seen if "BODY.PEEK[]" in said]
    for order in ("#pending", "#solved", "#open"):
        queues.stage.reply(queues.stage.written("notification")[0], order)
        queues.work()

    assert queues.where() == {"open": ["m1"]}
    assert len(queues.events()) == 4
    assert [said for said in meddler.seen if "BODY.PEEK[]" in said] == fetched
    assert len(fetched) == 1
    queues.hang_up()


def test_nothing_new_costs_a_few_status(queues: QueueDesk, meddler: Any, mail: Mail) -> None:
    """A look at nothing new asks STATUS of each folder and nothing else."""
    queues.ask(mail)
    queues.work()
    meddler.seen.clear()
    queues.look()

    assert {said.split()[1] for said in meddler.seen} == {"STATUS"}
    assert len(meddler.seen) == len(queues.places)
    queues.hang_up()


def test_a_folder_that_cannot_be_made_is_done_without(
    queues: QueueDesk, meddler: Any, mail: Mail, caplog: pytest.LogCaptureFixture
) -> None:
    """A server that refuses one folder is told of in the log, and all the others work."""
    meddler.rule = lambda said: "NO [CANNOT] not here" if "CREATE" in said and "Monday" in said else None
    queues.ask(mail)

    assert queues.where() == {"open": ["m1"]}
    assert any("Monday" in one.getMessage() for one in caplog.records if one.levelname == "ERROR")
    queues.hang_up()


def test_a_move_that_is_refused_stops_no_other(
    queues: QueueDesk, meddler: Any, mail: Mail, caplog: pytest.LogCaptureFixture
) -> None:
    """A folder the server moves nothing into is told of in the log; mails that go elsewhere go there."""
    queues.ask(mail)
    queues.ask(mail, "m2", from_="Otto <otto@other.test>", subject="Bill", body="Where is my bill?")
    meddler.rule = lambda said: (
        "NO [CANNOT] not into this one" if "UID MOVE" in said and "Waiting" in said else None
    )
    first, second = queues.stage.written("notification")
    queues.stage.reply(first, "#solved")
    queues.stage.reply(second, "#pending")
    queues.work()
    assert queues.where()["done"] == ["m1"]

    meddler.rule = lambda _: None
    queues.work()
    assert queues.where() == {"done": ["m1"], "waiting": ["m2"]}
    queues.hang_up()


def test_the_daemon_works_in_the_folders(queues: QueueDesk, mail: Mail) -> None:
    """The thread of the front looks every few seconds by itself, and ends when the desk ends."""
    queues.reconfigure(look_every="1s")
    queues.ask(mail)
    queues.move("open", "done")
    stop = Stop()
    threads = start_queues(
        queues.mailbox.config, queues.mailbox.engine, queues.mailbox.clock, lambda: None, stop
    )
    until = time.monotonic() + 20
    while not any(one.is_moved for one in queues.known().values()) and time.monotonic() < until:
        time.sleep(0.02)
    queues.think()
    stop.set()
    for thread in threads:
        thread.join(10)

    assert stop.because is None
    assert not any(thread.is_alive() for thread in threads)
    assert queues.stage.ticket().status == "solved"


def test_run_until_idle_works_in_the_folders(queues: QueueDesk, mail: Mail) -> None:
    """``work_once`` looks, moves and hangs up; a mailbox that is away is a problem in the log and no crash."""
    queues.mailbox.put(mail(message_id="<m1@customer.test>"))
    queues.mailbox.read()
    queues.think()
    box = (queues.mailbox.config, queues.mailbox.engine, queues.mailbox.clock)

    assert work_once(*box) == 0
    queues.think()
    assert work_once(*box) == 1
    assert queues.where() == {"open": ["m1"]}

    queues.mailbox.port = 1
    assert work_once(queues.mailbox.config, *box[1:]) == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_happens_nothing_is_lost(queues: QueueDesk, mail: Mail, seed: int) -> None:
    """After moves, copies, restarts and new mails in any order all mails are there, where their tickets want them."""
    chance = random.Random(seed)
    asked = 0
    queues.work()
    for _ in range(18):
        act = chance.choice(
            ["ask", "ask", "move", "move", "move", "copy", "order", "restart", "look", "work"]
        )
        lying = [(place, name) for place, names in queues.where().items() for name in names]
        if act == "ask" and asked < 5:
            asked += 1
            person = f"Person {asked % 2} <p{asked % 2}@customer.test>"
            answers = (
                {"in_reply_to": f"<m{asked - 2}@customer.test>"}
                if asked > 2 and chance.random() < 0.5
                else {}
            )
            queues.mailbox.put(
                mail(f"Question {asked}", message_id=f"<m{asked}@customer.test>", from_=person, **answers)
            )
        elif act in {"move", "copy"} and lying:
            place, name = chance.choice(lying)
            queues.move(
                place, chance.choice([one for one in queues.places if one != place]), name, copy=act == "copy"
            )
        elif act == "order" and (told := queues.stage.written("notification")):
            queues.stage.reply(
                chance.choice(told), chance.choice(["#solved", "#pending", "#open", "#snooze 2d"])
            )
        elif act == "restart":
            queues.hang_up()
        elif act == "look" and queues.visit and queues.session:
            queues.look()
        else:
            queues.work()
        queues.stage.clock.advance(seconds=chance.choice([1, 20, 300]))
    queues.work()
    queues.connect()

    assert queues.work() == 0
    where = {name: place for place, names in queues.where().items() for name in names}
    assert where.keys() == {f"m{number + 1}" for number in range(asked)}
    assert len([one for one in queues.mailbox.taken() if one.source == "imap"]) == asked
    places = {"new": "open", "open": "open", "pending": "waiting", "solved": "done"}
    for mail_id, known in queues.known().items():
        stored = queues.stage.stored(mail_id)
        ticket = queues.stage.ticket(stored.ticket_number)
        assert not known.is_moved
        assert known.places == (known.wanted,)
        if ticket.snoozed_until is None and ticket.status in places:
            assert known.wanted in {places[ticket.status], "late"}
