"""One ticket of the quarter walked from event to event; nothing of the program is asked.

Working time is counted second by second from the wall clock of every minute.
"""

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from quarter import DAYS, Planned, at

SECONDS = DAYS * 86_400
TARGETS = ("first_response", "next_response", "resolution")
_SPANS = tuple[tuple[int, int], ...]  # in minutes of the day


@dataclass(frozen=True)
class Desk:
    """What a desk promises and costs; ``targets`` by policy, in seconds. ``away`` is in seconds after the start."""

    zone: str
    day: _SPANS
    holidays: frozenset[dt.date] = frozenset()
    half_days: dict[dt.date, _SPANS] = field(default_factory=dict)
    away: tuple[int, int] = (0, 0)
    targets: dict[str, dict[str, int]] = field(default_factory=dict)
    service_target: int = 8 * 3600
    operators: int = 3
    minutes_per_answer: float = 10.0
    hourly_rate: float = 60.0
    monthly_cost: float = 90.0
    left: frozenset[int] = frozenset()
    improved: frozenset[int] = frozenset()

    @cached_property
    def worked(self) -> NDArray[np.int64]:
        """How many working seconds lie before each second of the quarter, read off the wall clock minute by minute."""
        local_zone, is_open = ZoneInfo(self.zone), np.zeros(SECONDS // 60, dtype=np.int64)
        for minute in range(SECONDS // 60):
            local = at(minute * 60).astimezone(local_zone)
            spans = self.day if local.weekday() < 5 else ()
            spans = () if local.date() in self.holidays else spans
            spans = self.half_days.get(local.date(), spans)
            clock = local.hour * 60 + local.minute
            is_open[minute] = any(begin <= clock < end for begin, end in spans)
        seconds = np.repeat(is_open, 60)
        seconds[self.away[0] : self.away[1]] = 0
        return np.concatenate([[0], np.cumsum(seconds)])

    def due(self, begin: int, left: int) -> int | None:
        """Return the first second with ``left`` working seconds between ``begin`` and it; None beyond the quarter."""
        found = int(np.searchsorted(self.worked, self.worked[begin] + left)) if left else begin
        return found if found <= SECONDS else None

    def before(self, end: int, span: int) -> int | None:
        """Return the last second with ``span`` working seconds between it and ``end``; None before the quarter."""
        found = int(np.searchsorted(self.worked, self.worked[end] - span, side="right")) - 1 if span else end
        return found if self.worked[end] >= span else None


@dataclass(frozen=True)
class Clock:
    """One target: working seconds used, when it is used up (None: it is not), since when it stands as it stands."""

    state: str
    used: int
    due: int | None
    since: int

    def in_time(self, now: int) -> bool | None:
        """Return whether it was met; None while it is open."""
        if self.due is not None and (now if self.state == "running" else self.since) > self.due:
            return False
        return True if self.state == "stopped" else None


class Walk:
    """One planned ticket, walked event by event."""

    def __init__(self, plan: Planned, desk: Desk, until: int = SECONDS) -> None:
        self.plan, self.desk, self.until = plan, desk, until
        past = [one for one in plan.events if one[0] <= until]
        lost = {detail["message_id"] for _, kind, detail in past if kind == "undelivered"}
        gone = {
            second for second, kind, detail in past if kind == "answered" and detail["message_id"] in lost
        }
        self.all_answers = [one for one in past if one[1] == "answered"]
        self.kept = [one[2]["automatic"] for one in self.all_answers if one[2]["message_id"] not in lost]
        self.events = [
            (second, word)
            for second, word in ((s, str(d["to"]) if k == "status" else k) for s, k, d in past)
            if word not in {"undelivered", "wrong"}
            and not (second in gone and word in {"answered", "pending", "solved"})
        ]
        self.asked = next(second for second, word in self.events if word == "asked")
        self.answers = [second for second, word in self.events if word == "answered" and second >= self.asked]
        self.periods, self.done = self._open()

    def _open(self) -> tuple[list[tuple[int, int | None]], int | None]:
        periods: list[tuple[int, int | None]] = []
        since: int | None = None
        done: int | None = None
        for second, word in self.events:
            if word in {"asked", "open", "snooze_ended"}:
                since, done = second if since is None else since, None
            elif word in {"pending", "snoozed", "solved"}:
                if since is not None:
                    periods.append((since, second))
                since = None
                done = (second if done is None else done) if word == "solved" else None
        return (periods if since is None else [*periods, (since, None)]), done

    def clock(self, begin: int, stop: int | None, target: int) -> Clock:
        """Return the clock that ``begin`` started and ``stop`` ended."""
        worked, used, due, since, state = self.desk.worked, 0, None, begin, "paused"
        for first, last in self.periods:
            a = max(first, begin)
            ends = [one for one in (last, stop) if one is not None]
            if not ends:
                state, since = "running", a
                due = self.desk.due(a, target - used) if due is None else due
            elif min(ends) >= a:
                spent = int(worked[min(ends)] - worked[a])
                if due is None and used + spent >= target:
                    due = self.desk.due(a, target - used)
                used, since = used + spent, min(ends)
        if stop is not None:
            state, since = "stopped", stop
            due = self.desk.due(stop, target - used) if due is None else due
        return Clock(state, used, due, since)

    def promise_kept(self) -> bool | None:
        """Return whether the answer came by the second that was promised; None while that is open."""
        promised = self.plan.promised
        arrived = [second for second, word in self.events if word == "answered"]
        if promised is None:
            return None
        if arrived:
            return arrived[0] <= promised
        # Once done, always done: what was promised of a ticket that was over by then is no broken promise.
        over = next((second for second, word in self.events if word == "solved"), None)
        if over is not None and over <= promised:
            return None
        return False if self.until > promised else None

    def target(self, name: str) -> int | None:
        """Return the target of the ticket's policy, in seconds."""
        return self.desk.targets["vip" if "vip" in self.plan.tags else "default"].get(name)

    def clocks(self) -> dict[str, Clock]:
        """Return the clocks that stand now, by target."""
        question, answer = self._question()
        begins = {"first_response": self.asked, "next_response": question, "resolution": self.asked}
        stops = {
            "first_response": self.answers[0] if self.answers else self.done,
            "next_response": self.done if answer is None else answer,
            "resolution": self.done,
        }
        return {
            name: self.clock(begin, stops[name], target)
            for name, begin in begins.items()
            if begin is not None and (target := self.target(name)) is not None
        }

    def _question(self) -> tuple[int | None, int | None]:
        question = answer = None
        for second, word in self.events:
            if self.answers and word == "asked" and second > self.answers[0]:
                if question is None or answer is not None:
                    question, answer = second, None
            elif word == "answered" and question is not None and answer is None:
                answer = second
        return question, answer

    def verdicts(self) -> list[tuple[str, bool]]:
        """Return target and whether it was met, of every question that was answered or is late."""
        found: list[tuple[str, bool | None]] = []
        clocks = self.clocks()
        found += [(n, clocks[n].in_time(self.until)) for n in ("first_response", "resolution") if n in clocks]
        target = self.target("next_response")
        question: int | None = None
        for second, word in self.events if target is not None else ():
            if word == "asked" and self.answers and second > self.answers[0] and question is None:
                question = second
            elif word == "answered" and question is not None:
                found.append(("next_response", self.clock(question, second, target or 0).in_time(second)))
                question = None
        if question is not None:
            found.append(("next_response", self.clock(question, self.done, target or 0).in_time(self.until)))
        return [(name, in_time) for name, in_time in found if in_time is not None]
