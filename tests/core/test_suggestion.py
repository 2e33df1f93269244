import datetime as dt

import pytest

from inboxd.core.suggestion import is_likely, is_offered
from inboxd.core.ticket import Ticket

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("confidence", "offered", "likely"),
    [
        (0.02, False, False),
        (0.299, False, False),
        (0.3, True, False),
        (0.499, True, False),
        (0.5, True, True),
        (0.97, True, True),
        (None, True, True),
    ],
)
def test_how_sure_a_suggestion_must_be(confidence: float | None, offered: bool, likely: bool) -> None:  # noqa: FBT001  a column of the table
    """Hardly sure is not offered, less sure than not is not offered first; what was named by hand is both."""
    ticket = Ticket(
        1, "Export", 1, NOW, NOW, suggested_article="export-data", suggested_confidence=confidence
    )
    assert (is_offered(ticket), is_likely(ticket)) == (offered, likely)


def test_no_article_no_suggestion() -> None:
    """A ticket without an article has nothing to offer."""
    ticket = Ticket(1, "Export", 1, NOW, NOW)
    assert (is_offered(ticket), is_likely(ticket)) == (False, False)
