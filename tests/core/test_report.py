import datetime as dt
import itertools
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from quarter import DAYS, END, START, Planned, at, make_quarter, past_of

from inboxd.core.figures import Comments, Figures, Spread, Target
from inboxd.core.report import make_report, topics_of, weekly_counts
from inboxd.core.report_facts import Past, Rates, ReportTerms
from inboxd.core.schedule import SlaTerms
from inboxd.core.sla import SlaPolicy, SlaTargets
from inboxd.core.ticket_times import measure
from inboxd.core.topics import rising_topics
from inboxd.core.working_time import WorkingHours, parse_interval

# That every figure of a whole quarter is right is tested in tests/test_quarter.py; here are the edges.
HOUR = dt.timedelta(hours=1)
SECONDS = DAYS * 86_400
TARGETS = SlaTargets(8 * HOUR, 8 * HOUR, 40 * HOUR)


def terms_of(zone: str) -> ReportTerms:
    """Return a desk of three with office hours."""
    hours = WorkingHours(zone, ((parse_interval("08:30-17:00"),),) * 5 + ((), ()))
    policies = (SlaPolicy("default", TARGETS),)
    return ReportTerms(
        SlaTerms(hours, policies), TARGETS.first_response, zone, operators=3, rates=Rates(10.0, 60.0, 90.0)
    )


def data_of(figures: Figures) -> dict[str, object]:
    """Return the figures that say something: neither without data nor a count of nothing."""
    empty = (None, 0, (), dt.timedelta(), Spread(0, None, None), Comments(0, 0, 0))
    found = {one.name: getattr(figures, one.name) for one in fields(figures)}
    found |= {
        "promises": figures.promises.rate,
        "sla": [one for one in figures.sla if one != Target(one.name, 0, 0, None)],
    }
    return {name: value for name, value in found.items() if value not in (*empty, [])}


@pytest.fixture(scope="module")
def plans() -> list[Planned]:
    """A hundred tickets."""
    return make_quarter(7, 100)


def test_a_topic_rises_only_beyond_chance() -> None:
    """The one-sided exact test decides: scipy's binomial tail says the same."""
    from scipy.stats import binom  # noqa: PLC0415  half a second, and each test process reads all tests

    for recent, before in itertools.product(range(1, 12), range(0, 60, 3)):
        rises = bool(rising_topics(["x"] * recent, ["x"] * before, 0.1))
        tail = binom.sf(recent - 1, recent + before, 0.1)
        assert rises == (recent >= 3 and tail < 0.05)
    assert rising_topics(["x"] * 9, [], 1.0) == ()


def test_no_data_is_none() -> None:
    """An empty desk has no rates, no times, no forecast, no weeks; its counts are 0."""
    report = make_report(Past(), terms_of("Europe/Berlin"), START, END)
    assert data_of(report.total) == {}
    assert (report.forecast, report.associations, report.rising) == (None, (), ())
    assert (report.by_week, report.by_category, report.by_tag, report.by_operator) == ((), (), (), ())


def test_nothing_is_told_in_money_without_a_rate(plans: list[Planned]) -> None:
    """Without an hourly rate there is time saved, and no money."""
    terms = ReportTerms(terms_of("UTC").sla, None, "UTC")
    saved = make_report(past_of(plans[:50]), terms, START, END).total.saved
    assert saved is not None
    assert saved.time > dt.timedelta()
    assert (saved.money, saved.cost, saved.cost_benefit) == (None, None, None)


def test_churn_needs_somebody_who_is_marked(plans: list[Planned]) -> None:
    """A desk that marks nobody as left has no churn, not one of 0 %."""
    terms = terms_of("UTC")
    assert make_report(past_of(plans[:50]), terms, START, END).total.churn is None
    marked = past_of(plans[:50], frozenset({10**6}))
    assert make_report(marked, terms, START, END).total.churn == 0


def test_spam_counts_nowhere(plans: list[Planned]) -> None:
    """A ticket tagged as spam is in no figure."""
    spam = Planned(1, "billing", ("spam",), "", "normal", 1, 6000)
    spam.add(100, "asked")
    report = make_report(past_of([spam]), terms_of("UTC"), START, END)
    assert report.total.tickets == 0
    assert report.by_category == ()


def test_weeks_are_whole() -> None:
    """The week of the first ticket is left out, an empty week between counts as 0."""
    day = dt.timedelta(days=1)
    assert weekly_counts([END - 30 * day, END - 9 * day, END - day, END], END) == (0, 0, 1, 2)
    assert weekly_counts([END - 3 * day], END) == ()
    assert weekly_counts([], END) == ()


def test_topics_are_named_by_kind(plans: list[Planned]) -> None:
    """A category and a tag of the same name stay apart."""
    plan = Planned(1, "export", ("export",), "", "normal", 1, 100)
    plan.add(100, "asked")
    (record,) = past_of([plan]).tickets
    assert topics_of(measure(record, terms_of("UTC"), END)) == ("category:export", "tag:export")


EVENTS = st.tuples(
    st.integers(0, SECONDS),
    st.sampled_from(("asked", "answered", "undelivered", "snoozed", "snooze_ended", "status", "wrong")),
    st.sampled_from(("new", "open", "pending", "solved", "closed", "merged")),
    st.sampled_from(("", "<a@x>", "<b@x>")),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(EVENTS, max_size=12),
    st.sampled_from(("new", "open", "solved", "closed")),
    st.integers(0, SECONDS + 300_000),
)
def test_no_history_is_too_odd(events: list[tuple[int, str, str, str]], status: str, now: int) -> None:
    """Whatever happened in whatever order, the report is made, and its shares lie between 0 and 1."""
    plan = Planned(1, "billing", ("refund",), "", "normal", 1, 0, status=status)
    for second, kind, word, message_id in events:
        detail = {"from": "new", "to": word, "message_id": message_id, "automatic": word == "new"}
        plan.events.append((second, kind, detail))
    figures = make_report(past_of([plan]), terms_of("UTC"), START, at(now)).total
    shares = [one.rate for one in figures.sla]
    shares += [figures.service_level, figures.automation, figures.reopen_rate, figures.bounce_rate]
    assert all(one is None or 0 <= one <= 1 for one in shares)
    for times in (figures.first_response, figures.resolution):
        assert times.median is None or times.median >= dt.timedelta()
