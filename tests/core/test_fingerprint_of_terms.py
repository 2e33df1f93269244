import datetime as dt
from dataclasses import replace

import pytest

from inboxd.core.escalation import EscalationStep
from inboxd.core.fingerprint_of_terms import fingerprint
from inboxd.core.schedule import SlaTerms
from inboxd.core.sla import SlaPolicy, SlaTargets
from inboxd.core.working_time import WorkingHours, parse_interval

HOUR = dt.timedelta(hours=1)
DAY = dt.date(2026, 12, 25)
OFFICE = WorkingHours(
    "UTC",
    ((parse_interval("09:00-17:00"),),) * 5 + ((), ()),
    frozenset({DAY, dt.date(2026, 12, 26)}),
    {dt.date(2026, 12, 24): (), dt.date(2026, 12, 31): ()},
)
TERMS = SlaTerms(OFFICE, (SlaPolicy("vip", SlaTargets(HOUR), frozenset({"high", "urgent"})),))


def test_the_same_terms_are_the_same() -> None:
    """The order in which sets and tables were filled says nothing."""
    hours = replace(
        OFFICE,
        holidays=frozenset({dt.date(2026, 12, 26), DAY}),
        half_days={dt.date(2026, 12, 31): (), dt.date(2026, 12, 24): ()},
    )
    policy = SlaPolicy("vip", SlaTargets(HOUR), frozenset({"urgent", "high"}))
    assert fingerprint(SlaTerms(hours, (policy,))) == fingerprint(TERMS)


@pytest.mark.parametrize(
    "other",
    [
        replace(TERMS, hours=replace(OFFICE, zone="Europe/Berlin")),
        replace(TERMS, hours=replace(OFFICE, holidays=frozenset({DAY}))),
        replace(TERMS, policies=()),
        replace(TERMS, warn_fraction=0.5),
        replace(TERMS, warn_at_least=HOUR),
        replace(TERMS, escalation=(EscalationStep(HOUR, ("a@b.test",)),)),
    ],
)
def test_whatever_moves_a_due_time_is_seen(other: SlaTerms) -> None:
    """Each part of the terms counts."""
    assert fingerprint(other) != fingerprint(TERMS)
