import datetime as dt
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.assign import Colleague
from inboxd.core.chase import News, find_news, tellings, with_news
from inboxd.core.deadline import TARGETS, Deadline
from inboxd.core.escalation import EscalationStep
from inboxd.core.outcome import Outcome, require_ticket
from inboxd.core.schedule import SlaTerms
from inboxd.core.ticket import Ticket
from inboxd.core.working_time import WorkingHours, is_working, parse_interval

HOUR = dt.timedelta(hours=1)
MONDAY = dt.datetime(2026, 11, 16, 10, tzinfo=dt.UTC)
OFFICE = WorkingHours("UTC", ((parse_interval("09:00-17:00"),),) * 5 + ((), ()))
BOSS = EscalationStep(2 * HOUR, ("boss@acme.test",))
TERMS = SlaTerms(OFFICE, (), escalation=(BOSS,))
TICKET = Ticket(12, "Hello", 1, MONDAY, MONDAY, assignee="ada@acme.test")
ADA, GRACE = Colleague("Ada", "ada@acme.test"), Colleague("Grace", "grace@acme.test")


def due(at: dt.datetime, target: str = "first_response") -> Deadline:
    return Deadline(target, at, at - 2 * HOUR)


def test_a_breach_goes_before_a_warning() -> None:
    """Who has a late and a nearly late time on one ticket reads of the late one."""
    running = (due(MONDAY), due(MONDAY + HOUR, "resolution"))
    news = find_news(TICKET, running, TERMS, MONDAY)
    assert (news.late, news.near) == (running[:1], running[1:])
    (told,) = tellings(TICKET, news, (ADA, GRACE), MONDAY)
    assert (told.to, told.deadline, told.event) == ("ada@acme.test", running[0], "sla.breached")


def test_an_assignee_who_is_away_is_not_waited_for() -> None:
    """While he is away those who are there are told."""
    away = Colleague("Ada", "ada@acme.test", away=True)
    news = find_news(TICKET, (due(MONDAY),), TERMS, MONDAY)
    assert [one.to for one in tellings(TICKET, news, (away, GRACE), MONDAY)] == ["grace@acme.test"]


def test_who_is_told_anyway_is_not_passed_it_too() -> None:
    """A step that names the assignee himself adds nothing to what he reads."""
    terms = SlaTerms(OFFICE, (), escalation=(EscalationStep(HOUR, ("ada@acme.test", "boss@acme.test")),))
    news = find_news(TICKET, (due(MONDAY - HOUR),), terms, MONDAY + HOUR)
    told = tellings(TICKET, news, (ADA,), MONDAY + HOUR)
    assert [(one.to, one.escalated) for one in told] == [("ada@acme.test", False), ("boss@acme.test", True)]


def test_a_warning_outside_working_hours_waits() -> None:
    """At night there is nothing to warn of; that it waits is said, so that nobody forgets it."""
    night = dt.datetime(2026, 11, 16, 20, tzinfo=dt.UTC)
    running = (due(dt.datetime(2026, 11, 17, 9, 30, tzinfo=dt.UTC)),)
    news = find_news(TICKET, (Deadline("resolution", running[0].due, MONDAY),), TERMS, night)
    assert news == News(waits=True)


def test_a_warning_of_one_target_is_none_of_another() -> None:
    """Who was warned of the solution hears of a new question's nearer time, too."""
    far, near = due(MONDAY + 4 * HOUR, "resolution"), due(MONDAY + 3 * HOUR, "next_response")
    news = find_news(TICKET, (far,), TERMS, MONDAY + 2 * HOUR)
    ticket = require_ticket(with_news(Outcome(ticket=TICKET), news))
    assert ticket.warned_due == far.due
    assert find_news(ticket, (near, far), TERMS, MONDAY + 2 * HOUR).near == (near,)


def test_what_was_told_before_targets_were_kept_apart_is_not_told_again() -> None:
    """A ticket from an older store knows one time up to which all was told."""
    ticket = replace(TICKET, warned_due=MONDAY + HOUR, breached_due=MONDAY + HOUR)
    assert find_news(ticket, (due(MONDAY + HOUR),), SlaTerms(OFFICE, ()), MONDAY + 2 * HOUR) == News()


_MINUTES = st.integers(-3_000, 6_000)
_LOOKS = st.lists(
    st.tuples(_MINUTES, st.lists(st.tuples(st.sampled_from(TARGETS), _MINUTES), max_size=3)), max_size=8
)


@settings(max_examples=80)
@given(_LOOKS)
def test_whatever_the_clock_does_each_due_time_is_told_once(
    looks: list[tuple[int, list[tuple[str, int]]]],
) -> None:
    """Clocks that leap and due times that move: no key is told twice to anybody, and no warning comes at night."""
    ticket, keys = TICKET, []
    for minute, times in looks:
        now = MONDAY + dt.timedelta(minutes=minute)
        running = tuple(due(MONDAY + dt.timedelta(minutes=at), target) for target, at in dict(times).items())
        running = tuple(sorted(running, key=lambda one: one.due))
        news = find_news(ticket, running, TERMS, now)
        assert not news.near or is_working(OFFICE, now)
        keys += [(one.to, one.key) for one in tellings(ticket, news, (ADA,), now)]
        ticket = require_ticket(with_news(Outcome(ticket=ticket), news))
        again = find_news(ticket, running, TERMS, now)
        assert (again.late, again.near, again.steps) == ((), (), ())
    assert len(keys) == len(set(keys))
