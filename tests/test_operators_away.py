"""What stops and what goes on while operators are away."""

import datetime as dt
from typing import Any

from operator_mails import ADA, GRACE, ask, last

from inboxd.jobs.calendar import run_all


def _away(stage: Any, mail: Any, who: str, words: str) -> None:
    raw = mail(f"#away {words}", subject="Holidays", from_=who)
    stage.take(raw, submitter=who.partition("<")[2].strip(">"))


def test_nothing_is_due_while_everybody_is_away(stage: Any, mail: Any) -> None:
    """Only when all operators are away the clocks stop and the receipt says so; when one is back they run again."""
    number = ask(stage, mail, "carla")
    due = stage.ticket(number).first_response_due
    _away(stage, mail, ADA, "until 2026-11-23")
    run_all(stage.desk)
    assert stage.ticket(number).first_response_due == due
    _away(stage, mail, GRACE, "until 2026-11-19")
    run_all(stage.desk)
    assert stage.ticket(number).first_response_due > dt.datetime(2026, 11, 19, tzinfo=dt.UTC)
    ask(stage, mail, "ben")
    assert "We are away until" in last(stage, "acknowledgement").mail.text
    assert "19 November" in last(stage, "acknowledgement").mail.text
    stage.clock.advance(hours=1)
    _away(stage, mail, GRACE, "off")
    run_all(stage.desk)
    # 10:00 to 11:00 did not count, at most: it is due an hour later than it was.
    assert stage.ticket(number).first_response_due <= due + dt.timedelta(hours=17)
    assert not stage.written("result")


def test_the_digest_waits_for_who_is_away(lite_stage: Any, mail: Any) -> None:
    """He gets none while he is away and one about the whole time when he is back; the other gets hers every day."""
    stage = lite_stage
    ask(stage, mail, "carla")
    _away(stage, mail, ADA, "until 2026-11-19")
    for _ in range(4):
        stage.clock.advance(days=1)
        run_all(stage.desk)
    to = [one.queued.recipients[0] for one in stage.written("digest")]
    assert (to.count("grace@acme.test"), to.count("ada@acme.test")) == (4, 2)
    times = [
        one.queued.created_at.day for one in stage.written("digest") if "ada" in one.queued.recipients[0]
    ]
    assert times == [19, 20]


def test_nothing_new_goes_to_who_is_away(lite_stage: Any, mail: Any) -> None:
    """New tickets are assigned to those who are there."""
    _away(lite_stage, mail, ADA, "until 2026-11-23")
    for name in ("carla", "ben", "dana"):
        ask(lite_stage, mail, name)
    assert {one.assignee for one in lite_stage.tickets} == {"grace@acme.test"}


def test_away_without_proof_is_held(lite_stage: Any, mail: Any) -> None:
    """Anybody can write an operator's address into From: that sends nobody on holiday, and the digest tells of it."""
    stage = lite_stage
    ask(stage, mail, "carla")
    mail_id = stage.take(mail("#away until 2026-12-01", from_=ADA))
    assert stage.stored(mail_id).state == "held"
    assert [one.actor for one in stage.events("forgery")] == ["ada@acme.test"]
    stage.clock.advance(days=1)
    run_all(stage.desk)
    digest = last(stage, "digest", "ada@acme.test").mail.text
    assert f"mail {mail_id} in the name of ada@acme.test" in digest
    assert f"mail {mail_id}: ada" not in digest
    assert not stage.written("result")
