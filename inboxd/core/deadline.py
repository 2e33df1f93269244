"""A target that runs now, and when to speak of it."""

import datetime as dt
from dataclasses import dataclass

TARGETS = ("first_response", "next_response", "resolution")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A target that runs now: ``first_response``, ``next_response`` or ``resolution``."""

    target: str
    due: dt.datetime
    warn_at: dt.datetime
