"""Every due time, warning and used time of a quarter, against a walker that counts seconds."""

import datetime as dt

from quarter import START, Planned, at
from quarter_desk import ZONES, desk, plans, targets_of, terms_of
from quarter_walk import SECONDS, Clock, Desk, Walk

from inboxd.core.schedule import sla_event
from inboxd.core.sla import ClockState, SlaClock, due_times, warning_at
from inboxd.core.ticket import Event
from inboxd.core.working_time import WorkingHours, working_time_between

__all__ = ["desk", "plans"]


def second_of(moment: dt.datetime | None) -> float | None:
    """Return how many seconds after the start a moment is."""
    return None if moment is None else (moment - START).total_seconds()


def as_walked(clock: SlaClock | None) -> Clock | None:
    """Return a clock of the program in the walker's words; due times beyond the quarter are not walked."""
    if clock is None:
        return None
    due = second_of(clock.due)
    found = None if due is None or due > SECONDS else int(due)
    return Clock(clock.state.value, int(clock.used.total_seconds()), found, int(second_of(clock.since) or 0))


def test_every_instant_is_that_of_the_walker(plans: list[Planned], desk: Desk) -> None:
    """After every event of 3,000 tickets each clock stands, is due and warns at the second the walker counts to."""
    hours, compared = terms_of(desk).sla.hours, 0
    for plan in plans[:: 1 if desk.zone == ZONES[0] else 5]:
        targets = targets_of("vip" if "vip" in plan.tags else "default")
        history = [
            (second, one)
            for second, kind, detail in plan.events
            if (one := sla_event(at(second), Event(kind, detail))) is not None
        ]
        for until in dict.fromkeys(second for second, _ in history):
            walked = Walk(plan, desk, until).clocks()
            found = due_times(hours, targets, [one for second, one in history if second <= until])
            for name in ("first_response", "next_response", "resolution"):
                clock = getattr(found, name)
                assert as_walked(clock) == walked.get(name), (plan.number, until, name)
                compared += clock is not None and clock.due is not None
            check_warning(hours, desk, found.first_response)
    assert compared > 3_000


def check_warning(hours: WorkingHours, desk: Desk, clock: SlaClock | None) -> None:
    """Check when a running clock warns, and what time it has left, against the counted seconds."""
    due = as_walked(clock)
    if (
        clock is None
        or clock.due is None
        or due is None
        or due.due is None
        or clock.state is not ClockState.RUNNING
    ):
        return
    ahead = int(max(clock.target / 4, dt.timedelta(minutes=15)).total_seconds())
    before = desk.before(due.due, ahead)
    if before is not None:
        assert second_of(warning_at(hours, clock.due, clock.target)) == before
    left = desk.worked[due.due] - desk.worked[due.since]
    assert working_time_between(hours, clock.since, clock.due).total_seconds() == left
