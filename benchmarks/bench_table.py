"""A row of the table ``make bench`` prints: what was measured, beside what, the goal and whether it was reached."""

import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One figure; ``goal`` 0 says that it is told for information. ``least``: the goal is a lower bound."""

    what: str
    figure: float
    unit: str
    goal: float = 0.0
    least: bool = True
    beside: str = ""

    @property
    def verdict(self) -> str:
        """Return whether the goal was reached."""
        if not self.goal:
            return ""
        reached = self.figure >= self.goal if self.least else self.figure <= self.goal
        return "reached" if reached else "MISSED"


@dataclass(frozen=True, slots=True)
class NotRun:
    """What could not be measured here, and what it lacks."""

    what: str
    why: str


Line = Row | NotRun


def print_table(lines: Sequence[Line]) -> None:
    """Print one line per row, aligned."""
    width = max(len(one.what) for one in lines)
    for one in lines:
        if isinstance(one, NotRun):
            print(f"{one.what:{width}}  NOT RUN: {one.why}", flush=True)
            continue
        goal = f"goal {'≥' if one.least else '≤'} {one.goal:g}" if one.goal else ""
        figure = f"{one.figure:10.2f} {one.unit}"
        print(f"{one.what:{width}}  {figure:22} {goal:14} {one.verdict:8} {one.beside}".rstrip(), flush=True)


def median_of(figures: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(figures)


def processor_of(pid: int) -> float:
    """Return the seconds of processor time (user and system) a process has used (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_of(pid: int) -> float:
    """Return the resident megabytes of a process, as ps shows them."""
    return _status_of(pid, "VmRSS:")


def peak_of(pid: int) -> float:
    """Return the most megabytes a process was ever resident with."""
    return _status_of(pid, "VmHWM:")


def share_of(pid: int) -> float:
    """Return the megabytes of a process where what several share is counted once among them (PSS, proc(5))."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))


def children_of(pid: int) -> list[int]:
    """Return the processes a process started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def load_of_machine() -> float:
    """Return how many processes wanted a processor in the last minute; over 2 on two cores the figures are a busy machine's."""
    return os.getloadavg()[0]


def _status_of(pid: int, name: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))
