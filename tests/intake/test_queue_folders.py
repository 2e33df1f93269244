"""Queue folders on real servers: a mail that is moved is a command, a ticket that changes moves its mails."""

import contextlib
import datetime as dt
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from imap_servers import DOVECOT, ImapServer
from imapclient import IMAPClient
from queue_desk import QueueDesk

from inboxd.intake.imap_session import ConnectionLostError
from inboxd.intake.queue_folders import start_queues, work_once
from inboxd.loops import Stop

Mail = Callable[..., bytes]
on_both = pytest.mark.parametrize("server", ["pymap", "dovecot"], indirect=True)


@pytest.fixture
def server(request: pytest.FixtureRequest) -> ImapServer:
    """Run a test on Dovecot where there is one, else on pymap; one that is marked ``on_both`` on each."""
    wanted = getattr(request, "param", "dovecot" if DOVECOT else "pymap")
    found: ImapServer = request.getfixturevalue(wanted)
    return found


@pytest.fixture
def queues(mailbox: Any, lite_stage: Any) -> Iterator[QueueDesk]:
    """A desk with queue folders on each server, the inbox read once while it was empty."""
    mailbox.first_contact()
    desk = QueueDesk(mailbox, lite_stage, f"Q{mailbox.name}")
    yield desk
    desk.hang_up()


def _ask(queues: QueueDesk, mail: Mail, name: str = "m1", **headers: Any) -> None:
    queues.mailbox.put(mail(message_id=f"<{name}@customer.test>", **headers))
    queues.work()


@on_both
def test_a_new_question_goes_to_open(queues: QueueDesk, mail: Mail) -> None:
    """A customer's mail becomes a ticket and is moved from the inbox to Open; the move is an event of the ticket."""
    _ask(queues, mail)

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
    _ask(queues, mail)
    queues.move("open", place)

    queues.work()

    assert queues.stage.ticket().status == status
    assert queues.where() == {place: ["m1"]}
    assert queues.events()[1:] == [("queue.moved", "mailbox", "open", place)]


@on_both
def test_nothing_is_done_twice(queues: QueueDesk, mail: Mail) -> None:
    """What lies where it belongs is left alone: further looks move nothing, write nothing and take nothing in."""
    _ask(queues, mail)
    queues.move("open", "done")
    queues.work()
    before = (queues.events(), len(queues.mailbox.taken()), queues.known())

    assert queues.work() == 0
    assert (queues.events(), len(queues.mailbox.taken()), queues.known()) == before


@on_both
def test_all_mails_of_a_ticket_follow(queues: QueueDesk, mail: Mail) -> None:
    """The customer's next mail brings the whole conversation back to Open; one moved mail takes all with it."""
    _ask(queues, mail)
    queues.move("open", "waiting")
    queues.work()
    _ask(queues, mail, "m2", in_reply_to="<m1@customer.test>")

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
    _ask(queues, mail)
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
    _ask(queues, mail)
    queues.stage.clock.advance(days=2)
    queues.work()
    assert queues.where() == {"late": ["m1"]}

    queues.stage.reply(queues.stage.written("notification")[0], "Press Export.")
    queues.work()
    assert queues.where() == {"waiting": ["m1"]}


def test_nobody_can_make_a_mail_late(queues: QueueDesk, mail: Mail) -> None:
    """A mail put into Late by hand is an open one, and goes where open mails lie."""
    _ask(queues, mail)
    queues.move("open", "late")
    queues.work()

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
    _ask(queues, mail)
    _ask(queues, mail, "m2", in_reply_to="<m1@customer.test>")
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
    _ask(queues, mail)
    queues.stage.reply(queues.stage.written("notification")[0], "#snooze 3d")
    queues.work()
    assert queues.where() == {"snooze": ["m1"]}

    queues.move("snooze", "open")
    queues.work()

    assert queues.where() == {"open": ["m1"]}
    assert queues.stage.ticket().snoozed_until is None


def test_out_of_spam(queues: QueueDesk, mail: Mail) -> None:
    """Moved out of Spam a mail is none: the tag goes, and the ticket is what its new folder says."""
    _ask(queues, mail)
    queues.move("open", "spam")
    queues.work()
    assert queues.stage.ticket().tags == ("spam",)

    queues.move("spam", "waiting")
    queues.work()

    assert (queues.stage.ticket().status, queues.stage.ticket().tags) == ("pending", ())
    assert queues.where() == {"waiting": ["m1"]}


def test_a_customer_who_wrote_meanwhile_is_heard(queues: QueueDesk, mail: Mail) -> None:
    """A mail put away while the customer's next one arrived is put away in ignorance of it: the ticket stays open."""
    _ask(queues, mail)
    queues.stage.clock.advance(minutes=1)
    queues.work()
    queues.move("open", "done")
    queues.stage.clock.advance(seconds=5)
    _ask(queues, mail, "m2", in_reply_to="<m1@customer.test>")

    assert queues.stage.ticket().status in {"new", "open"}
    assert queues.where() == {"open": ["m1", "m2"]}
    assert ("queue.refused", "mailbox", "", "done") in queues.events()


def test_the_newest_mail_put_away_counts(queues: QueueDesk, mail: Mail) -> None:
    """Whoever moves the customer's newest mail too has seen it: his move is obeyed."""
    _ask(queues, mail)
    queues.stage.clock.advance(minutes=1)
    queues.mailbox.put(mail(message_id="<m2@customer.test>", in_reply_to="<m1@customer.test>"))
    queues.mailbox.read()
    queues.think()
    queues.move("open", "done")
    queues.move("inbox", "done")
    queues.work()

    assert queues.stage.ticket().status == "solved"
    assert queues.where() == {"done": ["m1", "m2"]}


def test_a_deleted_mail_stays_deleted(queues: QueueDesk, mail: Mail) -> None:
    """A mail the operator takes away orders nothing and is not put back; its ticket goes on and says so once."""
    _ask(queues, mail)
    with queues.mailbox.server.client() as client:
        client.create_folder(f"{queues.root}Archive")
    queues.move("open", f"{queues.root}Archive")
    for _ in range(3):
        queues.connect()
        queues.work()

    assert queues.where() == {}
    assert queues.stage.ticket().status == "new"
    assert queues.events()[1:] == [("queue.left", "mailbox", "open", "")]

    queues.move(f"{queues.root}Archive", "done")
    queues.work()

    assert queues.where() == {"done": ["m1"]}
    assert queues.stage.ticket().status == "solved"


def test_a_mail_marked_as_deleted_is_gone(queues: QueueDesk, mail: Mail) -> None:
    """A mail client without MOVE leaves the old mail marked as deleted: it counts as gone, the copy as moved."""
    _ask(queues, mail)
    queues.move("open", "waiting", copy=True)
    with queues.mailbox.server.client() as client:
        client.select_folder(queues.name("open"))
        client.add_flags(client.search(), [b"\\Deleted"])
    queues.work()

    assert queues.stage.ticket().status == "pending"
    assert queues.where() == {"waiting": ["m1"]}


def test_a_copy_in_two_folders(queues: QueueDesk, mail: Mail) -> None:
    """A mail copied into Done is solved; neither copy is lost, and both lie there in the end."""
    _ask(queues, mail)
    queues.move("open", "done", copy=True)
    queues.work()

    assert queues.stage.ticket().status == "solved"
    assert queues.where() == {"done": ["m1", "m1"]}
    assert len(queues.mailbox.taken()) == 1
    assert queues.work() == 0


@on_both
def test_a_mail_nobody_knows_becomes_a_ticket(queues: QueueDesk, mail: Mail) -> None:
    """Dragged into Open from anywhere a mail is a question like any other; in Done it is filed and nobody is answered."""
    queues.work()
    queues.mailbox.put(mail(message_id="<m1@customer.test>"), folder=queues.name("open"))
    other = mail(message_id="<m2@other.test>", from_="Otto <otto@other.test>", subject="Old story")
    queues.mailbox.put(other, folder=queues.name("done"))
    queues.work()

    assert queues.where() == {"open": ["m1"], "done": ["m2"]}
    assert sorted(one.status for one in queues.stage.tickets) == ["closed", "new"]
    assert {sent.queued.recipients for sent in queues.stage.written("acknowledgement")} == {
        ("carla@customer.test",)
    }


def test_history_stays_where_it_lies(mailbox: Any, lite_stage: Any, mail: Mail) -> None:
    """What lay in the inbox long before the desk came is not moved; moved by hand it is a command like any other."""
    mailbox.put(mail(message_id="<old@customer.test>"), age=dt.timedelta(days=30))
    queues = QueueDesk(mailbox, lite_stage, f"Q{mailbox.name}")
    mailbox.read()
    queues.work()
    assert queues.where() == {"inbox": ["old"]}
    assert queues.stage.ticket().status == "closed"

    queues.move("inbox", "open")
    queues.work()
    queues.hang_up()

    assert queues.where() == {"open": ["old"]}
    assert queues.stage.ticket().status == "open"
    assert not queues.stage.written()


@on_both
def test_a_renamed_folder_orders_nothing(queues: QueueDesk, mail: Mail) -> None:
    """A queue folder the operator renames takes its mails away; a new one is made, and nothing happens to tickets."""
    _ask(queues, mail)
    queues.move("open", "waiting")
    queues.work()
    with queues.mailbox.server.client() as client:
        client.rename_folder(queues.name("waiting"), f"{queues.root}Parked")
    for _ in range(3):
        queues.connect()
        queues.work()

    assert queues.stage.ticket().status == "pending"
    assert queues.where() == {}
    with queues.mailbox.server.client() as client:
        assert client.folder_exists(queues.name("waiting"))

    queues.move(f"{queues.root}Parked", "waiting")
    queues.work()
    assert queues.stage.ticket().status == "pending"
    assert queues.where() == {"waiting": ["m1"]}


def test_a_folder_renamed_in_the_configuration_too(queues: QueueDesk, mail: Mail) -> None:
    """Renamed on the server and in config.toml, a folder is the same queue with the same mails."""
    _ask(queues, mail)
    queues.move("open", "waiting")
    queues.work()
    with queues.mailbox.server.client() as client:
        client.rename_folder(queues.name("waiting"), f"{queues.root}Parked")
    queues.reconfigure(waiting=f"{queues.root}Parked")
    taken = len(queues.events())
    queues.work()

    assert queues.stage.ticket().status == "pending"
    assert queues.where() == {"waiting": ["m1"]}
    assert len(queues.events()) == taken


@on_both
def test_new_uidvalidity_orders_nothing(queues: QueueDesk, mail: Mail) -> None:
    """Folders that come back with new UIDs, with yesterday's mails in them, give no order: the tickets stand."""
    _ask(queues, mail)
    queues.move("open", "done")
    queues.work()
    with queues.mailbox.server.client() as client:
        client.select_folder(queues.name("done"))
        raw = client.fetch(client.search(), ["BODY.PEEK[]"])
        for place in ("done", "open"):
            client.select_folder(queues.mailbox.name)
            client.delete_folder(queues.name(place))
            client.create_folder(queues.name(place))
        client.append(queues.name("open"), next(iter(raw.values()))[b"BODY[]"])
    queues.connect()
    queues.work()

    assert queues.stage.ticket().status == "solved"
    assert queues.where() == {"done": ["m1"]}
    assert len(queues.mailbox.taken()) == 1


def test_a_filter_cannot_keep_the_desk_busy(queues: QueueDesk, mail: Mail) -> None:
    """A filter that puts every mail back into the same folder ends in peace after a few moves, whatever it wants."""
    _ask(queues, mail)
    _ask(queues, mail, "m2", in_reply_to="<m1@customer.test>")
    for _ in range(25):
        lies = queues.where()
        for place, ids in lies.items():
            for name, goal in (("m1", "done"), ("m2", "late")):
                if name in ids and place != goal:
                    queues.move(place, goal, name)
        queues.look()
        queues.think()

    moves = [one for one in queues.events("queue.moved") if one[1] == "desk"]
    assert len(moves) <= 26
    ended = len(queues.events())
    for _ in range(3):
        queues.connect()
        queues.look()
        queues.think()
    assert len(queues.events()) == ended


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
    _ask(queues, mail)
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
    _ask(queues, mail)
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
    _ask(queues, mail)
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
    _ask(queues, mail)

    assert queues.where() == {"open": ["m1"]}
    assert any("Monday" in one.getMessage() for one in caplog.records if one.levelname == "ERROR")
    queues.hang_up()


def test_a_move_that_is_refused_stops_no_other(
    queues: QueueDesk, meddler: Any, mail: Mail, caplog: pytest.LogCaptureFixture
) -> None:
    """A folder the server moves nothing into is told of in the log; mails that go elsewhere go there."""
    _ask(queues, mail)
    _ask(queues, mail, "m2", from_="Otto <otto@other.test>", subject="Bill", body="Where is my bill?")
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
    _ask(queues, mail)
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
