"""A ticket with a mailbox in memory beside it, for what the desk changes there."""

import datetime as dt
import itertools
from collections.abc import Collection, Mapping, Sequence
from email import message_from_bytes
from email.message import Message

from sqlalchemy import Engine, select

from inboxd.configintake import ImapAccount
from inboxd.core.folder_walk import FolderState
from inboxd.core.special_folders import ListedFolder
from inboxd.core.states import TicketStatus
from inboxd.core.ticket import Ticket
from inboxd.errors import PermanentError
from inboxd.outgoing.imap_folders import MailboxDesk, work_one
from inboxd.secretsource import SecretSource
from inboxd.store import core_tables, customers, drafts, mailbox_work, outbox, tickets
from inboxd.store.drafts import NewDraft
from inboxd.store.engine import read, write
from inboxd.store.mailbox_work import NewWork
from inboxd.store.outbox import NewOutgoing

MONDAY = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
ACCOUNT = ImapAccount("imap.test", 993, "tls", "support", SecretSource(), "INBOX")
OFFERED = b"Message-ID: <t1.d%d.sig@acme.test>\r\nX-Inboxd-Draft: t1.d%d.sig\r\nIn-Reply-To: <q@c.test>\r\n\r\nOffered\r\n"


class FakeMailbox:
    """A mailbox in memory; ``fault`` is raised once, by the next command that can fail."""

    def __init__(self) -> None:
        self.folders: dict[str, dict[int, bytes]] = {"INBOX": {}, "Sent": {}, "Drafts": {}}
        self.keeps_sent = False
        self.tells_uid = True
        self.life = 1
        self.fault: Exception | None = None
        self._uids = itertools.count(1)
        self._open = "INBOX"

    def list_folders(self) -> Sequence[ListedFolder]:
        """Return all folders."""
        self._maybe_fail()
        return [ListedFolder((), "/", name) for name in self.folders]

    def create_folder(self, folder: str) -> None:
        """Make a folder."""
        self._maybe_fail()
        self.folders[folder] = {}

    def select(self, folder: str, *, readonly: bool) -> FolderState:
        """Open a folder."""
        del readonly
        self._maybe_fail()
        if folder not in self.folders:
            raise PermanentError("no such folder")
        self._open = folder
        return FolderState(self.life, 1000)

    def append(
        self, folder: str, raw: bytes, flags: Sequence[str], at: dt.datetime
    ) -> tuple[int, int] | None:
        """Put a mail there."""
        assert flags
        assert at.tzinfo
        self._maybe_fail()
        uid = next(self._uids)
        self.folders[folder][uid] = raw
        return (self.life, uid) if self.tells_uid else None

    def search_message_id(self, message_id: str, since: dt.date) -> tuple[int, ...]:
        """Find mails by their id."""
        assert since < MONDAY.date()
        return tuple(uid for uid, raw in self._lying() if message_id.encode() in raw)

    def uids_from(self, first: int) -> tuple[int, ...]:
        """Return what lies there."""
        return tuple(uid for uid, _ in self._lying() if uid >= first)

    def fetch_ids(self, uids: Collection[int]) -> Mapping[int, Message]:
        """Return the header fields."""
        return {uid: message_from_bytes(raw) for uid, raw in self._lying() if uid in uids}

    def fetch(self, uids: Sequence[int], section: str = "") -> Mapping[int, bytes]:
        """Return the bytes."""
        del section
        return {uid: raw for uid, raw in self._lying() if uid in uids}

    def remove(self, uids: Collection[int]) -> None:
        """Delete mails."""
        self._maybe_fail()
        for uid in uids:
            del self.folders[self._open][uid]

    def _lying(self) -> list[tuple[int, bytes]]:
        return sorted(self.folders[self._open].items())

    def _maybe_fail(self) -> None:
        fault, self.fault = self.fault, None
        if fault is not None:
            raise fault


class Scene:
    """A ticket with a mailbox beside it."""

    def __init__(self, engine: Engine) -> None:
        self.now = MONDAY
        self.mailbox = FakeMailbox()
        self.desk = MailboxDesk(ACCOUNT, engine, lambda: self.now)
        with write(engine) as connection:
            customer = customers.insert_customer(connection, "carla@customer.test", "Carla", "en", MONDAY)
            ticket = Ticket(1, "Export", customer, MONDAY, MONDAY, status=TicketStatus.OPEN)
            tickets.insert_ticket(connection, ticket)

    def offer(self, draft_id: int) -> None:
        """Let the desk lay a draft ready."""
        new = NewDraft(
            draft_id,
            ACCOUNT.mailbox,
            1,
            None,
            "export",
            f"<t1.d{draft_id}.sig@acme.test>",
            "<q@c.test>",
            "carla@customer.test",
            "Offered",
            OFFERED % (draft_id, draft_id),
        )
        with write(self.desk.engine) as connection:
            drafts.insert_draft(connection, new, self.now)
        self.queue(mailbox_work.APPEND_DRAFT, draft_id)

    def withdraw(self, draft_id: int) -> None:
        """Let the desk take a draft away."""
        with write(self.desk.engine) as connection:
            drafts.end(connection, draft_id, drafts.DraftState.WITHDRAWN, "test", self.now)
            mailbox_work.cancel_for_draft(connection, draft_id, mailbox_work.APPEND_DRAFT)
        self.queue(mailbox_work.DELETE_DRAFT, draft_id)

    def queue(self, kind: str, draft_id: int | None = None, outbox_id: int | None = None) -> None:
        """Queue a change."""
        work = NewWork(kind, ACCOUNT.mailbox, f"{kind}:{draft_id}:{outbox_id}", 1, outbox_id, draft_id)
        with write(self.desk.engine) as connection:
            mailbox_work.enqueue(connection, work, self.now)

    def answer(self) -> None:
        """Queue an answer, and its copy in Sent."""
        mail = NewOutgoing(
            1, "relay", False, "", ("carla@customer.test",), "Re", "<t1.m1.sig@acme.test>", b"x"
        )
        with write(self.desk.engine) as connection:
            outbox.enqueue(connection, mail, self.now)
        self.queue(mailbox_work.APPEND_SENT, outbox_id=1)

    def sent(self) -> None:
        """Let the answer have left."""
        with write(self.desk.engine) as connection:
            row = core_tables.outbox
            connection.execute(row.update().values(state="sent", sent_at=self.now))

    def work(self) -> int:
        """Make all changes that are due; return how many."""
        done = 0
        while work_one(self.desk, self.mailbox):
            done += 1
        return done

    def state(self) -> tuple[str, int, str]:
        """Return state, attempts and the last reply of the newest change."""
        row = core_tables.mailbox_work
        with read(self.desk.engine) as connection:
            found = connection.execute(select(row).order_by(row.c.id.desc())).mappings().first()
        assert found is not None
        return found["state"], found["attempts"], found["last_reply"]

    def draft(self, draft_id: int = 1) -> drafts.Draft:
        """Return a draft."""
        with read(self.desk.engine) as connection:
            found = drafts.find(connection, draft_id)
        assert found is not None
        return found
