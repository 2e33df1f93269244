"""What the desk finds in its queue folders and did not put there: deleted, copied, unknown, renamed, moved by a filter."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from queue_desk import QueueDesk, on_both

Mail = Callable[..., bytes]


def test_a_deleted_mail_stays_deleted(queues: QueueDesk, mail: Mail) -> None:
    """A mail the operator takes away orders nothing and is not put back; its ticket goes on and says so once."""
    queues.ask(mail)
    with queues.mailbox.server.client() as client:
        client.create_folder(f"{queues.root}Archive")
    queues.move("open", f"{queues.root}Archive")
    queues.work_on()

    assert queues.where() == {}
    assert queues.stage.ticket().status == "new"
    assert queues.events()[1:] == [("queue.left", "mailbox", "open", "")]

    queues.move(f"{queues.root}Archive", "done")
    queues.work()

    assert queues.where() == {"done": ["m1"]}
    assert queues.stage.ticket().status == "solved"


def test_a_mail_marked_as_deleted_is_gone(queues: QueueDesk, mail: Mail) -> None:
    """A mail client without MOVE leaves the old mail marked as deleted: it counts as gone, the copy as moved."""
    queues.ask(mail)
    queues.move("open", "waiting", copy=True)
    with queues.mailbox.server.client() as client:
        client.select_folder(queues.name("open"))
        client.add_flags(client.search(), [b"\\Deleted"])
    queues.work()

    assert queues.stage.ticket().status == "pending"
    assert queues.where() == {"waiting": ["m1"]}


def test_a_copy_in_two_folders(queues: QueueDesk, mail: Mail) -> None:
    """A mail copied into Done is solved; neither copy is lost, and both lie there in the end."""
    queues.ask(mail)
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
    queues.ask_and_move(mail, "waiting")
    queues.rename("waiting", f"{queues.root}Parked")
    queues.work_on()

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
    queues.ask_and_move(mail, "waiting")
    queues.rename("waiting", f"{queues.root}Parked")
    queues.reconfigure(waiting=f"{queues.root}Parked")
    taken = len(queues.events())
    queues.work()

    assert queues.stage.ticket().status == "pending"
    assert queues.where() == {"waiting": ["m1"]}
    assert len(queues.events()) == taken


@on_both
def test_new_uidvalidity_orders_nothing(queues: QueueDesk, mail: Mail) -> None:
    """Folders that come back with new UIDs, with yesterday's mails in them, give no order: the tickets stand."""
    queues.ask_and_move(mail, "done")
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
    queues.ask(mail)
    queues.ask(mail, "m2", in_reply_to="<m1@customer.test>")
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
