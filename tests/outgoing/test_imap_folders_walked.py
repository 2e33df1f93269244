"""Whatever an operator does to his drafts while the desk does its part: on many ways, step by step."""

import datetime as dt
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from drafts_scene import ACCOUNT, Scene
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import event, select

from inboxd.errors import PermanentError, TransientError
from inboxd.outgoing.imap_drafts import find_missing, note_gone
from inboxd.store import core_tables
from inboxd.store.engine import open_engine, read


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
        row = core_tables.draft_raw
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
