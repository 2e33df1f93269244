import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.sla import (
    ClockState,
    SlaClock,
    SlaEvent,
    SlaEventKind,
    SlaPolicy,
    SlaTargets,
    choose_policy,
    due_times,
    warning_at,
)
from inboxd.core.working_time import Interval, WorkingHours, is_working, parse_interval, working_time_between

HOUR = dt.timedelta(hours=1)
OFFICE = WorkingHours("UTC", ((parse_interval("09:00-17:00"),),) * 5 + ((), ()))
ALWAYS = WorkingHours("UTC", ((Interval(0, 86_400),),) * 7)
TARGETS = SlaTargets(first_response=4 * HOUR, next_response=2 * HOUR, resolution=10 * HOUR)
ASKED, ANSWERED, UNDELIVERED = SlaEventKind.ASKED, SlaEventKind.ANSWERED, SlaEventKind.UNDELIVERED
OPENED, PENDING, SNOOZED = SlaEventKind.OPENED, SlaEventKind.PENDING, SlaEventKind.SNOOZED
SOLVED, ENDED = SlaEventKind.SOLVED, SlaEventKind.ENDED


def at(hour: float, day: int = 16) -> dt.datetime:
    """Return a moment in a week that begins on Monday 16 November 2026."""
    return dt.datetime(2026, 11, day, tzinfo=dt.UTC) + hour * HOUR


def history(*events: tuple[float, SlaEventKind]) -> tuple[SlaEvent, ...]:
    """Return events of the Monday."""
    return tuple(SlaEvent(at(hour), kind) for hour, kind in events)


def existing(clock: SlaClock | None) -> SlaClock:
    """Return the clock, which must be there."""
    assert clock is not None
    return clock


def test_a_question_starts_first_response_and_resolution() -> None:
    """A new question is due in working time: four hours later the same day, ten hours later the next."""
    due = due_times(OFFICE, TARGETS, history((10, ASKED)))
    assert existing(due.first_response).due == at(14)
    assert existing(due.resolution).due == at(12, day=17)
    assert due.next_response is None
    assert existing(due.first_response).state is ClockState.RUNNING


def test_an_answer_stops_the_first_response() -> None:
    """The first answer stops the clock, in time or late, and later ones change nothing."""
    in_time = existing(due_times(OFFICE, TARGETS, history((10, ASKED), (14, ANSWERED))).first_response)
    late = existing(
        due_times(OFFICE, TARGETS, history((10, ASKED), (14.5, ANSWERED), (15, ANSWERED))).first_response
    )
    assert (in_time.state, in_time.used, in_time.is_breached(at(20))) == (ClockState.STOPPED, 4 * HOUR, False)
    assert (late.since, late.due, late.is_breached(at(14.5))) == (at(14.5), at(14), True)


def test_a_bounced_answer_is_no_answer() -> None:
    """A bounce takes the answer back: the first response runs again as if nothing had been sent."""
    events = (
        SlaEvent(at(10), ASKED),
        SlaEvent(at(11), ANSWERED, "<a@desk>"),
        SlaEvent(at(11.5), UNDELIVERED, "<a@desk>"),
    )
    clock = existing(due_times(OFFICE, TARGETS, events).first_response)
    assert (clock.state, clock.due) == (ClockState.RUNNING, at(14))
    answered_again = (*events, SlaEvent(at(13), ANSWERED, "<b@desk>"))
    assert existing(due_times(OFFICE, TARGETS, answered_again).first_response).since == at(13)
    other = (*events[:2], SlaEvent(at(11.5), UNDELIVERED, "<other@desk>"))
    assert existing(due_times(OFFICE, TARGETS, other).first_response).state is ClockState.STOPPED
    nameless = (*events[:2], SlaEvent(at(11.5), UNDELIVERED))
    assert existing(due_times(OFFICE, TARGETS, nameless).first_response).state is ClockState.RUNNING


@pytest.mark.parametrize("status", [PENDING, SOLVED])
@pytest.mark.parametrize("status_first", [False, True])
def test_a_bounced_answer_is_no_pause(status: SlaEventKind, *, status_first: bool) -> None:
    """What the lost answer set is taken back with it: the customer waited, and the clocks ran, all the time."""
    answer = [SlaEvent(at(11), ANSWERED, "<a@desk>"), SlaEvent(at(11), status)]
    events = (
        SlaEvent(at(10), ASKED),
        *(reversed(answer) if status_first else answer),
        SlaEvent(at(15), UNDELIVERED, "<a@desk>"),
        SlaEvent(at(15), OPENED),
    )
    due = due_times(OFFICE, TARGETS, events)
    first = existing(due.first_response)
    assert (first.state, first.due, first.is_breached(at(15))) == (ClockState.RUNNING, at(14), True)
    assert existing(due.resolution).due == existing(due_times(OFFICE, TARGETS, events[:1]).resolution).due


def test_a_pause_of_its_own_outlives_a_bounce() -> None:
    """An operator who made the ticket wait at another moment meant it; the bounce of an answer takes nothing from it."""
    events = (
        SlaEvent(at(10), ASKED),
        SlaEvent(at(11), ANSWERED, "<a@desk>"),
        SlaEvent(at(12), PENDING),
        SlaEvent(at(15), UNDELIVERED, "<a@desk>"),
        SlaEvent(at(15), OPENED),
    )
    assert existing(due_times(OFFICE, TARGETS, events).first_response).due == at(17)


@pytest.mark.parametrize("pause", [PENDING, SNOOZED])
def test_clocks_pause_while_we_wait(pause: SlaEventKind) -> None:
    """Pending and snoozed stop the time; when the ticket opens again the due time has moved by the pause."""
    paused = existing(due_times(OFFICE, TARGETS, history((10, ASKED), (11, pause))).resolution)
    assert (paused.state, paused.used, paused.due) == (ClockState.PAUSED, HOUR, None)
    assert not paused.is_breached(at(10, day=30))
    resumed = existing(due_times(OFFICE, TARGETS, history((10, ASKED), (11, pause), (13, OPENED))).resolution)
    assert (resumed.state, resumed.due) == (ClockState.RUNNING, at(14, day=17))


@pytest.mark.parametrize(("pauses", "due"), [({"pending", "snoozed"}, None), ({"pending"}, 20), (set(), 20)])
def test_a_policy_says_what_pauses(pauses: set[str], due: int | None) -> None:
    """A state that a policy does not name lets its clocks run on, as if the ticket had stayed open."""
    targets = SlaTargets(resolution=10 * HOUR, pauses=frozenset(pauses))
    snoozed = existing(due_times(ALWAYS, targets, history((10, ASKED), (12, SNOOZED))).resolution)
    assert snoozed.due == (None if due is None else at(due))
    pending = existing(
        due_times(ALWAYS, targets, history((10, ASKED), (12, PENDING), (14, OPENED))).resolution
    )
    assert pending.due == at(22 if "pending" in pauses else 20)
    reopened = existing(
        due_times(ALWAYS, targets, history((10, ASKED), (12, SOLVED), (14, SNOOZED))).resolution
    )
    assert reopened.state is (ClockState.PAUSED if "snoozed" in pauses else ClockState.RUNNING)


def test_an_absence_is_no_working_time() -> None:
    """Away moves the due time as a pause does."""
    away = WorkingHours("UTC", OFFICE.weekly, away=((at(11), at(13)),))
    assert existing(due_times(away, TARGETS, history((10, ASKED))).first_response).due == at(16)


def test_the_next_response_runs_from_the_oldest_open_question() -> None:
    """A second question while the first waits moves nothing; the answer stops the clock."""
    events = history((10, ASKED), (11, ANSWERED), (12, ASKED), (13, ASKED))
    waiting = existing(due_times(OFFICE, TARGETS, events).next_response)
    assert (waiting.state, waiting.due) == (ClockState.RUNNING, at(14))
    answered = existing(due_times(OFFICE, TARGETS, (*events, SlaEvent(at(15), ANSWERED))).next_response)
    assert (answered.state, answered.is_breached(at(15))) == (ClockState.STOPPED, True)


def test_solved_stops_and_a_new_question_starts_again() -> None:
    """Time spent solved is nobody's; a customer who writes again lets the rest of the resolution run."""
    solved = history((10, ASKED), (11, ANSWERED), (12, SOLVED))
    clock = existing(due_times(OFFICE, TARGETS, solved).resolution)
    assert (clock.state, clock.used, clock.since) == (ClockState.STOPPED, 2 * HOUR, at(12))
    closed = (*solved, SlaEvent(at(9, day=18), ENDED))
    assert existing(due_times(OFFICE, TARGETS, closed).resolution).since == at(12)
    again = (*solved, SlaEvent(at(9, day=18), ASKED))
    assert existing(due_times(OFFICE, TARGETS, again).resolution).due == at(17, day=18)


def test_solved_without_an_answer_stops_the_first_response_too() -> None:
    """A ticket that is done waits for nothing; opened again it waits for its first response again."""
    done = history((10, ASKED), (11, SOLVED))
    assert existing(due_times(OFFICE, TARGETS, done).first_response).state is ClockState.STOPPED
    opened = existing(due_times(OFFICE, TARGETS, (*done, SlaEvent(at(13), OPENED))).first_response)
    assert (opened.state, opened.due) == (ClockState.RUNNING, at(16))


def test_without_a_question_or_a_target_there_is_no_clock() -> None:
    """A ticket the desk began owes nothing, and a target that is not set is not counted."""
    begun_by_us = history((9, OPENED), (9, ANSWERED))
    assert due_times(OFFICE, TARGETS, begun_by_us).first_response is None
    assert due_times(OFFICE, SlaTargets(), history((10, ASKED))).resolution is None
    replied = (*begun_by_us, SlaEvent(at(10), ASKED))
    assert existing(due_times(OFFICE, TARGETS, replied).first_response).due == at(14)


def test_used_up_exactly_is_in_time() -> None:
    """A pause at the due second keeps the target; the first working second after it breaks it."""
    paused = existing(due_times(OFFICE, TARGETS, history((10, ASKED), (14, PENDING))).first_response)
    assert (paused.due, paused.is_breached(at(20))) == (at(14), False)
    events = history((10, ASKED), (14, PENDING), (15, OPENED))
    resumed = existing(due_times(OFFICE, TARGETS, events).first_response)
    assert resumed.is_breached(at(15))


@pytest.mark.parametrize(
    ("due", "span", "warning"),
    [
        (at(14), 4 * HOUR, at(13)),  # a quarter of the span
        (at(14), 0.5 * HOUR, at(13.75)),  # at least 15 minutes
        (at(14), 0.1 * HOUR, at(13.9)),  # no earlier than the beginning
        (at(10, day=17), 8 * HOUR, at(16)),  # over night
        (at(17), HOUR, at(16.75)),
    ],
)
def test_warns_before_the_due_time(due: dt.datetime, span: dt.timedelta, warning: dt.datetime) -> None:
    """The warning comes after three quarters of the span, counted in working time."""
    assert warning_at(OFFICE, due, span) == warning


def test_a_fraction_is_a_fraction() -> None:
    """A warning after 120 % of the time is refused."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        warning_at(OFFICE, at(14), HOUR, fraction=1.2)


@given(st.integers(0, 10_000), st.integers(1, 6_000), st.floats(0, 1))
@settings(max_examples=60)
def test_warnings_disturb_nobody_at_night(start: int, span: int, fraction: float) -> None:
    """A warning always falls into working time and never after the due time."""
    due = at(9) + start * dt.timedelta(minutes=1)
    warning = warning_at(OFFICE, due, span * dt.timedelta(minutes=1), fraction)
    assert is_working(OFFICE, warning)
    assert warning <= due


KINDS = st.sampled_from(list(SlaEventKind))


def _without_lost_pauses(events: list[SlaEvent]) -> list[SlaEvent]:
    """Leave out what an answer set that is reported lost later on; each report is of the latest answer before it."""
    lost: list[int] = []
    pauses: list[int] = []
    for index, event in enumerate(events):
        if event.kind is UNDELIVERED:
            answers = [one for one in range(index) if events[one].kind is ANSWERED and one not in lost]
            lost += answers[-1:]
            pauses += [one for one in range(index) if answers and events[one].at == events[answers[-1]].at]
    return [one for at, one in enumerate(events) if at not in pauses or one.kind not in {PENDING, SOLVED}]


@given(st.lists(st.tuples(st.integers(0, 20_000), KINDS), max_size=12), st.integers(0, 30_000))
@settings(max_examples=150)
def test_clocks_agree_with_counting_minutes(events: list[tuple[int, SlaEventKind]], later: int) -> None:
    """Whatever happens to a ticket, its resolution clock has used the open working time since the first question."""
    minute = dt.timedelta(minutes=1)
    listed = [SlaEvent(at(0) + offset * minute, kind) for offset, kind in events]
    clock = due_times(OFFICE, TARGETS, listed).resolution
    ordered = _without_lost_pauses(sorted(listed, key=lambda event: event.at))
    asked = [event.at for event in ordered if event.kind is ASKED]
    assert (clock is None) == (not asked)
    if clock is None:
        return
    used, is_open = dt.timedelta(), False
    last = asked[0]
    for event in ordered:
        if event.at >= last:
            used += working_time_between(OFFICE, last, event.at) if is_open else dt.timedelta()
            last = event.at
        is_open = event.kind in {ASKED, OPENED} or (is_open and event.kind in {ANSWERED, UNDELIVERED})
    if clock.state is ClockState.RUNNING:
        now = clock.since + later * minute
        used_now = clock.used + working_time_between(OFFICE, clock.since, now)
        assert clock.due is not None
        assert working_time_between(OFFICE, now, clock.due) == max(clock.target - used_now, dt.timedelta())
        assert is_open
    else:
        assert clock.used == used


def test_policies_are_chosen_in_order() -> None:
    """The first policy all of whose conditions hold is taken, none when none does."""
    vip = SlaPolicy("vip", SlaTargets(HOUR), customer_tags=frozenset({"vip"}))
    urgent_billing = SlaPolicy(
        "urgent billing", SlaTargets(2 * HOUR), priorities=frozenset({"urgent"}), tags=frozenset({"billing"})
    )
    rest = SlaPolicy("rest", TARGETS)
    policies = (vip, urgent_billing, rest)
    assert choose_policy(policies, "urgent", ("billing",), ("vip",)) is vip
    assert choose_policy(policies, "urgent", ("api", "billing"), ()) is urgent_billing
    assert choose_policy(policies, "normal", ("billing",), ()) is rest
    assert choose_policy(policies[:2], "normal", (), ()) is None


def test_round_the_clock_targets() -> None:
    """With hours that never close the clocks count plain time."""
    events = (SlaEvent(at(22, day=21), ASKED),)
    assert existing(due_times(ALWAYS, TARGETS, events).first_response).due == at(26, day=21)
