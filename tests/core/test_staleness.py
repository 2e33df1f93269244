import datetime as dt

import pytest

from inboxd.core.mail_kind import Kind
from inboxd.core.staleness import stale_at

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize("kind", [Kind.RELAY, Kind.NOTIFICATION, Kind.RESULT, Kind.ALARM])
def test_what_nothing_else_says_never_goes_stale(kind: Kind) -> None:
    """A person's words, and what an operator must know, are worth sending however long they waited."""
    assert stale_at(kind, NOW) is None
    assert stale_at(kind, NOW, NOW) is None


@pytest.mark.parametrize(
    ("kind", "hours"),
    [
        (Kind.CHASE, 12),
        (Kind.DIGEST, 20),
        (Kind.SURVEY, 168),
        (Kind.ACKNOWLEDGEMENT, 48),
        (Kind.ANSWER, 48),
    ],
)
def test_everything_else_does(kind: Kind, hours: int) -> None:
    """Each kind has its time, counted from when it was written."""
    assert stale_at(kind, NOW) == NOW + dt.timedelta(hours=hours)


def test_an_answer_is_as_old_as_its_question() -> None:
    """What answers a mail is measured by that mail's age; a reminder is not."""
    by = NOW + dt.timedelta(hours=5)
    assert stale_at(Kind.ANSWER, NOW, by) == by
    assert stale_at(Kind.ACKNOWLEDGEMENT, NOW, by) == by
    assert stale_at(Kind.CHASE, NOW, by) == NOW + dt.timedelta(hours=12)
