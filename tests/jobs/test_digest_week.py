"""The week in the digest: when, to whom, with what pictures."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from inboxd.core.mail import Attachment
from inboxd.errors import PermanentError
from inboxd.jobs import digest_week
from inboxd.jobs.digest import send_digest
from inboxd.jobs.digest_week import build_week, latest_week
from inboxd.store.reports import load_past
from inboxd.templating import Templates

DAY = dt.timedelta(days=1)
# The stage's clock begins on Monday 2026-11-16 at 10:00 UTC.
MONDAY = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)


def weekly(stage: Any) -> list[tuple[str, int]]:
    """Return who was told of a week, and on what day of the month, in order."""
    return [
        (one.queued.recipients[0].partition("@")[0], one.queued.created_at.day)
        for one in stage.written("digest")
        if "your week" in one.mail.subject
    ]


def busy(stage: Any, mail: Any, weeks: int = 2) -> None:
    """Let customers write twice a week, be answered by itself once and by Ada once."""
    for at in range(weeks):
        stage.shelf.knows("export-data")
        stage.take(mail("How do I export?", subject=f"Export {at}", from_=f"a{at}@a{at}.test"))
        stage.shelf.matches = ()
        stage.clock.advance(hours=1)
        stage.take(mail("It is broken", subject=f"Broken {at}", from_=f"b{at}@b{at}.test"))
        stage.clock.advance(minutes=30)
        stage.reply(stage.written("notification")[-1], "#solved\n\nIt works again.")
        stage.clock.advance(days=7, hours=-1, minutes=-30)


def test_once_a_week_on_its_day(lite_stage: Any, mail: Any) -> None:
    """On Mondays the one digest of the day tells of the week, once, to each operator; on other days none does."""
    lite_stage.take(mail())
    for day in range(1, 15):
        for hour in (7, 8, 9):
            send_digest(lite_stage.desk, dt.datetime(2026, 11, 16, hour, 1, tzinfo=dt.UTC) + day * DAY)
    assert weekly(lite_stage) == [("ada", 23), ("grace", 23), ("ada", 30), ("grace", 30)]
    assert len(lite_stage.written("digest")) == 28


@pytest.mark.parametrize(
    ("change", "days"),
    [
        ({"weekly": "never"}, []),
        ({"weekly": "thursday"}, [19, 26]),
        ({"weekly": "thursday", "days": ("friday",)}, [19, 26]),
        ({"enabled": False}, []),
    ],
)
def test_the_day_is_yours(lite_stage: Any, mail: Any, change: dict[str, Any], days: list[int]) -> None:
    """Another day, also one that has no daily digest, or never."""
    lite_stage.configure(digest=replace(lite_stage.desk.config.digest, **change))
    lite_stage.take(mail())
    for day in range(1, 14):
        send_digest(lite_stage.desk, dt.datetime(2026, 11, 16, 8, 1, tzinfo=dt.UTC) + day * DAY)
    assert [day for who, day in weekly(lite_stage) if who == "ada"] == days


def test_a_missed_monday_is_told_later(lite_stage: Any, mail: Any) -> None:
    """Whose desk was down on Monday hears of the week on Wednesday, and the next Monday of the next."""
    lite_stage.take(mail())
    send_digest(lite_stage.desk, MONDAY + 2 * DAY)
    send_digest(lite_stage.desk, MONDAY + 3 * DAY)
    send_digest(lite_stage.desk, MONDAY + 7 * DAY)
    assert [day for who, day in weekly(lite_stage) if who == "ada"] == [25, 30]


def test_a_new_desk_has_no_week_yet(lite_stage: Any, mail: Any) -> None:
    """A desk that began this week tells of no week before."""
    lite_stage.take(mail())
    send_digest(lite_stage.desk, MONDAY - 6 * DAY)
    assert (len(lite_stage.written("digest")), weekly(lite_stage)) == (2, [])


def test_the_week_ends_on_the_day_before(lite_stage: Any) -> None:
    """Before its hour on its day the latest week is the one before."""
    desk = lite_stage.desk
    assert latest_week(desk, MONDAY) == dt.date(2026, 11, 22)
    assert latest_week(desk, MONDAY - dt.timedelta(minutes=1)) == dt.date(2026, 11, 15)
    assert latest_week(desk, MONDAY + 6 * DAY) == dt.date(2026, 11, 22)


def test_the_figures_come_from_the_store(stage: Any, mail: Any) -> None:
    """The week counts what happened on the desk: on both databases, by its own clock and its price of an hour."""
    stage.configure(report=replace(stage.desk.config.report, hourly_rate=50.0, currency="EUR"))
    busy(stage, mail)
    week = build_week(stage.desk, dt.date(2026, 11, 29), dt.datetime(2026, 11, 30, 8, tzinfo=dt.UTC))
    assert (week.came, week.came_before, week.solved) == (2, 2, 1)
    assert [one.came for one in week.weeks] == [2, 2]
    assert (week.automation, week.answered_by_itself) == (0.5, 1)
    assert week.saved is not None
    assert (week.saved.time, week.saved.money, week.saved.currency) == (dt.timedelta(minutes=6), 5.0, "EUR")
    assert week.p90 is not None
    assert week.stated is None


def test_the_mail_carries_its_charts(lite_stage: Any, mail: Any) -> None:
    """Every picture the mail shows travels with it inline, each by its own id, in a light and a dark variant."""
    busy(lite_stage, mail)
    send_digest(lite_stage.desk, MONDAY + 7 * DAY)
    sent = next(one for one in lite_stage.written("digest") if "your week" in one.mail.subject)
    parts: tuple[Attachment, ...] = sent.mail.attachments
    assert len(parts) == 6  # nobody answered a survey
    assert {(one.content_type, one.inline) for one in parts} == {("image/png", True)}
    assert sent.mail.html.count('src="cid:') == 6
    assert all(f"cid:{one.content_id.strip('<>')}" in sent.mail.html for one in parts)
    assert "2 came" in sent.mail.text


def test_a_desk_that_cannot_draw_still_tells(
    lite_stage: Any, mail: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the drawing fails the digest goes out in time, with the words that say the same."""

    def fail(_charts: object) -> None:
        raise PermanentError("the charts were not drawn: no memory")

    monkeypatch.setattr(digest_week, "draw_charts", fail)
    busy(lite_stage, mail)
    send_digest(lite_stage.desk, MONDAY + 7 * DAY)
    sent = next(one for one in lite_stage.written("digest") if "your week" in one.mail.subject)
    assert sent.mail.attachments == ()
    assert "<img" not in sent.mail.html
    assert "Mon 23: 2 came, 1 solved" in sent.mail.html


def test_both_operators_share_one_drawing(
    lite_stage: Any, mail: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The charts are drawn once a week, however many operators there are; on other days nothing is read for them."""
    drawn, looked = [], []
    monkeypatch.setattr(digest_week, "draw_charts", lambda charts: drawn.append(len(charts)) or {})
    monkeypatch.setattr(digest_week.reports, "load_past", lambda *a: looked.append(a) or load_past(*a))
    busy(lite_stage, mail)
    send_digest(lite_stage.desk, MONDAY + 7 * DAY)
    send_digest(lite_stage.desk, MONDAY + 8 * DAY)
    assert (len(drawn), len(looked)) == (1, 1)


def test_a_template_without_pictures_sends_none(lite_stage: Any, mail: Any, tmp_path: Any) -> None:
    """Charts that the operator's own template does not show are not sent as attachments."""
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "digest.md").write_text("Subject: your week\n\n{{ waiting | length }} wait", encoding="utf-8")
    lite_stage.desk.active.replace(templates=Templates.load(folder))
    busy(lite_stage, mail)
    send_digest(lite_stage.desk, MONDAY + 7 * DAY)
    assert {one.mail.attachments for one in lite_stage.written("digest")} == {()}
