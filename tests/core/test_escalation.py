import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.deadline import TARGETS, Deadline
from inboxd.core.escalation import Escalation, EscalationStep, Since, escalations
from inboxd.core.ticket import Ticket
from inboxd.core.told import with_told
from inboxd.core.working_time import WorkingHours, parse_interval

HOUR = dt.timedelta(hours=1)
OFFICE = WorkingHours("UTC", ((parse_interval("09:00-17:00"),),) * 5 + ((), ()))
FRIDAY = dt.datetime(2026, 11, 20, 16, tzinfo=dt.UTC)
LATE = Deadline("first_response", FRIDAY, FRIDAY - 2 * HOUR)
BOSS = EscalationStep(2 * HOUR, ("boss@acme.test",))
TICKET = Ticket(12, "Hello", 1, FRIDAY, FRIDAY)
OWNER = EscalationStep(8 * HOUR, ("owner@acme.test",))


def after(ticket: Ticket, found: tuple[Escalation, ...]) -> Ticket:
    """Return the ticket once these steps were told."""
    for one in found:
        ticket = replace(ticket, told=with_told(ticket.told, one.step.key, (one.deadline,)))
    return ticket


def test_steps_count_in_working_time() -> None:
    """Two hours after Friday 16:00 are Monday 10:00; the chain comes in its order."""
    found = escalations(OFFICE, (OWNER, BOSS), (LATE,), TICKET)
    assert [(one.step, one.at) for one in found] == [
        (BOSS, dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)),
        (OWNER, dt.datetime(2026, 11, 23, 16, tzinfo=dt.UTC)),
    ]


def test_a_step_may_count_from_the_warning() -> None:
    """With ``since = "warning"`` somebody else hears of it before it is late."""
    early = EscalationStep(HOUR, ("grace@acme.test",), Since.WARNING)
    (found,) = escalations(OFFICE, (early,), (LATE,), TICKET)
    assert found.at == FRIDAY - HOUR


@pytest.mark.parametrize(
    ("step", "comes"),
    [
        (EscalationStep(HOUR, ("a@b.test",), targets=frozenset({"resolution"})), False),
        (EscalationStep(HOUR, ("a@b.test",), targets=frozenset({"first_response"})), True),
        (EscalationStep(HOUR, ("a@b.test",), priorities=frozenset({"urgent"})), False),
        (EscalationStep(HOUR, ("a@b.test",), priorities=frozenset({"urgent", "normal"})), True),
    ],
)
def test_a_step_may_be_for_some_tickets_only(step: EscalationStep, comes: object) -> None:
    """Targets and priorities that are named must fit."""
    assert bool(escalations(OFFICE, (step,), (LATE,), TICKET)) is comes


def test_each_step_once_per_due_time() -> None:
    """What was told is not told again; a due time that moves forward is, one that moves backward is not."""
    first, _ = escalations(OFFICE, (BOSS, OWNER), (LATE,), TICKET)
    told = after(TICKET, (first,))
    assert [one.step for one in escalations(OFFICE, (BOSS, OWNER), (LATE,), told)] == [OWNER]
    later = Deadline("first_response", FRIDAY + 3 * HOUR, FRIDAY)
    assert [one.step for one in escalations(OFFICE, (BOSS,), (later,), told)] == [BOSS]
    earlier = Deadline("first_response", FRIDAY - 3 * HOUR, FRIDAY - 4 * HOUR)
    assert escalations(OFFICE, (BOSS,), (earlier,), told) == ()


def test_a_stopped_clock_ends_the_chain() -> None:
    """Without a time that runs there is nothing to pass on."""
    assert escalations(OFFICE, (BOSS, OWNER), (), TICKET) == ()


_MOMENTS = st.integers(0, 10_000).map(lambda minutes: FRIDAY + dt.timedelta(minutes=minutes))
_DEADLINES = st.builds(
    lambda target, due: Deadline(target, due, due - HOUR), st.sampled_from(TARGETS), _MOMENTS
)
_STEPS = st.builds(
    EscalationStep,
    st.integers(1, 50).map(lambda hours: hours * HOUR),
    st.lists(st.sampled_from(["boss@acme.test", "Grace Hopper", "x y"]), min_size=1).map(tuple),
    st.sampled_from(Since),
)


@settings(max_examples=60)
@given(st.lists(_STEPS, max_size=4), st.lists(_DEADLINES, max_size=6))
def test_however_due_times_move_nothing_is_told_twice(
    steps: list[EscalationStep], moves: list[Deadline]
) -> None:
    """Telling all there is, again and again while the due times move, tells each step once per due time."""
    steps = list({one.key: one for one in steps}.values())
    ticket = TICKET
    seen = []
    for running in moves:
        found = escalations(OFFICE, steps, (running,), ticket)
        seen += [(one.step.key, one.deadline.target, one.deadline.due) for one in found]
        ticket = after(ticket, found)
        assert escalations(OFFICE, steps, (running,), ticket) == ()
    assert len(ticket.told) <= len(TARGETS) * len(steps)
    assert len(seen) == len({*seen})
