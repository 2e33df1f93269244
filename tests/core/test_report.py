import datetime as dt
import itertools
import math
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binom

from inboxd.core.figures import Figures
from inboxd.core.report import NOBODY, Report, make_report, topics_of, weekly_counts
from inboxd.core.report_facts import Past, Rates, ReportTerms
from inboxd.core.schedule import SlaTerms
from inboxd.core.sla import SlaPolicy, SlaTargets
from inboxd.core.ticket_times import measure
from inboxd.core.topics import rising_topics
from inboxd.core.working_time import WorkingHours, parse_interval

sys.path.insert(0, str(Path(__file__).parents[1]))  # test folders are no packages

from quarter import DAYS, END, START, Planned, at, make_quarter, past_of

HOUR = dt.timedelta(hours=1)
MINUTES = DAYS * 24 * 60
HOLIDAY, HALF_DAY = dt.date(2026, 10, 1), dt.date(2026, 11, 11)
TARGETS = SlaTargets(8 * HOUR, 8 * HOUR, 40 * HOUR)
VIP = SlaTargets(2 * HOUR, 4 * HOUR, None)
LEFT = frozenset(range(1, 400, 40))
# Both change their clocks within the quarter, on different days.
ZONES = ("Europe/Berlin", "America/New_York")


def terms_of(zone: str, **changes: object) -> ReportTerms:
    """Return a desk of three with a lunch break, a holiday, a half day and an absence."""
    day = (parse_interval("08:30-12:00"), parse_interval("13:00-17:00"))
    hours = WorkingHours(
        zone,
        (day,) * 5 + ((), ()),
        frozenset({HOLIDAY}),
        {HALF_DAY: (parse_interval("09:00-12:00"),)},
        ((at(40_000), at(43_000)),),
    )
    policies = (SlaPolicy("vip", VIP, tags=frozenset({"vip"})), SlaPolicy("default", TARGETS))
    return ReportTerms(
        SlaTerms(hours, policies),
        TARGETS.first_response,
        zone,
        operators=3,
        rates=Rates(10.0, 60.0, 90.0),
        improved=frozenset(range(1, 3000, 7)),
    )


@lru_cache
def worked(zone: str) -> list[int]:
    """Return how many working minutes lie before each minute of the quarter, counted one by one by the wall clock."""
    counts, local_zone = [0], ZoneInfo(zone)
    for minute in range(MINUTES):
        local = at(minute).astimezone(local_zone)
        clock = local.hour * 60 + local.minute
        spans = [(510, 720), (780, 1020)] if local.weekday() < 5 else []
        if local.date() == HOLIDAY:
            spans = []
        if local.date() == HALF_DAY:
            spans = [(540, 720)]
        open_now = any(a <= clock < b for a, b in spans) and not 40_000 <= minute < 43_000
        counts.append(counts[-1] + open_now)
    return counts


class Walked:
    """One planned ticket, measured by walking its minutes: nothing of the program is asked."""

    def __init__(self, plan: Planned, zone: str) -> None:
        self.plan, self.work = plan, worked(zone)
        self.events = self._arrived()
        asked = [minute for minute, kind in self.events if kind == "asked"]
        self.asked = asked[0]
        self.answers = [minute for minute, kind in self.events if kind == "answered" and minute >= self.asked]
        self.periods, self.done = self._open()
        all_answers = [one for one in plan.events if one[1] == "answered"]
        self.sent, self.lost = len(all_answers), len(all_answers) - len(self.answers)
        ids = {one[2]["message_id"] for one in plan.events if one[1] == "undelivered"}
        kept = [one[2]["automatic"] for one in all_answers if one[2]["message_id"] not in ids]
        self.by_itself, self.by_hand = any(kept), not all(kept)

    def _arrived(self) -> list[tuple[int, str]]:
        ids = {detail["message_id"] for _, kind, detail in self.plan.events if kind == "undelivered"}
        gone = {minute for minute, _, detail in self.plan.events if detail.get("automatic") is not None
                and detail["message_id"] in ids}  # fmt: skip
        words = []
        for minute, kind, detail in self.plan.events:
            word = str(detail["to"]) if kind == "status" else kind
            if kind in {"undelivered", "wrong"} or (minute in gone and word in {"answered", "pending"}):
                continue
            words.append((minute, word))
        return words

    def _open(self) -> tuple[list[tuple[int, int | None]], int | None]:
        periods: list[tuple[int, int | None]] = []
        since: int | None = None
        done: int | None = None
        for minute, word in self.events:
            if word in {"asked", "open", "snooze_ended"}:
                since, done = minute if since is None else since, None
            elif word in {"pending", "snoozed", "solved"}:
                if since is not None:
                    periods.append((since, minute))
                since = None
                done = (minute if done is None else done) if word == "solved" else None
        return (periods if since is None else [*periods, (since, None)]), done

    def clock(self, begin: int, stop: int | None, target: int) -> tuple[int, bool | None]:
        """Return the working minutes used, and whether ``target`` minutes were met (None: still open)."""
        used, due, end, runs = 0, None, begin, False
        for first, last in self.periods:
            a = max(first, begin)
            ends = [one for one in (last, stop) if one is not None]
            b = min(ends) if ends else MINUTES
            runs = not ends
            if b < a:
                continue
            if due is None and used + self.work[b] - self.work[a] >= target:
                due = bisect_left(self.work, self.work[a] + target - used)
            used, end = used + self.work[b] - self.work[a], b
        until = stop if stop is not None else end
        if due is not None and until > due:
            return used, False
        return used, True if stop is not None else (None if runs or stop is None else True)

    def first(self, target: int = 10**6) -> tuple[int, bool | None]:
        """Return the first response clock."""
        return self.clock(self.asked, self.answers[0] if self.answers else self.done, target)

    def resolution(self, target: int = 10**6) -> tuple[int, bool | None]:
        """Return the resolution clock."""
        return self.clock(self.asked, self.done, target)

    def next_verdicts(self, target: int) -> list[bool]:
        """Return whether each later question was answered in time."""
        found: list[bool | None] = []
        question: int | None = None
        for minute, word in self.events:
            if word == "asked" and self.answers and minute > self.answers[0] and question is None:
                question = minute
            elif word == "answered" and question is not None:
                found.append(self.clock(question, minute, target)[1])
                question = None
        if question is not None:
            found.append(self.clock(question, self.done, target)[1])
        return [one for one in found if one is not None]


def verdicts(walks: list[Walked], name: str) -> list[bool]:
    """Return all verdicts on one target, by the policy of each ticket."""
    found: list[bool | None] = []
    for one in walks:
        target = getattr(VIP if "vip" in one.plan.tags else TARGETS, name)
        if target is None:
            continue
        minutes = int(target.total_seconds()) // 60
        if name == "next_response":
            found += one.next_verdicts(minutes)
        else:
            found.append((one.first if name == "first_response" else one.resolution)(minutes)[1])
    return [one for one in found if one is not None]


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def seconds(figure: dt.timedelta | None) -> float | None:
    return None if figure is None else figure.total_seconds()


def recompute(
    walks: list[Walked],
    everything: list[Planned],
    minutes: int,
    operators: int,
    inside: Callable[[int], bool],
) -> dict[str, object]:
    """Return the figures of these tickets, and of what happened ``inside`` the time on ``everything``."""
    answered = [one for one in walks if one.answers]
    firsts = [one.first()[0] * 60 for one in answered]
    done = [one.resolution()[0] * 60 for one in walks if one.done is not None]
    scores = [score for one in everything for minute, score in one.scores if inside(minute)]
    events = [(one.number, *event) for one in everything for event in one.events if inside(event[0])]
    solved = len(
        {number for number, _, kind, detail in events if kind == "status" and detail["to"] == "solved"}
    )
    by_hand = sum(kind == "answered" and not detail["automatic"] for _, _, kind, detail in events)
    alone = sum(one.by_itself and not one.by_hand for one in answered)
    automatic = [one for one in answered if one.by_itself]
    wrong = sum(one.plan.complained for one in automatic)
    feedback = {one.number for one in everything for minute, _ in one.scores if inside(minute)}
    feedback |= {number for number, _, kind, _ in events if kind == "wrong"}
    ever_solved = [one for one in walks if any(d.get("to") == "solved" for _, _, d in one.plan.events)]
    reopened = [one for one in ever_solved if any(d.get("from") == "solved" for _, _, d in one.plan.events)]
    customers = {one.plan.customer for one in walks}
    categories = Counter(one.plan.category for one in walks)
    known = {category: [one.first()[0] * 60 for one in answered if one.plan.category == category]
             for category in categories}  # fmt: skip
    weight = sum(categories[name] for name, times in known.items() if times)
    served = [one.first()[0] <= 480 for one in answered]
    served += [False for one in walks if not one.answers and one.done is None and one.first()[0] > 480]
    n = len(automatic)
    return {
        "tickets": len(walks),
        "answered": len(answered),
        "solved": solved,
        "first_median": float(np.median(firsts)) if firsts else None,
        "first_p90": float(np.percentile(firsts, 90)) if firsts else None,
        "resolution_median": float(np.median(done)) if done else None,
        "resolution_p90": float(np.percentile(done, 90)) if done else None,
        **{name: share(sum(verdicts(walks, name)), len(verdicts(walks, name)))
           for name in ("first_response", "next_response", "resolution")},
        "service_level": share(sum(served), len(served)),
        "csat": share(sum(score >= 4 for score in scores), len(scores)),
        "mean_score": share(sum(scores), len(scores)),
        "automation": share(alone, len(answered)),
        "wrong": share(wrong, n),
        "lower": None if not n else float(beta.ppf(0.025, wrong, n - wrong + 1)) if wrong else 0.0,
        "upper": None if not n else float(beta.ppf(0.975, wrong + 1, n - wrong)) if wrong < n else 1.0,
        "expected": sum(categories[name] * sum(times) / len(times) for name, times in known.items() if times)
        / weight if weight else None,
        "throughput": solved / (minutes / 60) if minutes and (walks or events) else None,
        "utilisation": by_hand * 10 / (minutes * operators) if minutes and (walks or events) else None,
        "fir": share(sum(number % 7 == 1 for number in feedback), len(feedback)),
        "reopen": share(len(reopened), len(ever_solved)),
        "bounce": share(sum(one.lost for one in walks), sum(one.sent for one in walks)),
        "churn": share(len(customers & LEFT), len(customers)),
        "saved": alone * 600 if answered else None,
        "money": alone * 10 if answered else None,
    }  # fmt: skip


def read_off(figures: Figures) -> dict[str, object]:
    """Return the program's figures under the names of ``recompute``."""
    wrong, saved = figures.wrong_answers, figures.saved
    return {
        "tickets": figures.tickets,
        "answered": figures.answered,
        "solved": figures.solved,
        "first_median": seconds(figures.first_response.median),
        "first_p90": seconds(figures.first_response.p90),
        "resolution_median": seconds(figures.resolution.median),
        "resolution_p90": seconds(figures.resolution.p90),
        **{one.name: one.rate for one in figures.sla},
        "service_level": figures.service_level,
        "csat": figures.csat,
        "mean_score": figures.mean_score,
        "automation": figures.automation,
        "wrong": wrong.rate if wrong else None,
        "lower": wrong.lower if wrong else None,
        "upper": wrong.upper if wrong else None,
        "expected": seconds(figures.expected_response_time),
        "throughput": figures.throughput,
        "utilisation": figures.utilisation,
        "fir": figures.feedback_improvement,
        "reopen": figures.reopen_rate,
        "bounce": figures.bounce_rate,
        "churn": figures.churn,
        "saved": seconds(saved.time) if saved else None,
        "money": saved.money if saved else None,
    }


def differing(figures: Figures, expected: dict[str, object]) -> dict[str, tuple[object, object]]:
    """Return the figures that are not as expected, to nine digits; no data equals only no data."""
    found = read_off(figures)
    assert found.keys() == expected.keys()
    return {
        name: (found[name], value)
        for name, value in expected.items()
        if (found[name] is None) != (value is None)
        or (value is not None and found[name] != pytest.approx(value, rel=1e-9))
    }


@pytest.fixture(scope="module", params=ZONES)
def zone(request: pytest.FixtureRequest) -> str:
    """The desk's time zone."""
    return str(request.param)


@pytest.fixture(scope="module")
def plans() -> list[Planned]:
    """Three thousand tickets."""
    return make_quarter(7, 3000)


@pytest.fixture(scope="module")
def walks(plans: list[Planned], zone: str) -> list[Walked]:
    """The tickets, walked minute by minute."""
    return [Walked(one, zone) for one in plans]


@pytest.fixture(scope="module")
def report(plans: list[Planned], zone: str) -> Report:
    """The report of the quarter."""
    return make_report(past_of(plans, LEFT), terms_of(zone), START, END)


def test_every_ticket_is_measured_to_the_second(plans: list[Planned], walks: list[Walked], zone: str) -> None:
    """First response, resolution and every verdict of 3,000 tickets are those of the walker."""
    terms = terms_of(zone)
    for record, walk in zip(past_of(plans, LEFT).tickets, walks, strict=True):
        times = measure(record, terms, END)
        assert seconds(times.first_response) == (walk.first()[0] * 60 if walk.answers else None), record
        assert seconds(times.resolution) == (None if walk.done is None else walk.resolution()[0] * 60), record
        for name in ("first_response", "next_response", "resolution"):
            mine = [one.in_time for one in times.verdicts if one.target == name]
            assert mine == verdicts([walk], name), (name, record)


def test_every_figure_of_the_quarter(
    plans: list[Planned], walks: list[Walked], report: Report, zone: str
) -> None:
    """Every figure of the whole period equals an independent recomputation."""
    begin = min(one.created for one in plans)
    minutes = worked(zone)[MINUTES] - worked(zone)[begin]
    expected = recompute(walks, plans, minutes, 3, lambda _minute: True)
    assert differing(report.total, expected) == {}
    assert None not in expected.values()
    cost = (END - at(begin)).total_seconds() / (365.25 / 12 * 86400) * 90 + report.total.wrong * 10
    saved = report.total.saved
    assert saved is not None
    assert saved.cost == pytest.approx(cost)
    assert saved.cost_benefit == pytest.approx((expected["money"] - cost) / cost)  # type: ignore[operator]


def groups_of(report: Report) -> Iterable[tuple[str, Figures, Callable[[Planned], bool], int]]:
    """Yield every category, tag and operator with the tickets that belong to it."""
    for one in report.by_category:
        name = one.name.replace("(none)", "")
        yield one.name, one.figures, lambda plan, name=name: plan.category == name, 3
    for one in report.by_tag:
        yield one.name, one.figures, lambda plan, name=one.name: name in plan.tags, 3
    for one in report.by_operator:
        name = one.name.replace(NOBODY, "")
        yield one.name, one.figures, lambda plan, name=name: plan.assignee == name, 1


def test_every_figure_by_category_tag_and_operator(
    plans: list[Planned], walks: list[Walked], report: Report, zone: str
) -> None:
    """Each group's figures equal the recomputation over its tickets alone."""
    minutes = worked(zone)[MINUTES] - worked(zone)[min(one.created for one in plans)]
    names = []
    for name, figures, belongs, operators in groups_of(report):
        own = [one for one in plans if belongs(one)]
        expected = recompute(
            [one for one in walks if belongs(one.plan)], own, minutes, operators, lambda _minute: True
        )
        assert differing(figures, expected) == {}, name
        names.append(name)
    assert len(names) == 4 + 7 + 3


def test_every_figure_by_week(plans: list[Planned], walks: list[Walked], report: Report, zone: str) -> None:
    """Each calendar week's figures are those of the tickets that came, and of what happened, in it."""

    def week(minute: int) -> str:
        year, number, _ = at(minute).astimezone(ZoneInfo(zone)).isocalendar()
        return f"{year}-W{number:02d}"

    begin = min(one.created for one in plans)
    by_week: dict[str, list[int]] = {}
    for minute in range(begin, MINUTES):
        by_week.setdefault(week(minute), []).append(minute)
    assert [one.name for one in report.by_week] == list(by_week)
    for one in report.by_week:
        span = by_week[one.name]
        minutes = worked(zone)[span[-1] + 1] - worked(zone)[span[0]]
        came = [walk for walk in walks if week(walk.plan.created) == one.name]
        expected = recompute(came, plans, minutes, 3, lambda minute, name=one.name: week(minute) == name)
        assert differing(one.figures, expected) == {}, one.name


def test_the_forecast_is_fitted_and_shows_its_error(plans: list[Planned], report: Report) -> None:
    """α is the one with the least error on the weeks before, and the forecast is the last smoothed value."""
    ages = Counter((END - at(one.created)) // dt.timedelta(days=7) for one in plans)
    weeks = [ages[age] for age in range(max(ages) - 1, -1, -1)]
    assert list(report.weeks) == weeks

    def smooth(alpha: float) -> tuple[float, float]:
        level, squares = float(weeks[0]), []
        for value in weeks[1:]:
            squares.append((value - level) ** 2)
            level = alpha * value + (1 - alpha) * level
        return sum(squares) / len(squares), level

    error, alpha = min((smooth(step / 100)[0], step / 100) for step in range(1, 101))
    assert report.forecast is not None
    assert report.forecast.alpha == alpha
    assert report.forecast.value == pytest.approx(smooth(alpha)[1])
    assert report.forecast.rmse == pytest.approx(math.sqrt(error))


def test_associations_of_tags_and_categories(plans: list[Planned], report: Report) -> None:
    """Support, confidence and lift of every rule equal the counts."""
    baskets = [
        {*([f"category:{one.category}"] if one.category else []), *(f"tag:{tag}" for tag in one.tags)}
        for one in plans
    ]
    assert any((one.left, one.right) == ("tag:refund", "category:billing") for one in report.associations)
    for rule in report.associations:
        left = sum(rule.left in basket for basket in baskets)
        right = sum(rule.right in basket for basket in baskets)
        both = sum({rule.left, rule.right} <= basket for basket in baskets)
        assert rule.support == pytest.approx(both / len(baskets))
        assert rule.confidence == pytest.approx(both / left)
        assert rule.lift == pytest.approx(both * len(baskets) / (left * right))


def test_the_wave_rises(report: Report) -> None:
    """The topics that the generator let grow in the last week stand first among the rising ones."""
    assert [one.topic for one in report.rising[:2]] == ["category:export", "tag:csv"]


def test_a_topic_rises_only_beyond_chance() -> None:
    """The one-sided exact test decides: scipy's binomial tail says the same."""
    for recent, before in itertools.product(range(1, 12), range(0, 60, 3)):
        rises = bool(rising_topics(["x"] * recent, ["x"] * before, 0.1))
        tail = binom.sf(recent - 1, recent + before, 0.1)
        assert rises == (recent >= 3 and tail < 0.05)
    assert rising_topics(["x"] * 9, [], 1.0) == ()


def test_no_data_is_none() -> None:
    """An empty desk has no rates, no times, no forecast, no weeks; only its counts are 0."""
    report = make_report(Past(), terms_of("Europe/Berlin"), START, END)
    figures = read_off(report.total)
    assert {name: value for name, value in figures.items() if value is not None} == {
        "tickets": 0,
        "answered": 0,
        "solved": 0,
    }
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
    spam = Planned(1, "billing", ("spam",), "", "normal", 1, 100)
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
    st.integers(0, MINUTES),
    st.sampled_from(("asked", "answered", "undelivered", "snoozed", "snooze_ended", "status", "wrong")),
    st.sampled_from(("new", "open", "pending", "solved", "closed", "merged")),
    st.sampled_from(("", "<a@x>", "<b@x>")),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(EVENTS, max_size=12),
    st.sampled_from(("new", "open", "solved", "closed")),
    st.integers(0, MINUTES + 5000),
)
def test_no_history_is_too_odd(events: list[tuple[int, str, str, str]], status: str, now: int) -> None:
    """Whatever happened in whatever order, the report is made, and its shares lie between 0 and 1."""
    plan = Planned(1, "billing", ("refund",), "", "normal", 1, 0, status=status)
    for minute, kind, word, message_id in events:
        detail = {"from": "new", "to": word, "message_id": message_id, "automatic": word == "new"}
        plan.events.append((minute, kind, detail))
    figures = make_report(past_of([plan]), terms_of("UTC"), START, at(now)).total
    shares = [one.rate for one in figures.sla]
    shares += [figures.service_level, figures.automation, figures.reopen_rate, figures.bounce_rate]
    assert all(one is None or 0 <= one <= 1 for one in shares)
    for times in (figures.first_response, figures.resolution):
        assert times.median is None or times.median >= dt.timedelta()
