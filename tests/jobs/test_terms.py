import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from inboxd.errors import TransientError
from inboxd.jobs.chase import chase
from inboxd.jobs.terms import follow_terms
from inboxd.store import core_tables, settings


def test_tickets_are_left_alone_while_nothing_is_edited(lite_stage: Any, mail: Any) -> None:
    """A restart with the same hours and targets touches no ticket."""
    lite_stage.take(mail())
    chase(lite_stage.desk, lite_stage.clock())
    version = lite_stage.ticket().version
    for _ in range(3):
        chase(replace(lite_stage.desk), lite_stage.clock())
    assert lite_stage.ticket().version == version


def test_other_hours_are_looked_at_at_once(lite_stage: Any, mail: Any) -> None:
    """A new holiday moves the due time of a ticket that waits already."""
    lite_stage.take(mail())
    chase(lite_stage.desk, lite_stage.clock())
    assert lite_stage.ticket().first_response_due == dt.datetime(2026, 11, 17, 10, 0, tzinfo=dt.UTC)
    sla = lite_stage.desk.config.sla
    hours = replace(sla.hours, holidays=frozenset({dt.date(2026, 11, 17)}))
    lite_stage.configure(sla=replace(sla, hours=hours))
    chase(lite_stage.desk, lite_stage.clock())
    assert lite_stage.ticket().first_response_due == dt.datetime(2026, 11, 18, 10, 0, tzinfo=dt.UTC)


def test_what_is_done_stays_done(lite_stage: Any, mail: Any) -> None:
    """Edited promises wake no solved ticket."""
    lite_stage.take(mail())
    lite_stage.reply(lite_stage.written("notification")[0], "#solved", from_="Ada <ada@acme.test>")
    sla = lite_stage.desk.config.sla
    lite_stage.configure(sla=replace(sla, warn_at=0.5))
    follow_terms(lite_stage.desk, lite_stage.desk.sla_terms, lite_stage.clock())
    assert lite_stage.ticket().chase_at is None


def test_two_desks_that_note_them_at_once_do_no_harm(
    lite_stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one tries again at its next look."""
    desk, now = lite_stage.desk, lite_stage.clock()
    terms = desk.sla_terms
    follow_terms(desk, terms, now)
    monkeypatch.setattr(settings, "load", lambda _connection, _key: None)
    monkeypatch.setattr(settings, "save", _insert)
    with pytest.raises(TransientError):
        follow_terms(desk, terms, now)


def _insert(connection: Any, key: str, value: Any, now: dt.datetime) -> None:
    """Insert as the second of two desks does, which saw no row when it looked."""
    connection.execute(sa.insert(core_tables.setting).values(key=key, value=value, at=now))
