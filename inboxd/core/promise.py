"""What an acknowledgement may promise: when an answer will come, from how long answers really took."""

import datetime as dt
from collections.abc import Sequence

from inboxd.core.metrics import percentile
from inboxd.core.working_time import WorkingHours, add_working_time

PROMISE_QUANTILE = 0.9
LEAST_HISTORY = 20  # below, one slow answer moves the 90th percentile by days


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
