import datetime as dt
from dataclasses import replace

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


def test_what_the_customer_got_is_not_offered_again() -> None:
    """Who writes back has the automatic answer: it is no suggestion any more, unless somebody names it."""
    ticket = Ticket(
        1,
        "Export",
        1,
        NOW,
        NOW,
        suggested_article="export-data",
        suggested_confidence=0.98,
        automatic_article="export-data",
    )
    assert (is_offered(ticket), is_likely(ticket)) == (False, False)
    assert is_offered(replace(ticket, suggested_confidence=None))
    assert is_offered(replace(ticket, automatic_article=""))


def test_no_article_no_suggestion() -> None:
    """A ticket without an article has nothing to offer."""
    ticket = Ticket(1, "Export", 1, NOW, NOW)
    assert (is_offered(ticket), is_likely(ticket)) == (False, False)
