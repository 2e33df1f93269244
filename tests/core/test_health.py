import pytest

from inboxd.core.alarm_kind import AlarmKind
from inboxd.core.alarms import Health, Observation
from inboxd.core.health import Check, health, is_well


def observation(key: str, state: Health = Health.FAILING) -> Observation:
    return Observation(key, AlarmKind.TEST, state, "It is so.")


@pytest.mark.parametrize("key", ["intake:INBOX of a@b", "outbox", "work", "disk:/var"])
def test_what_no_longer_moves_is_sickness(key: str) -> None:
    """A silent folder, a stuck queue and a full disk make the desk unwell; while nobody can tell it counts as well."""
    checks = health([observation(key)], worker_lives=True)
    assert Check(key, ok=False, detail="It is so.") in checks
    assert not is_well(checks)
    assert is_well(health([observation(key, Health.UNKNOWN)], worker_lives=True))
    assert is_well(health([observation(key, Health.WELL)], worker_lives=True))


@pytest.mark.parametrize("key", ["held", "model", "certificate:/c.pem", "sign-in:a@b", "worker", "outboxes"])
def test_what_waits_for_a_person_is_none(key: str) -> None:
    """What is told by an alarm only does not make a monitor restart the desk."""
    assert is_well(health([observation(key)], worker_lives=True))


def test_worker_and_store() -> None:
    """A dead worker and a store that cannot be reached are sickness, with the reason."""
    checks = health([], worker_lives=False, store_says="connection refused")
    assert [(one.name, one.ok) for one in checks] == [("store", False), ("worker", False)]
    assert checks[0].detail == "connection refused"
    assert not is_well(checks)
    assert is_well(health([], worker_lives=True))
