"""The nightly look at the books, and what the digest says of it."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from inboxd.configintake import ImapAccount
from inboxd.core.reconcile import Gap, GapKind
from inboxd.intake import imap_reconcile
from inboxd.jobs.digest import build_digest
from inboxd.jobs.reconcile import reconcile_nightly
from inboxd.secretsource import SecretSource
from inboxd.store import reconciliation
from inboxd.store.engine import read, write

NIGHT = dt.datetime(2026, 11, 17, 4, 0, tzinfo=dt.UTC)
ACCOUNT = ImapAccount("imap.acme.test", 993, "tls", "support@acme.test", SecretSource(), "INBOX")
MINUTE = dt.timedelta(minutes=1)


def test_once_a_night(lite_stage: Any) -> None:
    """However often the job looks and the desk restarts, the books are balanced once a night, after four."""
    desk = lite_stage.desk
    assert reconcile_nightly(desk, lite_stage.clock()) == 1
    times = [
        NIGHT - MINUTE,
        NIGHT,
        NIGHT + MINUTE,
        NIGHT + dt.timedelta(hours=20),
        NIGHT + dt.timedelta(days=3),
    ]

    assert [reconcile_nightly(desk, at) for at in times] == [0, 1, 0, 0, 1]


def test_the_night_is_the_desks_own(lite_stage: Any) -> None:
    """Four o'clock is four o'clock where the desk is."""
    lite_stage.configure(desk=replace(lite_stage.desk.config.desk, timezone="America/New_York"))
    assert reconcile_nightly(lite_stage.desk, lite_stage.clock()) == 1
    four_there = dt.datetime(2026, 11, 17, 9, 0, tzinfo=dt.UTC)

    assert reconcile_nightly(lite_stage.desk, four_there - MINUTE) == 0
    assert reconcile_nightly(lite_stage.desk, four_there) == 1


def test_a_gap_stands_in_the_log_and_in_the_digest(
    stage: Any, mail: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A mail that was lost is named in the log at night and counted in the morning, every morning until it is found."""
    stage.take(mail())
    with write(stage.desk.engine) as connection:
        connection.execute(text("delete from message where mail_id = 1"))

    reconcile_nightly(stage.desk, NIGHT)

    assert "unexplained: mail 1 is marked as filed, and no ticket has it" in caplog.text
    for days in range(3):
        view = build_digest(stage.desk, "ada@acme.test", NIGHT + dt.timedelta(days=days, hours=4))
        assert view.reconciliation.unexplained == 1


def test_a_gap_raises_one_alarm(stage: Any, mail: Any) -> None:
    """Mail that may be lost is told at once and by name; the same gaps are not told again, others are."""
    for number in range(2):
        stage.take(mail(from_=f"{number}@customer.test"))
    with write(stage.desk.engine) as connection:
        connection.execute(text("delete from message where mail_id = 1"))
    for days in range(3):
        reconcile_nightly(stage.desk, NIGHT + dt.timedelta(days=days))
    told = [one.mail.text for one in stage.written("alarm")]
    assert len(told) == len(stage.desk.config.operators)
    assert all("mail 1 is marked as filed, and no ticket has it" in one for one in told)
    assert "This must not happen" in told[0]

    with write(stage.desk.engine) as connection:
        connection.execute(text("delete from message where mail_id = 2"))
    reconcile_nightly(stage.desk, NIGHT + dt.timedelta(days=3))
    assert "mail 2 is marked as filed" in stage.written("alarm")[-1].mail.text


def test_of_many_gaps_the_first_are_named(lite_stage: Any, mail: Any) -> None:
    """An alarm stays a mail one can read: ten gaps, and how many more there are."""
    for number in range(13):
        lite_stage.take(mail(from_=f"{number}@customer.test"))
    with write(lite_stage.desk.engine) as connection:
        connection.execute(text("delete from message where mail_id is not null"))
    reconcile_nightly(lite_stage.desk, NIGHT)
    told = lite_stage.written("alarm")[0].mail.text
    assert told.count("no ticket has it") == 10
    assert "and 3 more" in told


def test_the_digest_says_it_in_one_line(lite_stage: Any, mail: Any) -> None:
    """The books are one line of the digest: received, filed, held, unexplained."""
    for number in range(3):
        lite_stage.take(mail(from_=f"{number}@customer.test"))
    view = build_digest(lite_stage.desk, "ada@acme.test", lite_stage.clock() + dt.timedelta(hours=3))

    text_of_it = lite_stage.desk.active.templates.render("digest", "en", view).text

    assert "3 received, 3 filed, " in text_of_it
    assert "0 unexplained" in text_of_it


def test_what_the_mailbox_holds_is_told(lite_stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mails that lie in the mailbox and were never taken count as unexplained; an unreachable mailbox changes nothing."""
    found = imap_reconcile.Look(gaps=(Gap(GapKind.UID_NOT_TAKEN, "UID 5"),))
    monkeypatch.setattr(imap_reconcile, "look_into_mailboxes", lambda *_: found)
    intake = lite_stage.desk.config.intake
    lite_stage.configure(intake=replace(intake, imap=(ACCOUNT,)))
    reconcile_nightly(lite_stage.desk, NIGHT)
    found = imap_reconcile.Look(unreachable=("INBOX: no route",))
    reconcile_nightly(lite_stage.desk, NIGHT + dt.timedelta(days=1))

    with read(lite_stage.desk.engine) as connection:
        assert reconciliation.last_look(connection) == 1
    found = imap_reconcile.Look()
    reconcile_nightly(lite_stage.desk, NIGHT + dt.timedelta(days=2))
    with read(lite_stage.desk.engine) as connection:
        assert reconciliation.last_look(connection) == 0
