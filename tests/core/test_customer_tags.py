"""Tags by what a customer did."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.customer_tags import AUTOMATIC_TAGS, Dealings, TagTerms, automatic_tags, together

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
# Somebody who has no tag at all.
PLAIN = Dealings(NOW - 100 * DAY, NOW - 10 * DAY, (NOW - 10 * DAY,), (4,))
TERMS = TagTerms()


@pytest.mark.parametrize(
    ("done", "tags"),
    [
        (PLAIN, ()),
        (Dealings(), ("new",)),
        (replace(PLAIN, first_at=NOW - 13 * DAY), ("new",)),
        (replace(PLAIN, first_at=NOW - 14 * DAY), ()),
        (replace(PLAIN, tickets=[NOW - n * DAY for n in (0, 1, 2, 3, 90)]), ("frequent",)),
        (replace(PLAIN, tickets=[NOW - n * DAY for n in (0, 1, 2, 3, 91)]), ()),
        (replace(PLAIN, scores=(5, 5, 5, 2)), ("unhappy",)),
        (replace(PLAIN, scores=(1, 1, 3)), ("unhappy",)),
        (replace(PLAIN, scores=(1, 4)), ()),
        (replace(PLAIN, last_at=NOW - 365 * DAY), ()),
        (replace(PLAIN, last_at=NOW - 366 * DAY), ("left",)),
        (Dealings(NOW - DAY, NOW - DAY, [NOW] * 5, (1,)), ("new", "frequent", "unhappy")),
    ],
)
def test_each_tag_has_its_threshold(done: Dealings, tags: tuple[str, ...]) -> None:
    """New for 14 days, frequent by 5 tickets in 90 days, unhappy by the last score or the mean, left after a year."""
    assert automatic_tags(done, TERMS, NOW) == tags


def test_thresholds_and_the_tags_themselves_are_the_desks_choice() -> None:
    """Other thresholds hold where they are set, and a tag that is not wanted is never given."""
    done = Dealings(NOW - DAY, NOW - DAY, [NOW] * 2, (3,))
    terms = TagTerms(("frequent", "unhappy"), frequent_tickets=2, unhappy_score=3)
    assert automatic_tags(done, terms, NOW) == ("frequent", "unhappy")


def test_tags_of_several_origins_are_each_shown_once() -> None:
    """The first way to write one holds."""
    assert together(["VIP"], ["vip", "beta"], ("new",)) == ("VIP", "beta", "new")


_TIMES = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2030, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001  hypothesis adds the zone


@settings(max_examples=60)
@given(
    st.builds(
        Dealings,
        st.none() | _TIMES,
        st.none() | _TIMES,
        st.lists(_TIMES, max_size=8),
        st.lists(st.integers(1, 5), max_size=5),
    ),
    _TIMES,
)
def test_the_tags_are_those_there_are(done: Dealings, now: dt.datetime) -> None:
    """Whatever he did, he has some of the four tags, in their order."""
    tags = automatic_tags(done, TERMS, now)
    assert list(tags) == [one for one in AUTOMATIC_TAGS if one in tags]
