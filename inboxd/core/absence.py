"""Absences: when each operator is away, and when all of them are, so that nobody can answer."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

MAX_KEPT = 50  # the due times of old tickets are computed over the absences of their time

Span = tuple[dt.datetime, dt.datetime]
Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Absence:
    """All absences of one operator (his main address), past ones too: half-open spans in order, none overlapping."""

    operator: str
    spans: Spans = ()


def leave(spans: Spans, now: dt.datetime, until: dt.datetime) -> Spans:
    """Return the absences with one from ``now`` until then; one that lasts still is prolonged or shortened to it."""
    since = next((start for start, end in spans if start <= now < end), now)
    return (*_ended(spans, since), (since, until))[-MAX_KEPT:]


def come_back(spans: Spans, now: dt.datetime) -> Spans:
    """Return the absences with the present one ended at ``now``."""
    return _ended(spans, now)


def away_until(spans: Spans, now: dt.datetime) -> dt.datetime | None:
    """Return the end of the absence that ``now`` lies in; None when there is none."""
    return next((end for start, end in spans if start <= now < end), None)


def all_away(absences: Sequence[Spans]) -> Spans:
    """Return the spans in which everybody is away; without anybody there are none."""
    if not absences:
        return ()
    common = absences[0]
    for spans in absences[1:]:
        common = tuple(
            (max(start, first), min(end, last))
            for start, end in common
            for first, last in spans
            if max(start, first) < min(end, last)
        )
    return common


def _ended(spans: Spans, at: dt.datetime) -> Spans:
    return tuple((start, min(end, at)) for start, end in spans if start < at)
