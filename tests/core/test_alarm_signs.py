import datetime as dt

import pytest

from inboxd.core import alarm_signs as signs
from inboxd.core.alarm_kind import AlarmKind
from inboxd.core.alarms import Health

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
LONG_AGO = NOW - 365 * DAY


@pytest.mark.parametrize(
    ("polled", "since", "poll", "health"),
    [
        (14 * MINUTE, 365 * DAY, 5 * MINUTE, Health.WELL),
        (15 * MINUTE, 365 * DAY, 5 * MINUTE, Health.FAILING),
        (15 * MINUTE, 14 * MINUTE, 5 * MINUTE, Health.UNKNOWN),
        (None, 14 * MINUTE, 5 * MINUTE, Health.UNKNOWN),
        (None, 15 * MINUTE, 5 * MINUTE, Health.FAILING),
        (41 * MINUTE, 365 * DAY, 28 * MINUTE, Health.WELL),
        (42 * MINUTE, 365 * DAY, 28 * MINUTE, Health.FAILING),
    ],
)
def test_silence(
    polled: dt.timedelta | None, since: dt.timedelta, poll: dt.timedelta, health: Health
) -> None:
    """A folder is silent 15 minutes after its last poll, later where polls are rarer, if it was watched for so long."""
    found = signs.silence("INBOX", NOW - polled if polled else None, NOW - since, poll, NOW)
    assert (found.health, found.kind, found.key) == (health, AlarmKind.INTAKE_SILENT, "intake:INBOX")
    assert ("could not be read" in found.detail) is (health is Health.FAILING)


@pytest.mark.parametrize(
    ("age", "since", "health"),
    [
        (None, DAY, Health.WELL),
        (59 * MINUTE, DAY, Health.WELL),
        (HOUR, DAY, Health.FAILING),
        (HOUR, 5 * MINUTE, Health.UNKNOWN),
    ],
)
def test_queues(age: dt.timedelta | None, since: dt.timedelta, health: Health) -> None:
    """Mail that waits for an hour is stuck; what waited while the desk was down gets some minutes first."""
    oldest = NOW - age if age else None
    sending = signs.backlog(oldest, 2, "451 not now", NOW - since, NOW)
    working = signs.standstill(oldest, 1, NOW - since, NOW)
    assert (sending.health, working.health) == (health, health)
    if health is Health.FAILING:
        assert (
            sending.detail
            == "2 mails wait to be sent, the oldest since 2026-11-16 09:00 UTC. Last reply: 451 not now"
        )
        assert working.detail == "1 mail waits to be processed, the oldest since 2026-11-16 09:00 UTC."


@pytest.mark.parametrize(
    ("deaths", "health"), [(0, Health.WELL), (3, Health.UNKNOWN), (4, Health.UNKNOWN), (5, Health.FAILING)]
)
def test_crashes(deaths: int, health: Health) -> None:
    """One bad mail kills the worker three times and is held: only more than that is an alarm; old deaths do not count."""
    times = [*(NOW - HOUR for _ in range(9)), *(NOW - MINUTE for _ in range(deaths))]
    assert signs.crashes(times, NOW).health is health


@pytest.mark.parametrize(
    ("free", "total", "health"),
    [
        (4, 100, Health.FAILING),
        (5, 100, Health.UNKNOWN),
        (6, 100, Health.WELL),
        (40, 4000, Health.FAILING),
        (0, 0, Health.WELL),
    ],
)
def test_space(free: int, total: int, health: Health) -> None:
    """Under 5 % is an alarm, from 6 % on all is well, however large the disk."""
    assert signs.space("/var", free * 1024**3, total * 1024**3).health is health


def test_held() -> None:
    """Held mail is an alarm once it has waited for longer than the given patience."""
    assert signs.held(None, 0, HOUR, NOW).health is Health.WELL
    assert signs.held(NOW - MINUTE, 1, HOUR, NOW).health is Health.WELL
    assert "inboxd held" in signs.held(NOW - HOUR, 1, HOUR, NOW).detail


@pytest.mark.parametrize(
    ("ends", "occasion"),
    [(NOW + 15 * DAY, ""), (NOW + DAY, "ends"), (NOW - DAY, "ended"), (None, "unreadable")],
)
def test_certificate(ends: dt.datetime | None, occasion: str) -> None:
    """A certificate is an alarm two weeks before its end, another one when it ended, and when it cannot be read."""
    found = signs.certificate("/etc/cert.pem", ends, NOW)
    assert (found.occasion, found.health is Health.WELL) == (occasion, occasion == "")


def test_model_and_store() -> None:
    """The model fails when somebody said so; the store when it did not answer for five minutes."""
    assert [signs.model(one).health for one in (None, "", "broken")] == [
        Health.UNKNOWN,
        Health.WELL,
        Health.FAILING,
    ]
    assert signs.store(None, "", NOW).health is Health.WELL
    assert signs.store(NOW - MINUTE, "gone", NOW).health is Health.UNKNOWN
    assert "gone" in signs.store(NOW - HOUR, "gone", NOW).detail


def test_sign_in() -> None:
    """A sign-in fails in the way that is told."""
    assert signs.sign_in("a.json", "", "").health is Health.WELL
    assert signs.sign_in("a.json", "refused", "run inboxd login").occasion == "refused"
