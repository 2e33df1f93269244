import datetime as dt
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from inboxd.configalarm import AlarmPlan
from inboxd.configintake import ImapAccount
from inboxd.core.folder_walk import Cursor
from inboxd.core.parse import parse
from inboxd.jobs import observe
from inboxd.jobs.stale import withdraw_stale
from inboxd.jobs.watch import Watch
from inboxd.secretsource import SecretSource
from inboxd.store import cursors, mails, vital_signs
from inboxd.store.engine import read, write

ACCOUNT = ImapAccount("imap.acme.test", 993, "tls", "support@acme.test", SecretSource(), "INBOX")


@pytest.fixture(autouse=True)
def large_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on how full this machine's disk is."""
    monkeypatch.setattr(observe.shutil, "disk_usage", lambda _: _usage(10, 100))


def _usage(free: int, total: int) -> Any:
    return type("Usage", (), {"free": free * 2**30, "total": total * 2**30})


def plan(folder: Path, **changes: Any) -> AlarmPlan:
    """Return a second channel into the Maildir ``folder``."""
    made = AlarmPlan(
        address="ada@elsewhere.test",
        transport="maildir",
        maildir=folder,
        host="",
        port=25,
        tls="none",
        user="",
        password=SecretSource(),
        sender="ada@elsewhere.test",
        command=(),
        timeout=dt.timedelta(seconds=10),
    )
    return replace(made, **changes)


def watch_of(stage: Any, **options: Any) -> Watch:
    """Return a watch over the stage's desk as a daemon has it that starts now."""
    return Watch(stage.desk.config, stage.desk.engine, stage.clock, since=stage.clock(), **options)


def polled(stage: Any) -> None:
    """Let the mailbox be read successfully now."""
    with write(stage.desk.engine) as connection:
        cursor = Cursor(
            uidvalidity=1, uid=1, modseq=0, archive_uid=0, archive_before=None, polled_at=stage.clock()
        )
        cursors.save(connection, ACCOUNT.mailbox, ACCOUNT.folder, cursor)


def subjects(stage: Any, to: str = "ada@acme.test") -> list[str]:
    """Return the subjects of the alarms one operator got by the usual way."""
    return [one.queued.subject for one in stage.written("alarm") if one.queued.recipients == (to,)]


def lying(folder: Path) -> list[Any]:
    """Return the mails in a Maildir, in the order they came."""
    files = (
        sorted((folder / "new").glob("*"), key=lambda one: one.stat().st_mtime_ns) if folder.exists() else []
    )
    return [parse(one.read_bytes()) for one in files]


def test_a_silent_mailbox(stage: Any) -> None:
    """No successful poll for 15 minutes is told every operator once, a restart repeats nothing, the recovery is told."""
    stage.configure(intake=replace(stage.desk.config.intake, imap=(ACCOUNT,)))
    polled(stage)
    watch = watch_of(stage)
    for _ in range(14):
        watch.step()
        stage.clock.advance(minutes=1)
    assert subjects(stage) == []
    for _ in range(30):
        stage.clock.advance(minutes=1)
        watch.step()
    watch = watch_of(stage)
    for _ in range(30):
        stage.clock.advance(minutes=1)
        watch.step()
    assert subjects(stage) == ["⚠ Acme Support: no mail can be fetched"]
    assert subjects(stage, "grace@acme.test") == subjects(stage)
    sent = stage.written("alarm")[0].mail
    assert (
        "INBOX of support@acme.test at imap.acme.test could not be read since 2026-11-16 10:00 UTC"
        in sent.text
    )
    assert (sent.header("X-Inboxd-Kind"), sent.header("Auto-Submitted")) == ("alarm", "auto-generated")

    polled(stage)
    watch.step()
    assert subjects(stage)[1:] == ["✓ Acme Support: back to normal"]
    assert "It is over: INBOX" in stage.written("alarm")[-1].mail.text


def test_a_mailbox_that_never_answers(lite_stage: Any) -> None:
    """A folder that cannot be read from the first day is silent after 15 minutes too, also for runs of a moment."""
    lite_stage.configure(intake=replace(lite_stage.desk.config.intake, imap=(ACCOUNT,)))
    for _ in range(4):
        Watch(lite_stage.desk.config, lite_stage.desk.engine, lite_stage.clock).step()
        lite_stage.clock.advance(minutes=5)
    assert len(subjects(lite_stage)) == 1


def test_a_machine_that_slept(lite_stage: Any) -> None:
    """After a night's sleep the mailbox has its quarter of an hour before anybody is woken."""
    lite_stage.configure(intake=replace(lite_stage.desk.config.intake, imap=(ACCOUNT,)))
    polled(lite_stage)
    watch = watch_of(lite_stage)
    watch.step()
    lite_stage.clock.advance(hours=8)
    watch.step()
    assert subjects(lite_stage) == []


def test_mail_that_cannot_be_sent(lite_stage: Any, mail: Callable[..., bytes], tmp_path: Path) -> None:
    """With a channel of its own the alarm gets out though nothing else does, and its mail says what it is."""
    lite_stage.configure(alarm=plan(tmp_path / "alarms"))
    lite_stage.take(mail())
    watch = watch_of(lite_stage)
    for _ in range(70):
        lite_stage.clock.advance(minutes=1)
        watch.step()
    (alarm,) = lying(tmp_path / "alarms")
    assert alarm.subject == "⚠ Acme Support: mail cannot be sent"
    assert "2 mails wait to be sent, the oldest since 2026-11-16 10:00 UTC" in alarm.text
    assert (alarm.header("X-Inboxd-Kind"), alarm.from_.key) == ("alarm", "ada@elsewhere.test")
    assert lite_stage.desk.tokens.read_message_id(alarm.message_id) is not None
    assert lite_stage.written("alarm") == []


def test_an_outage_of_two_days_is_one_alarm(lite_stage: Any, mail: Callable[..., bytes]) -> None:
    """Without a second channel the alarm waits with everything else: of its reminders only the newest leaves, and the all-clear."""
    lite_stage.take(mail())
    watch = watch_of(lite_stage)
    for _ in range(50 * 12):
        lite_stage.clock.advance(minutes=5)
        watch.step()
    withdraw_stale(lite_stage.desk, lite_stage.clock())
    waiting = [one.queued for one in lite_stage.written("alarm") if one.queued.state == "queued"]
    assert len(lite_stage.written("alarm")) == 6
    assert [one.recipients[0] for one in waiting] == ["ada@acme.test", "grace@acme.test"]


def test_a_channel_that_fails(lite_stage: Any, tmp_path: Path) -> None:
    """The operators are told by the usual way, once; the channel is tried on, and gets it when it is back."""
    blocked = tmp_path / "alarms"
    blocked.write_text("no folder")
    lite_stage.configure(alarm=plan(blocked))
    deaths = [lite_stage.clock()] * 9
    watch = watch_of(lite_stage, deaths=lambda: deaths)
    for _ in range(3):
        watch.step()
        lite_stage.clock.advance(minutes=1)
    assert subjects(lite_stage) == ["⚠ Acme Support: mail is not processed"]
    blocked.unlink()
    for _ in range(9):
        watch.step()
        lite_stage.clock.advance(minutes=1)
    assert [one.subject for one in lying(blocked)] == ["⚠ Acme Support: mail is not processed"]
    assert len(subjects(lite_stage)) == 1


def test_a_command(lite_stage: Any, tmp_path: Path) -> None:
    """A program gets the words on its standard input and in its arguments, and no shell reads them."""
    out = tmp_path / "out"
    script = "import os,sys; open(sys.argv[1],'a').write(sys.argv[2]+'|'+os.environ['INBOXD_ALARM_STEP']+'|'+sys.stdin.read())"
    command = (sys.executable, "-c", script, str(out), "{kind} {subject} $(id) {json}")
    lite_stage.configure(alarm=plan(tmp_path, address="", command=command))
    deaths = [lite_stage.clock()] * 9
    watch_of(lite_stage, deaths=lambda: deaths).step()
    said = out.read_text()
    assert said.startswith("worker_fails ⚠ Acme Support: mail is not processed $(id) {json}|raised|")
    assert "The worker ended 9 times" in said


def test_everything_else(
    lite_stage: Any, monkeypatch: pytest.MonkeyPatch, mail: Callable[..., bytes]
) -> None:
    """A full disk, a mail a fault holds, a model that fails and mail that is not processed are told as what they are."""
    monkeypatch.setattr(observe.shutil, "disk_usage", lambda _: _usage(1, 100))
    mail_id = lite_stage.accept(mail())
    with write(lite_stage.desk.engine) as connection:
        mails.hold(connection, mail_id, "KeyError while processing", "Traceback …", lite_stage.clock())
        vital_signs.note_model(connection, "OSError: no weights", lite_stage.clock())
    lite_stage.accept(mail("Another question"))
    watch = watch_of(lite_stage)
    watch.step()
    lite_stage.clock.advance(hours=1)
    watch.step()
    lite_stage.clock.advance(minutes=16)
    watch.step()
    for _ in range(16):
        lite_stage.clock.advance(minutes=1)
        watch.step()
    assert {one.removeprefix("⚠ Acme Support: ") for one in subjects(lite_stage)} == {
        "the disk is nearly full",
        "a mail is held",
        "nothing is answered by itself",
        "mail is not processed",
    }


def test_what_the_digest_shows_is_no_alarm(lite_stage: Any, mail: Callable[..., bytes]) -> None:
    """A mail that a rule or a forgery's proof holds stands in the digest; without digests a day later it is an alarm."""
    lite_stage.rules(
        '[[rule]]\nname = "hold"\nwhy = "x"\non = ["ticket.created"]\nthen.hold = "look at it"\n'
    )
    lite_stage.take(mail())
    assert lite_stage.stored(1).state == "held"
    lite_stage.clock.advance(days=3)
    watch_of(lite_stage).step()
    assert subjects(lite_stage) == []
    lite_stage.configure(digest=replace(lite_stage.desk.config.digest, enabled=False))
    watch_of(lite_stage).step()
    assert subjects(lite_stage) == ["⚠ Acme Support: a mail is held"]


def test_a_store_that_is_gone(lite_stage: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its store the desk still tells that it is gone, once, by its channel, and when it is back."""
    lite_stage.configure(alarm=plan(tmp_path / "alarms"))
    watch = watch_of(lite_stage)
    watch.step()
    connect = lite_stage.desk.engine.connect

    def gone() -> None:
        raise OperationalError("select 1", {}, OSError("disk I/O error"))

    with monkeypatch.context() as patched:
        patched.setattr(lite_stage.desk.engine, "connect", gone)
        for _ in range(12):
            lite_stage.clock.advance(minutes=1)
            watch.step()
    assert lite_stage.desk.engine.connect == connect
    watch.step()
    assert [one.subject for one in lying(tmp_path / "alarms")] == [
        "⚠ Acme Support: the database does not answer",
        "✓ Acme Support: back to normal",
    ]


def test_a_broken_template_silences_nothing(lite_stage: Any, tmp_path: Path) -> None:
    """An operator's own alarm template with a mistake gives way to the shipped one."""
    folder = tmp_path / "rules" / "templates"
    folder.mkdir(parents=True)
    (folder / "alarm.md").write_text("Subject: {{ nonsense }}\n\n{% if %}")
    lite_stage.configure(alarm=plan(tmp_path / "alarms"), rules=tmp_path / "rules")
    deaths = [lite_stage.clock()] * 9
    watch_of(lite_stage, deaths=lambda: deaths).step()
    assert len(lying(tmp_path / "alarms")) == 1


def test_the_watch_never_dies(lite_stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a look raises, the front lives on, and the next look is a look again."""
    watch = watch_of(lite_stage)
    with monkeypatch.context() as patched:
        patched.setattr(observe.shutil, "disk_usage", lambda _: 1 / 0)
        assert watch.step() is False
    with read(lite_stage.desk.engine) as connection:
        assert vital_signs.to_send(connection).number == 0
    assert watch.step() is False
