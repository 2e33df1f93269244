import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from inboxd.core.standing import Standing
from inboxd.jobs.digest import build_digest, reconcile_counts, send_digest
from inboxd.loops import until_idle
from inboxd.store import standings
from inboxd.store.engine import read, write

ADA = "Ada <ada@acme.test>"
TUESDAY = dt.datetime(2026, 11, 17, 8, 0, tzinfo=dt.UTC)


def digests(stage: Any) -> list[str]:
    return [one.queued.recipients[0] for one in stage.written("digest")]


def test_one_each_every_morning(stage: Any, mail: Any) -> None:
    """Every operator gets one digest a day at its time, however often the job looks and the desk restarts."""
    stage.take(mail())
    send_digest(stage.desk, stage.clock())
    send_digest(stage.desk, TUESDAY - dt.timedelta(minutes=1))
    assert digests(stage) == []
    for minutes in (0, 1, 60, 600):
        send_digest(stage.desk, TUESDAY + dt.timedelta(minutes=minutes))
    assert digests(stage) == ["ada@acme.test", "grace@acme.test"]
    send_digest(stage.desk, TUESDAY + dt.timedelta(days=1))
    assert len(digests(stage)) == 4


def test_a_week_of_downtime_sends_one(stage: Any, mail: Any) -> None:
    """After a week away each operator gets one digest, about the whole week, and nothing stale."""
    stage.take(mail())
    send_digest(stage.desk, TUESDAY)
    stage.clock.now = TUESDAY + dt.timedelta(days=2)
    stage.take(mail(subject="Second", from_="dora@other.test"))
    back = TUESDAY + dt.timedelta(days=7, hours=3)
    view = build_digest(stage.desk, "ada@acme.test", back)
    until_idle((lambda: send_digest(stage.desk, back) > 0,))
    assert len(digests(stage)) == 4
    assert (view.since, view.figures.new) == (TUESDAY, 1)


def test_a_new_desk_has_nothing_to_tell(stage: Any, mail: Any) -> None:
    """A desk without mail, or one set up this afternoon, sends no digest about this morning."""
    assert send_digest(stage.desk, TUESDAY) == 0
    stage.clock.now = TUESDAY + dt.timedelta(hours=6)
    stage.take(mail())
    assert send_digest(stage.desk, stage.clock.advance(hours=1)) == 0
    assert send_digest(stage.desk, TUESDAY + dt.timedelta(days=1)) == 2


@pytest.mark.parametrize("change", [{"enabled": False}, {"days": ("sunday",)}, {"at": dt.time(9, 30)}])
def test_only_when_it_is_wanted(stage: Any, mail: Any, change: dict[str, Any]) -> None:
    """No digest when it is switched off, on another day, or before its hour."""
    stage.configure(digest=replace(stage.desk.config.digest, **change))
    stage.take(mail())
    assert send_digest(stage.desk, TUESDAY) == 0


def test_the_hour_is_the_desks_own(stage: Any, mail: Any) -> None:
    """Eight o'clock is eight o'clock where the desk is."""
    stage.configure(desk=replace(stage.desk.config.desk, timezone="America/New_York"))
    stage.take(mail())
    assert send_digest(stage.desk, TUESDAY + dt.timedelta(hours=4, minutes=59)) == 0
    assert send_digest(stage.desk, TUESDAY + dt.timedelta(hours=5)) == 2


def test_the_figures(stage: Any, mail: Any) -> None:
    """The digest counts what stands in the store: new, solved, answered by itself, snoozed, and who waits."""
    stage.shelf.knows("export-data")
    stage.take(mail())
    stage.shelf.matches = ()
    for subject, command in (("Bug", "#solved"), ("Idea", "#snooze 5d"), ("Price", "#note ask Grace")):
        stage.take(mail(f"About my {subject}", subject=subject, from_=f"{subject}@{subject}.test"))
        stage.reply(stage.written("notification")[-1], command)
    view = build_digest(stage.desk, "ada@acme.test", TUESDAY)
    assert (view.figures.new, view.figures.solved) == (4, 1)
    assert (view.figures.answered_by_itself, view.figures.snoozed) == (1, 1)
    assert [(one.number, one.subject, one.preview) for one in view.waiting] == [
        (4, "Price", "About my Price")
    ]
    assert [(one.number, one.article, one.confidence) for one in view.answered] == [(1, "Export-Data", 0.97)]


def test_most_urgent_first(stage: Any, mail: Any) -> None:
    """Waiting tickets are listed by what is due first, with what is late marked."""
    stage.take(mail("Old question"))
    stage.clock.advance(hours=3)
    stage.take(mail("New question", from_="dora@other.test"))
    view = build_digest(stage.desk, "ada@acme.test", dt.datetime(2026, 11, 17, 11, 0, tzinfo=dt.UTC))
    assert [(one.number, one.late) for one in view.waiting] == [(1, True), (2, False)]


def test_what_went_wrong_is_shown(stage: Any, mail: Any) -> None:
    """Held mail and suppressed answers stand in the digest with their reasons."""
    stage.rules(
        '[[rule]]\nname = "hold"\nwhy = "looks odd"\non = ["ticket.created"]\nwhen.mail.subject = "odd"\nthen.hold = "odd"\n'
        '[[rule]]\nname = "ack"\non = ["ticket.created"]\nthen.reply = "acknowledgement"\nthen.notify = []\n'
    )
    stage.take(mail(subject="odd", from_="odd@odd.test"))
    stage.take(mail())
    stage.take(mail("Once more", subject="More"))
    view = build_digest(stage.desk, "ada@acme.test", TUESDAY)
    assert [(one.kind, one.detail) for one in view.incidents][:1] == [("held", "looks odd")]
    assert [one.kind for one in view.incidents][1:] == ["suppressed"]


def test_everything_accepted_is_explained(stage: Any, mail: Any) -> None:
    """What was accepted is filed or held; what nobody processed for an hour is unexplained and said so."""
    stage.take(mail())
    stage.accept(mail())
    with read(stage.desk.engine) as connection:
        fresh = reconcile_counts(connection, stage.clock(), stage.clock())
        later = reconcile_counts(connection, stage.clock(), stage.clock() + dt.timedelta(hours=2))
    assert (fresh.received, fresh.filed, fresh.held, fresh.unexplained) == (2, 1, 0, 0)
    assert later.unexplained == 1


def test_trials_are_counted(stage: Any, mail: Any) -> None:
    """What a shadow rule would have done is counted and done to nobody."""
    stage.rules(
        '[[rule]]\nname = "try it"\nmode = "shadow"\non = ["ticket.created"]\nthen.reply = "acknowledgement"\n'
    )
    stage.take(mail())
    view = build_digest(stage.desk, "ada@acme.test", TUESDAY)
    assert [(one.rule, one.times) for one in view.trials] == [("try it", 1)]
    assert stage.written("acknowledgement") == []


def test_an_automatic_answer_is_called_wrong_from_the_digest(lite_stage: Any, mail: Any) -> None:
    """A line ``#1 wrong`` in an answer to the digest opens the ticket again and counts against the article."""
    lite_stage.shelf.knows("export-data")
    lite_stage.take(mail())
    send_digest(lite_stage.desk, TUESDAY)
    lite_stage.clock.now = TUESDAY + dt.timedelta(minutes=5)
    digest = lite_stage.written("digest")[0]
    assert "`#1 wrong`" in digest.mail.text
    assert lite_stage.ticket().status == "pending"
    lite_stage.reply(digest, "#1 wrong")
    assert lite_stage.ticket().status == "open"
    assert [one.ticket_number for one in lite_stage.events("wrong")] == [1]


def test_nothing_waits(lite_stage: Any, mail: Any) -> None:
    """Where nothing waits it says so in a friendly line, and every section without anything to tell is left out."""
    lite_stage.take(mail())
    lite_stage.reply(lite_stage.written("notification")[0], "#solved\n\nDone.")
    send_digest(lite_stage.desk, TUESDAY)
    sent = lite_stage.written("digest")[0].mail
    assert "nothing waits" in sent.subject
    assert "**Nothing waits on you.**" in sent.text
    assert [line for line in sent.text.splitlines() if line.startswith("## ")] == ["## The books"]
    assert "1 received" not in sent.subject
    assert "0 unexplained" in sent.text


def test_only_likely_articles_are_offered(lite_stage: Any, mail: Any) -> None:
    """A suggestion stands in the digest with how sure it is, and only when it is more likely than not."""
    for confidence in (0.62, 0.31):
        lite_stage.shelf.knows("export-data", confidence, sure=False)
        lite_stage.take(mail(subject=f"{confidence}", from_=f"a@a{confidence}.test"))
    view = build_digest(lite_stage.desk, "ada@acme.test", TUESDAY)
    assert {one.subject: (one.suggestion, bool(one.actions.send)) for one in view.waiting} == {
        "0.62": ("Export-Data (62%)", True),
        "0.31": ("", False),
    }


def test_what_was_saved_since_yesterday(lite_stage: Any, mail: Any) -> None:
    """The answers nobody had to write are told in minutes, and in money where an hour has a price."""
    lite_stage.shelf.knows("export-data")
    lite_stage.take(mail())
    view = build_digest(lite_stage.desk, "ada@acme.test", TUESDAY)
    assert view.saved is not None
    assert (view.saved.time, view.saved.money) == (dt.timedelta(minutes=6), None)
    rates = replace(lite_stage.desk.config.report, hourly_rate=90.0, currency="CHF", minutes_per_answer=10.0)
    lite_stage.configure(report=rates)
    send_digest(lite_stage.desk, TUESDAY)
    assert "They saved you about 10 mins (CHF15.00)." in lite_stage.written("digest")[0].mail.text.replace(
        "\xa0", ""
    )


def test_an_article_that_was_demoted_is_told(lite_stage: Any, mail: Any) -> None:
    """Every morning, until something is done about it, the digest names the article that answers nobody any more."""
    lite_stage.take(mail())
    standing = Standing("r", TUESDAY, answers=10, complaints=3, demoted_at=TUESDAY)
    with write(lite_stage.desk.engine) as connection:
        standings.save_all(connection, {"export-data": standing}, TUESDAY)
    for day in (0, 1):
        view = build_digest(lite_stage.desk, "ada@acme.test", TUESDAY + dt.timedelta(days=day))
        assert [(one.kind, one.what) for one in view.incidents] == [("demoted", "export-data")]
