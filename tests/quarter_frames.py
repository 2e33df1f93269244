"""The figures of a quarter once more, in pandas, from nothing but the generator's plans: what the program is held against.

Nothing of the program is asked.
"""

from collections.abc import Iterable
from itertools import permutations
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from quarter import Planned, at, sentiment_of
from quarter_walk import SECONDS, TARGETS, Desk, Walk

MONTH = 365.25 / 12 * 86_400


class Frames:
    """A quarter as tables: tickets, verdicts, events and scores."""

    def __init__(self, plans: list[Planned], desk: Desk) -> None:
        self.desk = desk
        walks = [Walk(one, desk) for one in plans]
        self.tickets = pd.DataFrame([_ticket(one, desk) for one in walks]).set_index("number")
        self.verdicts = pd.DataFrame(
            [(one.plan.number, *verdict) for one in walks for verdict in one.verdicts()],
            columns=["number", "target", "in_time"],
        )
        self.events = pd.DataFrame(
            [
                (one.number, second, kind, detail.get("to"), bool(detail.get("automatic")))
                for one in plans
                for second, kind, detail in one.events
            ],
            columns=["number", "second", "kind", "to", "automatic"],
        )
        self.scores = pd.DataFrame(
            [
                (one.number, second, score, sentiment_of(one, score))
                for one in plans
                for second, score in one.scores
            ],
            columns=["number", "second", "score", "sentiment"],
        )

    def figures(
        self,
        came: "pd.Index[int]",
        ours: "pd.Index[int]",
        span: tuple[int, int],
        *,
        operators: int | None = None,
        months: bool = False,
    ) -> dict[str, Any]:
        """Return the figures of the tickets that ``came``, and of what happened to ``ours`` within the ``span``."""
        desk, tickets = self.desk, self.tickets.loc[came]
        events, scores = (
            table[table["number"].isin(ours) & table["second"].between(span[0], span[1], inclusive="left")]
            for table in (self.events, self.scores)
        )
        work = int(desk.worked[span[1]] - desk.worked[span[0]])
        answered = tickets[tickets["first"].notna()]
        automatic = answered[answered["by_itself"]]
        alone, wrong = int((~automatic["by_hand"]).sum()), int(automatic["complained"].sum())
        judged = self.verdicts[self.verdicts["number"].isin(came)].groupby("target")["in_time"]
        met, all_of = judged.sum(), judged.count()
        solved = events[(events["kind"] == "status") & (events["to"] == "solved")]["number"].nunique()
        by_hand = int(((events["kind"] == "answered") & ~events["automatic"]).sum())
        feedback = pd.Index(
            pd.concat([scores["number"], events[events["kind"] == "wrong"]["number"]]).unique()
        )
        happened = len(tickets) + int(events["kind"].isin(["answered", "status", "wrong"]).sum()) > 0
        ever = tickets[tickets["solved"]]
        money = alone * desk.minutes_per_answer / 60 * desk.hourly_rate if len(answered) else None
        cost = None
        if months and len(answered):
            cost = (
                span[1] - span[0]
            ) / MONTH * desk.monthly_cost + wrong * desk.minutes_per_answer / 60 * desk.hourly_rate
        return {
            "tickets": len(tickets),
            "open": int(tickets["is_open"].sum()),
            "answered": len(answered),
            "solved": solved,
            "sla": {name: _share(met.get(name, 0), all_of.get(name, 0)) for name in TARGETS},
            "sla_counts": {
                name: {"in_time": int(met.get(name, 0)), "late": int(all_of.get(name, 0) - met.get(name, 0))}
                for name in TARGETS
            },
            "service_level": _mean(tickets["served"].dropna()),
            "promises": _promises(tickets["promise_kept"].dropna()),
            "first_response": _spread(answered["first"]),
            "resolution": _spread(tickets["resolution"].dropna()),
            "surveys": len(scores),
            "csat": _mean(scores["score"] >= 4),
            "mean_score": _mean(scores["score"]),
            "comments": {
                name: int((scores["sentiment"] == name).sum()) for name in ("positive", "neutral", "negative")
            },
            "answered_by_itself": alone,
            "automation": _share(alone, len(answered)),
            "wrong_answers": _wrong(wrong, len(automatic)),
            **_expected(tickets),
            "working_time": float(work),
            "throughput": _share(solved, work / 3600) if happened else None,
            "utilisation": _share(
                by_hand * desk.minutes_per_answer * 60, work * (desk.operators if operators is None else operators)
            )
            if happened
            else None,
            "feedback": len(feedback),
            "feedback_improvement": _mean(feedback.isin(list(desk.improved))),
            "reopen_rate": _mean(ever["reopened"]),
            "bounce_rate": _share(int(tickets["lost"].sum()), int(tickets["sent"].sum())),
            "churn": _share(tickets[tickets["left"]]["customer"].nunique(), tickets["customer"].nunique()),
            "time_saved": alone * desk.minutes_per_answer * 60 if len(answered) else None,
            "money_saved": money,
            "cost": cost,
            "cost_benefit": _share(money - cost, cost) if cost and money is not None else None,
        }  # fmt: skip

    def weekly(self) -> "pd.Series[int]":
        """Return the tickets of each whole seven days before the end, oldest first, empty weeks too."""
        ages = (SECONDS - self.tickets["created"]) // (7 * 86_400)
        counts = ages.value_counts().reindex(range(int(ages.max())), fill_value=0)
        return counts.sort_index(ascending=False).reset_index(drop=True)

    def forecast(self) -> dict[str, float]:
        """Return Sₜ = α·Xₜ + (1 - α)·Sₜ₋₁ with the α of the least squared error, as pandas' ``ewm`` smooths."""
        weeks = self.weekly().astype(float)

        def errors(alpha: float) -> "pd.Series[float]":
            return (weeks - weeks.ewm(alpha=alpha, adjust=False).mean().shift()).dropna()

        alpha = min((step / 100 for step in range(1, 101)), key=lambda one: (errors(one) ** 2).sum())
        return {
            "value": float(weeks.ewm(alpha=alpha, adjust=False).mean().iloc[-1]),
            "alpha": alpha,
            "rmse": float(np.sqrt((errors(alpha) ** 2).mean())),
            "mean_absolute_error": float(errors(alpha).abs().mean()),
        }

    def associations(self) -> pd.DataFrame:
        """Return every rule between two topics, with how often both occur, support, confidence and lift."""
        topics = self._topics().drop_duplicates()
        ones = pd.crosstab(topics["number"], topics["topic"]).reindex(self.tickets.index, fill_value=0)
        both, singles, total = ones.T @ ones, ones.sum(), len(ones)
        rules = [
            (a, b, both.loc[a, b], both.loc[a, b] / total, both.loc[a, b] / singles[a],
             both.loc[a, b] * total / (singles[a] * singles[b]))
            for a, b in permutations(ones.columns, 2)
        ]  # fmt: skip
        return pd.DataFrame(rules, columns=["left", "right", "count", "support", "confidence", "lift"])

    def rising(self, begin: int) -> set[str]:
        """Return the topics that came more often in the last week than chance explains (binomial tail below 5 %)."""
        from scipy.stats import binom  # noqa: PLC0415  half a second, and each test process reads all tests

        topics = self._topics().join(self.tickets["created"], on="number")
        late = topics["created"] > SECONDS - 7 * 86_400
        counts = pd.crosstab(topics["topic"], late)
        share = 7 * 86_400 / (SECONDS - begin)
        tail = binom.sf(counts[True] - 1, counts.sum(axis=1), share)
        return set(counts.index[(counts[True] >= 3) & (tail < 0.05)])

    def _topics(self) -> pd.DataFrame:
        tags = self.tickets["tags"].explode().dropna()
        named = self.tickets["category"][self.tickets["category"] != ""]
        return pd.concat([("category:" + named), ("tag:" + tags)]).rename("topic").reset_index()


def _ticket(walk: Walk, desk: Desk) -> dict[str, Any]:
    plan = walk.plan
    first = walk.clock(walk.asked, walk.answers[0] if walk.answers else walk.done, 10**9)
    used = first.used
    if first.state == "running":
        used += int(desk.worked[SECONDS] - desk.worked[first.since])
    served: bool | None = None
    if walk.answers:
        served = used <= desk.service_target
    elif walk.done is None and used > desk.service_target:
        served = False
    status = [detail for _, kind, detail in plan.events if kind == "status"]
    return {
        "number": plan.number,
        "category": plan.category,
        "tags": list(plan.tags),
        "assignee": plan.assignee,
        "customer": plan.customer,
        "left": plan.customer in desk.left,
        "created": plan.created,
        "is_open": plan.status in {"new", "open", "pending"},
        "first": float(first.used) if walk.answers else None,
        "resolution": float(walk.clock(walk.asked, walk.done, 10**9).used) if walk.done is not None else None,
        "served": served,
        "by_itself": any(walk.kept),
        "by_hand": not all(walk.kept),
        "complained": plan.complained,
        "solved": any(one["to"] == "solved" for one in status),
        "reopened": any(one["from"] == "solved" for one in status),
        "promise_kept": walk.promise_kept(),
        "sent": len(walk.all_answers),
        "lost": len(walk.all_answers) - len(walk.kept),
    }


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole else None


def _mean(values: Any) -> float | None:
    return float(np.mean(np.asarray(values, dtype=float))) if len(values) else None


def _spread(seconds: "pd.Series[float]") -> dict[str, Any]:
    known = seconds.astype(float)
    return {
        "tickets": len(known),
        "median": float(known.median()) if len(known) else None,
        "p90": float(known.quantile(0.9)) if len(known) else None,
    }


def _promises(verdicts: "pd.Series[bool]") -> dict[str, Any]:
    kept = int(verdicts.sum())
    return {"kept": kept, "broken": len(verdicts) - kept, "rate": _share(kept, len(verdicts))}


def _wrong(wrong: int, answers: int) -> dict[str, Any] | None:
    if not answers:
        return None
    from scipy.stats import beta  # noqa: PLC0415  as above

    return {
        "wrong": wrong,
        "answers": answers,
        "rate": wrong / answers,
        "lower": float(beta.ppf(0.025, wrong, answers - wrong + 1)) if wrong else 0.0,
        "upper": float(beta.ppf(0.975, wrong + 1, answers - wrong)) if wrong < answers else 1.0,
    }


def _expected(tickets: pd.DataFrame) -> dict[str, Any]:
    """Return E(R) = Σ pᵢ·tᵢ and its parts, the most probable category first."""
    by_category = tickets.groupby("category")["first"].agg(["size", "mean"]).dropna()
    weight = by_category["size"].sum()
    parts = [
        {"category": name, "probability": row["size"] / weight, "response_time": float(row["mean"])}
        for name, row in by_category.iterrows()
    ]
    parts.sort(key=lambda part: (-part["probability"], part["category"]))
    value = sum(part["probability"] * part["response_time"] for part in parts) if parts else None
    return {"expected_response_time": value, "expected_parts": parts}


def weeks_of(desk: Desk, begin: int) -> Iterable[tuple[str, int, int]]:
    """Yield each calendar week by the desk's clock: its name, its first second and the one after its last."""
    zone = ZoneInfo(desk.zone)

    def name(second: int) -> str:
        year, week, _ = at(second).astimezone(zone).isocalendar()
        return f"{year}-W{week:02d}"

    start = begin
    for minute in range(begin // 60 + 1, SECONDS // 60 + 1):
        if name(minute * 60) != name(start) or minute == SECONDS // 60:
            yield name(start), start, minute * 60
            start = minute * 60
