"""Changes in the mailbox: tried again, never made twice, and nothing the operator wrote is lost by them."""

import datetime as dt
import itertools
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import Engine, event, func, select

from inboxd.configintake import ImapAccount
from inboxd.core.folder_walk import FolderState
from inboxd.core.special_folders import ListedFolder
from inboxd.core.states import TicketStatus
from inboxd.core.ticket import Ticket
from inboxd.errors import PermanentError, TransientError
from inboxd.outgoing.imap_drafts import find_missing, note_gone
from inboxd.outgoing.imap_folders import MailboxDesk, folder_of, work_one
from inboxd.secretsource import SecretSource
from inboxd.store import customers, drafts, mailbox_work, outbox, tickets
from inboxd.store.drafts import NewDraft
from inboxd.store.engine import open_engine, read, write
from inboxd.store.mailbox_work import NewWork
from inboxd.store.outbox import NewOutgoing
from inboxd.store.tables import OutboxRow, table_of
from inboxd.store.tables_mailbox import DraftRawRow, MailboxWorkRow

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
            row = table_of(OutboxRow)
            connection.execute(row.update().values(state="sent", sent_at=self.now))

    def work(self) -> int:
        """Make all changes that are due; return how many."""
        done = 0
        while work_one(self.desk, self.mailbox):
            done += 1
        return done

    def state(self) -> tuple[str, int, str]:
        """Return state, attempts and the last reply of the newest change."""
        row = table_of(MailboxWorkRow)
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


@pytest.fixture
def scene(engine: Engine) -> Scene:
    """A ticket with a mailbox beside it, on both databases."""
    return Scene(engine)


def test_a_copy_waits_until_the_mail_has_left(scene: Scene) -> None:
    """Nothing lies in Sent that was not sent, and the provider is given a moment to put it there itself."""
    scene.answer()
    assert scene.work() == 0
    scene.sent()
    assert scene.work() == 0
    scene.now += mailbox_work.SETTLING

    assert scene.work() == 1

    assert list(scene.mailbox.folders["Sent"].values()) == [b"x"]
    assert scene.state() == ("done", 1, "put into Sent")


def test_a_copy_the_provider_made_is_enough(scene: Scene) -> None:
    """What lies in Sent under our Message-ID is not put there again."""
    scene.answer()
    scene.sent()
    scene.now += mailbox_work.SETTLING
    scene.mailbox.folders["Sent"][77] = b"Message-ID: <t1.m1.sig@acme.test>"

    scene.work()

    assert list(scene.mailbox.folders["Sent"]) == [77]


@pytest.mark.parametrize(
    "fault", [PermanentError("NO over quota"), TransientError("gone")], ids=["no", "lost"]
)
def test_a_failure_is_tried_again_later(scene: Scene, fault: Exception) -> None:
    """A refusal or a lost connection costs a minute, then five; what the server said is kept."""
    scene.offer(1)
    scene.mailbox.fault = fault
    try:
        assert scene.work() == 1
    except TransientError:
        assert isinstance(fault, TransientError)
    assert scene.state() == ("queued", 1, str(fault))
    assert scene.work() == 0
    scene.now += dt.timedelta(minutes=2)

    assert scene.work() == 1

    assert scene.draft().state == "lying"


def test_after_four_days_it_is_given_up(scene: Scene) -> None:
    """A mailbox that never takes it does not get it for ever, and other changes are made all the same."""
    scene.offer(1)
    for _ in range(60):
        scene.mailbox.fault = PermanentError("NO")
        scene.work()
        scene.now += dt.timedelta(hours=5)

    assert scene.state()[0] == "failed"


def test_two_workers_make_a_change_once(scene: Scene) -> None:
    """Whoever claims second gets nothing."""
    scene.offer(1)
    with write(scene.desk.engine) as connection:
        due = mailbox_work.find_due(connection, ACCOUNT.mailbox, (mailbox_work.APPEND_DRAFT,), scene.now)
        assert due is not None
        assert mailbox_work.claim(connection, *due, scene.now) is not None
        assert mailbox_work.claim(connection, *due, scene.now) is None


def test_kinds_of_others_are_left_to_them(scene: Scene) -> None:
    """A kind this module does not know waits for whoever does."""
    scene.queue("move")

    assert scene.work() == 0
    assert scene.state()[0] == "queued"


def test_a_server_that_tells_no_uid_is_asked(scene: Scene) -> None:
    """Without UIDPLUS the draft is looked for after it was put there."""
    scene.mailbox.tells_uid = False
    scene.offer(1)

    scene.work()

    assert (scene.draft().state, scene.draft().uid) == ("lying", 1)


def test_a_new_life_of_the_folder_loses_no_draft(scene: Scene) -> None:
    """After UIDVALIDITY changed a draft is found again by its mark, and nobody is said to have edited it."""
    scene.offer(1)
    scene.work()
    mailbox = scene.mailbox
    mailbox.life, mailbox.folders["Drafts"] = 2, {3: mailbox.folders["Drafts"][1]}

    assert find_missing(scene.desk.engine, ACCOUNT.mailbox, mailbox) == ()

    draft = scene.draft()
    assert (draft.state, draft.uidvalidity, draft.uid, draft.edited) == ("lying", 2, 3, False)
    scene.withdraw(1)
    scene.work()
    assert mailbox.folders["Drafts"] == {}


def test_only_what_is_kept_is_taken_away(scene: Scene) -> None:
    """Of two edited copies the newer one is kept and goes; the other is left to him."""
    scene.offer(1)
    scene.work()
    lying = scene.mailbox.folders["Drafts"]
    for uid in (8, 9):
        lying[uid] = lying[1] + b"edited %d" % uid
    scene.withdraw(1)
    scene.work()

    with read(scene.desk.engine) as connection:
        (kept,) = drafts.list_unnoted(connection)
    assert kept.raw.endswith(b"edited 9")
    assert list(lying) == [8]


def test_folders_are_found_or_made() -> None:
    """A configured folder is made when it is not there; auto takes the usual one, or makes it."""
    mailbox = FakeMailbox()
    assert folder_of(mailbox, "auto", r"\Sent") == "Sent"
    assert folder_of(mailbox, "Desk/Sent", r"\Sent") == "Desk/Sent"
    del mailbox.folders["Drafts"]
    assert folder_of(mailbox, "auto", r"\Drafts") == "Drafts"
    assert set(mailbox.folders) == {"INBOX", "Sent", "Desk/Sent", "Drafts"}


@pytest.fixture(scope="module")
def template(sqlite_template: Path) -> Iterator[Path]:
    """Hand the migrated file to the machine below, which can have no fixtures."""
    Operator.template = sqlite_template
    yield sqlite_template
    Operator.template = None


class Operator(RuleBasedStateMachine):
    """He edits, deletes, sends and writes drafts of his own while the desk offers and withdraws, and faults happen."""

    template: Path | None = None

    def __init__(self) -> None:
        super().__init__()
        assert Operator.template is not None
        self.folder = Path(tempfile.mkdtemp(prefix="drafts-"))
        shutil.copyfile(Operator.template, self.folder / "desk.db")
        self.engine = open_engine(f"sqlite:///{self.folder / 'desk.db'}")
        event.listen(
            self.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF")
        )
        self.scene = Scene(self.engine)
        self.offered = 0
        self.words: set[bytes] = set()
        self.own: set[bytes] = set()
        self.number = itertools.count(1)

    @property
    def lying(self) -> dict[int, bytes]:
        """Return what lies in Drafts."""
        return self.scene.mailbox.folders["Drafts"]

    @rule()
    def desk_offers(self) -> None:
        """The desk offers a draft in place of the last one."""
        if self.offered:
            self.scene.withdraw(self.offered)
        self.offered += 1
        self.scene.offer(self.offered)

    @precondition(lambda self: self.offered)
    @rule()
    def desk_withdraws(self) -> None:
        """The desk takes its draft away."""
        self.scene.withdraw(self.offered)

    @rule(fault=st.sampled_from((None, PermanentError, TransientError)))
    def desk_works(self, fault: type[Exception] | None) -> None:
        """The desk looks and works; something may fail."""
        self.scene.mailbox.fault = fault("no") if fault else None
        self.scene.now += dt.timedelta(hours=5)
        try:
            missing = find_missing(self.engine, ACCOUNT.mailbox, self.scene.mailbox)
            note_gone(self.engine, missing, self.scene.now)
            self.scene.work()
        except TransientError:
            pass
        self.scene.mailbox.fault = None

    @precondition(lambda self: any(b"t1.d" in raw for raw in self.lying.values()))
    @rule(keeps_id=st.booleans(), data=st.data())
    def he_edits(self, *, keeps_id: bool, data: st.DataObject) -> None:
        """His client saves an edited draft as a new mail and removes the old one."""
        uid = data.draw(st.sampled_from(sorted(uid for uid, raw in self.lying.items() if b"t1.d" in raw)))
        head = self.lying[uid].partition(b"\r\n\r\n")[0] if keeps_id else b"In-Reply-To: <q@c.test>"
        words = b"words %d" % next(self.number)
        self.words.add(words)
        self.scene.mailbox.append("Drafts", head + b"\r\n\r\n" + words, ("x",), self.scene.now)
        # His client removes what it replaces; a text he replaced himself is his to lose.
        self.words -= {one for one in self.words if one in self.lying[uid]}
        del self.lying[uid]

    @precondition(lambda self: self.lying)
    @rule(data=st.data())
    def he_deletes(self, data: st.DataObject) -> None:
        """He deletes a draft."""
        uid = data.draw(st.sampled_from(sorted(self.lying)))
        raw = self.lying.pop(uid)
        self.words -= {one for one in self.words if one in raw}
        self.own -= {raw}

    @rule()
    def he_writes_his_own(self) -> None:
        """He writes a draft of his own."""
        raw = b"Subject: mine %d\r\n\r\nDear tax office" % next(self.number)
        self.own.add(raw)
        self.scene.mailbox.append("Drafts", raw, ("x",), self.scene.now)

    @invariant()
    def his_words_are_somewhere(self) -> None:
        """What he wrote lies in Drafts, or was kept before the desk took it away."""
        row = table_of(DraftRawRow)
        with read(self.engine) as connection:
            kept = [bytes(one) for one in connection.execute(select(row.c.kept)).scalars() if one]
        found = b"\n".join((*self.lying.values(), *kept))
        assert all(words in found for words in self.words)

    @invariant()
    def his_own_drafts_stay(self) -> None:
        """No draft of his own is ever touched."""
        assert self.own <= set(self.lying.values())

    @invariant()
    def one_of_ours_at_most_is_fresh(self) -> None:
        """No draft of ours lies there twice."""
        fresh = [raw for raw in self.lying.values() if b"Offered" in raw]
        assert len(fresh) == len(set(fresh))

    def teardown(self) -> None:
        """In the end the desk can always take all of its drafts away again."""
        if self.offered:
            self.scene.withdraw(self.offered)
        for _ in range(3):
            self.scene.now += dt.timedelta(days=1)
            self.scene.work()
        assert not any(b"Offered" in raw for raw in self.lying.values())
        self.engine.dispose()
        shutil.rmtree(self.folder)


def test_nothing_he_wrote_is_ever_lost(template: Path) -> None:
    """Whatever he and the desk do to the drafts in whatever order, his words are in Drafts or kept."""
    del template
    case: Any = Operator.TestCase
    case.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)
    case().runTest()


def test_the_store_counts_what_it_has(scene: Scene) -> None:
    """A second offer of the same thing is not queued twice."""
    scene.offer(1)
    scene.queue(mailbox_work.APPEND_DRAFT, 1)
    row = table_of(MailboxWorkRow)
    with read(scene.desk.engine) as connection:
        assert connection.execute(select(func.count()).select_from(row)).scalar_one() == 1
