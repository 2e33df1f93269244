"""The figures in words for people: what each is called, and "no data" where there is none."""

import datetime as dt

from inboxd.core.figures import Figures
from inboxd.core.report import Report

NO_DATA = "no data"

_HOUR = 3600
_MINUTE = 60
_TARGETS = {
    "first_response": "First response in time (SLA)",
    "next_response": "Next responses in time (SLA)",
    "resolution": "Solved in time (SLA)",
}


def share(value: float | None) -> str:
    """Return ``93.5 %``."""
    return NO_DATA if value is None else f"{100 * value:.1f} %"


def number(value: float | None, digits: int = 2) -> str:
    """Return a number with so many digits behind the point."""
    return NO_DATA if value is None else f"{value:.{digits}f}"


def span(value: dt.timedelta | None) -> str:
    """Return ``2 h 05 min``, or ``40 s`` below a minute."""
    if value is None:
        return NO_DATA
    seconds = round(value.total_seconds())
    if seconds < _MINUTE:
        return f"{seconds} s"
    hours, rest = divmod(seconds, _HOUR)
    return f"{hours} h {rest // _MINUTE:02d} min" if hours else f"{rest // _MINUTE} min"


def _comments(figures: Figures) -> tuple[str, str]:
    """Return how many comments there are, and how they sound."""
    found = figures.comments
    total = found.positive + found.neutral + found.negative
    if not total:
        return NO_DATA, "in answers to surveys"
    return str(total), f"{found.positive} positive, {found.neutral} neutral, {found.negative} negative"


def headlines(figures: Figures) -> list[tuple[str, str, str]]:
    """Return every figure of a group: its name, its value, and what it rests on."""
    wrong, saved = figures.wrong_answers, figures.saved
    first, resolution = figures.first_response, figures.resolution
    rows = [
        ("Tickets", str(figures.tickets), f"{figures.open} still open, {figures.answered} answered"),
        ("Solved", str(figures.solved), f"in {span(figures.working_time)} of working time"),
    ]
    rows += [
        (_TARGETS[one.name], share(one.rate), f"{one.in_time} in time, {one.late} late")
        for one in figures.sla
    ]
    rows += [
        ("Service level", share(figures.service_level), "answered within [sla] first_response"),
        (
            "Promise kept",
            share(figures.promises.rate),
            f"{figures.promises.kept} kept, {figures.promises.broken} broken",
        ),
        ("First response, median", span(first.median), f"p90 {span(first.p90)}, of {first.count}"),
        ("Resolution, median", span(resolution.median), f"p90 {span(resolution.p90)}, of {resolution.count}"),
        ("Expected response time E(R)", span(figures.expected_response_time), "over all categories"),
        ("Satisfied (CSAT)", share(figures.csat), f"scores of 4 and 5; surveys answered: {figures.surveys}"),
        ("Mean score", number(figures.mean_score), "of 5"),
        ("Comments", *_comments(figures)),
        (
            "Answered by itself (ARR)",
            share(figures.automation),
            f"{figures.answered_by_itself} of {figures.answered}",
        ),
        (
            "Wrong answers",
            share(wrong.rate if wrong else None),
            f"{figures.wrong} of {figures.automatic}, 95 % interval {share(wrong.lower)} to {share(wrong.upper)}"
            if wrong
            else "",
        ),
        ("Throughput", number(figures.throughput), "solved per working hour"),
        ("Utilisation (RU)", share(figures.utilisation), "estimated by minutes_per_answer"),
        (
            "Feedback that led to a change (FIR)",
            share(figures.feedback_improvement),
            f"of {figures.feedback}",
        ),
        ("Reopened", share(figures.reopen_rate), "of those solved"),
        ("Answers bounced", share(figures.bounce_rate), "of those sent"),
        ("Customers lost (churn)", share(figures.churn), "marked as left"),
        ("Time saved", span(saved.time if saved else None), ""),
        ("Money saved", number(saved.money if saved else None), "by [report] hourly_rate"),
        ("Cost-benefit (B-C)/C", number(saved.cost_benefit if saved else None), ""),
    ]
    return rows


GROUP_COLUMNS = ("came", "solved", "in time", "answered in", "CSAT", "by itself")


def group_row(figures: Figures) -> tuple[str, ...]:
    """Return the figures of one group that stand in ``GROUP_COLUMNS``; more of them would not fit in 80 columns."""
    return (
        str(figures.tickets),
        str(figures.solved),
        share(figures.sla[0].rate),
        span(figures.first_response.median),
        share(figures.csat),
        share(figures.automation),
    )


def outlook(report: Report) -> list[str]:
    """Return what comes next and what goes together, one sentence each."""
    lines = []
    coming = report.forecast
    if coming is None:
        lines.append(f"Next seven days: {NO_DATA} (three whole weeks are needed).")
    else:
        lines.append(
            f"Next seven days: about {coming.value:.0f} tickets (usual error {coming.rmse:.1f}, "
            f"α = {coming.alpha:.2f}, from {len(report.weeks)} weeks)."
        )
    lines.append(_stated(report))
    for rising in report.rising:
        times = "new" if rising.growth is None else f"{rising.growth:.1f} times as often as before"
        lines.append(f"Rising: {rising.topic}, {rising.recent} in the last week, {times}.")
    lines += [
        f"{rule.left} → {rule.right}: {share(rule.confidence)} of the time "
        f"(support {share(rule.support)}, lift {rule.lift:.1f})."
        for rule in report.associations
    ]
    return lines


def _stated(report: Report) -> str:
    found = report.stated
    if found is None:
        return (
            f"Automatic answers, stated against observed error: {NO_DATA} (nobody has said anything of one)."
        )
    return (
        f"Automatic answers: {share(found.stated)} wrong expected by their own confidence, {share(found.observed)} "
        f"observed ({found.wrong} of {found.answers}, 95 % interval {share(found.lower)} to {share(found.upper)}; "
        f"of {found.heard} somebody said something)."
    )
