from typing import Any

from inboxd.core.alarm_kind import AlarmKind
from inboxd.errors import Problem
from inboxd.jobs.alarms import raise_alarm, report_problems


def test_the_problems_of_an_edit(stage: Any) -> None:
    """A broken edit is mailed to every operator with file and line, once for the same problems."""
    problems = (
        Problem("rules/10-x.toml", 12, "unknown field 'mail.sbject'"),
        Problem("kb/a.md", 3, "no title"),
    )
    assert report_problems(stage.desk, problems, stage.clock())
    assert not report_problems(stage.desk, problems, stage.clock.advance(days=1))
    written = stage.written("alarm")
    assert [one.queued.recipients for one in written] == [("ada@acme.test",), ("grace@acme.test",)]
    assert "rules/10-x.toml:12" in written[0].mail.text
    assert "mail.sbject" in written[0].mail.text


def test_another_problem_is_news(stage: Any) -> None:
    """A second, different mistake is told; no mistake is no mail."""
    assert not report_problems(stage.desk, (), stage.clock())
    assert report_problems(stage.desk, (Problem("rules/a.toml", 1, "x"),), stage.clock())
    assert report_problems(stage.desk, (Problem("rules/a.toml", 2, "x"),), stage.clock())
    assert len(stage.written("alarm")) == 4


def test_an_alarm_rings_once_per_key(stage: Any) -> None:
    """The same fact is told once however often it is found; it is marked as automatic mail."""
    for _ in range(3):
        raise_alarm(stage.desk, AlarmKind.AUTOMATIC_STOPPED, "brake:1", "60 mails", stage.clock())
    raise_alarm(stage.desk, AlarmKind.AUTOMATIC_STOPPED, "brake:2", "61 mails", stage.clock())
    written = stage.written("alarm")
    assert len(written) == 4
    assert "60 mails" in written[0].mail.text
    assert written[0].mail.header("Auto-Submitted") == "auto-generated"
