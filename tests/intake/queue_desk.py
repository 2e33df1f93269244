"""A whole desk around a throw-away mailbox with queue folders, and the operator's hands in his mail client."""

import contextlib
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from imap_mailbox import Mailbox
from imapclient import IMAPClient

from inboxd.configfolders import FoldersModel, QueueFolders, read_folders
from inboxd.core.queue_folders import Queue
from inboxd.desk import Desk
from inboxd.intake.imap import poll_folder
from inboxd.intake.imap_session import open_client
from inboxd.intake.queue_box import Box, boxes
from inboxd.intake.queue_folders import Visit
from inboxd.intake.queue_session import QueueSession
from inboxd.jobs.chase import chase
from inboxd.jobs.queue_folders import follow_queue_folders
from inboxd.jobs.snooze import wake_up
from inboxd.loops import until_idle
from inboxd.pipeline import process_one
from inboxd.store import queue_mails
from inboxd.store.engine import read

_MOST_ROUNDS = 12
on_both = pytest.mark.parametrize("server", ["pymap", "dovecot"], indirect=True)


def queue_folders(root: str, **changes: Any) -> QueueFolders:
    """Return queue folders below ``root``, as config.toml would make them."""
    queues = {
        name: f"{root}/{name.title()}" for name in ("open", "waiting", "late", "done", "spam", "snooze")
    }
    folders = read_folders(FoldersModel(**{**queues, **changes}))
    assert folders is not None
    return folders


@dataclass
class QueueDesk:
    """A desk (``stage``) that reads a mailbox and keeps queue folders in it."""

    mailbox: Mailbox
    stage: Any
    root: str
    changes: dict[str, Any] = field(default_factory=dict)
    separator: str = "/"
    session: QueueSession | None = None
    visit: Visit | None = None

    def __post_init__(self) -> None:
        self.mailbox.changes["folders"] = queue_folders(self.root, **self.changes)
        self.stage.configure(intake=self.mailbox.config.intake)

    @property
    def box(self) -> Box:
        """The mailbox as the desk works in it."""
        (found,) = boxes(self.mailbox.config, self.mailbox.engine, self.mailbox.clock)
        return found

    def connect(self) -> None:
        """Let the desk connect anew, as it does after a restart or when the server hung up."""
        self.hang_up()
        self.session = QueueSession(open_client(self.mailbox.account))
        self.visit = Visit(self.box, self.session)

    def hang_up(self) -> None:
        """Close the desk's connection."""
        if self.session is not None:
            self.session.close()
            self.session = None

    def work(self) -> int:
        """Read the inbox, look into the queues, let the desk decide, move; until nothing moves. How often it moved."""
        if self.session is None or self.visit is None:
            self.connect()
        assert self.session is not None
        assert self.visit is not None
        moved = 0
        for _ in range(_MOST_ROUNDS):
            poll_folder(self.mailbox.folder(), self.session)
            done = self.visit.work()
            moved += done
            if not done + self.think():
                break
        return moved

    def ask(self, mail: Callable[..., bytes], name: str = "m1", **headers: Any) -> None:
        """Let a customer's mail arrive, and work."""
        self.mailbox.put(mail(message_id=f"<{name}@customer.test>", **headers))
        self.work()

    def ask_and_move(self, mail: Callable[..., bytes], to: str) -> None:
        """Let a customer's mail arrive, and the operator move it from Open; work after each."""
        self.ask(mail)
        self.move("open", to)
        self.work()

    def work_on(self) -> None:
        """Connect anew and work, three times: nothing may come of it later."""
        for _ in range(3):
            self.connect()
            self.work()

    def look(self) -> int:
        """Look into the queues and move what is due; nothing is decided. Return how many mails were moved."""
        assert self.visit is not None
        return self.visit.work()

    def think(self) -> int:
        """Let the desk process mails and run the jobs that matter here; how much it did."""
        desk, jobs = self.stage.desk, (follow_queue_folders, chase, wake_up)
        steps = (lambda: process_one(desk), *(partial(_run, desk, job) for job in jobs))
        return until_idle(steps)

    def name(self, place: str) -> str:
        """Return the name of a place's folder on the server."""
        names = {Queue.INBOX.value: self.mailbox.name, **self.box.folders.names}
        return names[place].replace("/", self.separator) if place in names else place

    @property
    def places(self) -> tuple[str, ...]:
        """Return all places there are."""
        return (Queue.INBOX.value, *self.box.folders.names)

    def where(self) -> dict[str, list[str]]:
        """Return the Message-IDs of the mails that lie in each place that is not empty."""
        found = {}
        with self.mailbox.server.client() as client:
            for place in self.places:
                with contextlib.suppress(Exception):
                    client.select_folder(self.name(place), readonly=True)
                    ids = _message_ids(client, client.search(["UNDELETED"]))
                    found |= {place: sorted(ids.values())} if ids else {}
        return found

    def move(self, place: str, to: str, *ids: str, copy: bool = False) -> None:
        """Move mails (none named: all) as the operator does, or only copy them; ``to`` is a place or any folder."""
        target = self.name(to)
        with self.mailbox.server.client() as client:
            client.select_folder(self.name(place))
            lying = _message_ids(client, client.search())
            uids = [uid for uid, name in lying.items() if not ids or name in ids]
            assert uids, f"nothing to move in {place}"
            if copy:
                client.copy(uids, target)
            else:
                client.move(uids, target)

    def rename(self, place: str, name: str) -> None:
        """Let the operator give a place's folder another name."""
        with self.mailbox.server.client() as client:
            client.rename_folder(self.name(place), name)

    def events(self, *kinds: str) -> list[tuple[str, str, str, str]]:
        """Return (kind, actor, from, to) of the events of queue folders, oldest first."""
        kinds = kinds or ("queue.moved", "queue.refused", "queue.left")
        return [
            (one.kind, one.actor, one.detail.get("from", ""), one.detail.get("to", ""))
            for one in self.stage.events(*kinds)
        ]

    def known(self) -> dict[int, Any]:
        """Return what the desk knows of its mails in the queues."""
        with read(self.mailbox.engine) as connection:
            return queue_mails.load(connection, self.mailbox.account.mailbox)

    def reconfigure(self, **changes: Any) -> None:
        """Give the queue folders other names."""
        self.mailbox.changes["folders"] = queue_folders(self.root, **changes)
        self.stage.configure(intake=self.mailbox.config.intake)
        self.hang_up()


def _run(desk: Desk, job: Callable[[Desk, dt.datetime], int]) -> bool:
    return job(desk, desk.now) > 0


def _message_ids(client: IMAPClient, uids: list[int]) -> dict[int, str]:
    """Return by UID what stands before the @ in each mail's Message-ID, asked for in one go."""
    found = client.fetch(uids, ["ENVELOPE"]) if uids else {}
    return {
        uid: found[uid][b"ENVELOPE"].message_id.decode().strip("<>").partition("@")[0] if uid in found else ""
        for uid in uids
    }
