"""The report as a document of plain values (DESIGN 4.7, ``report``): seconds, shares from 0 to 1, null for no data."""

import datetime as dt
from dataclasses import asdict
from typing import Any

from inboxd.core.figures import Figures, Spread
from inboxd.core.report import NamedFigures, Report


def document_of(report: Report) -> dict[str, Any]:
    """Return the whole report; the figures of the period stand at the top."""
    return {
        "since": report.since,
        "until": report.until,
        **figures_document(report.total),
        "forecast": None if report.forecast is None else asdict(report.forecast),
        "weekly_tickets": list(report.weeks),
        "associations": [asdict(one) for one in report.associations],
        "rising": [asdict(one) for one in report.rising],
        "stated_error": None if report.stated is None else asdict(report.stated),
        "by_week": _named("week", report.by_week),
        "by_category": _named("category", report.by_category),
        "by_tag": _named("tag", report.by_tag),
        "by_operator": _named("operator", report.by_operator),
    }


def figures_document(figures: Figures) -> dict[str, Any]:
    """Return the figures of one group."""
    wrong, saved = figures.wrong_answers, figures.saved
    return {
        "tickets": figures.tickets,
        "open": figures.open,
        "answered": figures.answered,
        "solved": figures.solved,
        "sla": {one.name: one.rate for one in figures.sla},
        "sla_counts": {one.name: {"in_time": one.in_time, "late": one.late} for one in figures.sla},
        "service_level": figures.service_level,
        "promises": asdict(figures.promises),
        "first_response": _spread(figures.first_response),
        "resolution": _spread(figures.resolution),
        "surveys": figures.surveys,
        "csat": figures.csat,
        "mean_score": figures.mean_score,
        "comments": asdict(figures.comments),
        "answered_by_itself": figures.answered_by_itself,
        "automation": figures.automation,
        "wrong_answers": None
        if wrong is None
        else {"wrong": figures.wrong, "answers": figures.automatic, **asdict(wrong)},
        "expected_response_time": _seconds(figures.expected_response_time),
        "expected_parts": [
            {
                "category": one.category,
                "probability": one.probability,
                "response_time": _seconds(one.response_time),
            }
            for one in figures.expected_parts
        ],
        "working_time": _seconds(figures.working_time),
        "throughput": figures.throughput,
        "utilisation": figures.utilisation,
        "feedback": figures.feedback,
        "feedback_improvement": figures.feedback_improvement,
        "reopen_rate": figures.reopen_rate,
        "bounce_rate": figures.bounce_rate,
        "churn": figures.churn,
        "time_saved": _seconds(saved.time) if saved else None,
        "money_saved": saved.money if saved else None,
        "cost": saved.cost if saved else None,
        "cost_benefit": saved.cost_benefit if saved else None,
    }


def _named(key: str, groups: tuple[NamedFigures, ...]) -> list[dict[str, Any]]:
    return [{key: one.name, **figures_document(one.figures)} for one in groups]


def _spread(spread: Spread) -> dict[str, Any]:
    return {"tickets": spread.count, "median": _seconds(spread.median), "p90": _seconds(spread.p90)}


def _seconds(span: dt.timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()
