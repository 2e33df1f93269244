"""What an acknowledgement may promise: when an answer will come, from how long answers really took. And was it kept."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inboxd.core.metrics import percentile
from inboxd.core.working_time import WorkingHours, add_working_time

PROMISE_QUANTILE = 0.9
LEAST_HISTORY = 20  # below, one slow answer moves the 90th percentile by days


@dataclass(frozen=True, slots=True)
class PromisesKept:
    """How often the promise was kept: kept / (kept + broken); None while none could be judged yet."""

    kept: int
    broken: int
    rate: float | None


def response_promise(
    hours: WorkingHours,
    now: dt.datetime,
    target: dt.timedelta,
    past_response_times: Sequence[dt.timedelta],
) -> dt.datetime:
    """Return when an answer to a mail that arrived at ``now`` will have come, in UTC.

    ``past_response_times`` are working times of recent first responses. With 20 of them the promise is their
    90th percentile (nine customers in ten hear sooner), be it shorter or longer than ``target``: a promise tells
    the truth. With fewer it is ``target``. Raises ``ValueError`` when the desk has no working time at all.
    """
    if len(past_response_times) < LEAST_HISTORY:
        return add_working_time(hours, now, target)
    seconds = percentile([time.total_seconds() for time in past_response_times], PROMISE_QUANTILE)
    return add_working_time(
        hours, now, target if seconds is None else dt.timedelta(seconds=max(seconds, 0.0))
    )


def is_promise_kept(
    promised_at: dt.datetime | None,
    answered_at: dt.datetime | None,
    done_at: dt.datetime | None,
    now: dt.datetime,
) -> bool | None:
    """Return whether a customer had his answer by the moment he was told; an answer at that very second is in time.

    ``answered_at`` is the first answer that arrived: one that bounced is none. None where nothing was promised, where
    the time is not over yet, and where the ticket was done before it without an answer (spam, merged, withdrawn).
    """
    if promised_at is None:
        return None
    if answered_at is not None:
        return answered_at <= promised_at
    if done_at is not None and done_at <= promised_at:
        return None
    return False if now > promised_at else None


def promises_kept(verdicts: Iterable[bool | None]) -> PromisesKept:
    """Return how often the promise was kept, of the verdicts of ``is_promise_kept``; those not judged yet are left out."""
    judged = [verdict for verdict in verdicts if verdict is not None]
    kept = sum(judged)
    return PromisesKept(kept, len(judged) - kept, kept / len(judged) if judged else None)
