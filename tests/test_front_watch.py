from typing import Any

from inboxd.core.alarm_signs import crashes
from inboxd.core.alarms import Health
from inboxd.front import Supervisor


def test_the_worker_s_deaths_are_remembered(lite_stage: Any) -> None:
    """The watch hears of the worker's last deaths, no matter over what it died; five in a quarter of an hour are many."""
    supervisor = Supervisor(None, lite_stage.desk.engine, lite_stage.clock)
    assert supervisor.deaths() == ()
    for _ in range(30):
        supervisor._note_death(-9, lived=1.0)
        lite_stage.clock.advance(minutes=1)
    deaths = supervisor.deaths()
    assert len(deaths) == 20
    assert crashes(deaths, lite_stage.clock()).health is Health.FAILING
    assert crashes(deaths, lite_stage.clock.advance(minutes=20)).health is Health.WELL
