"""Changes in the mailbox: tried again, never made twice, and nothing the operator wrote is lost by them."""

import datetime as dt

import pytest
from drafts_scene import ACCOUNT, FakeMailbox, Scene
from sqlalchemy import Engine, func, select

from inboxd.errors import PermanentError, TransientError
from inboxd.outgoing.imap_drafts import find_missing
from inboxd.outgoing.imap_folders import folder_of
from inboxd.store import core_tables, drafts, mailbox_work
from inboxd.store.engine import read, write


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


def test_the_store_counts_what_it_has(scene: Scene) -> None:
    """A second offer of the same thing is not queued twice."""
    scene.offer(1)
    scene.queue(mailbox_work.APPEND_DRAFT, 1)
    row = core_tables.mailbox_work
    with read(scene.desk.engine) as connection:
        assert connection.execute(select(func.count()).select_from(row)).scalar_one() == 1
