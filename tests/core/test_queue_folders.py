"""Queue folders: where a ticket's mails belong, and which commands a move is."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.queue_folders import (
    Queue,
    commands_for,
    dealt_with,
    is_late,
    out_of_sight,
    place_for,
    queue_in,
    snooze_end,
)
from inboxd.core.ticket import Ticket
from inboxd.core.working_time import Interval, WorkingHours

NOON = dt.datetime(2026, 11, 18, 12, tzinfo=dt.UTC)  # a Wednesday
HOUR = dt.timedelta(hours=1)
TICKET = Ticket(1, "Export", 1, NOON, NOON)
PLACES = ("inbox", "open", "waiting", "late", "done", "spam", "snooze", "snooze/Monday")
NINE_TO_FIVE = ((Interval(9 * 3600, 17 * 3600),),) * 5 + ((), ())
BERLIN = WorkingHours("Europe/Berlin", NINE_TO_FIVE)


def late(**changes: object) -> Ticket:
    """Return a ticket whose first answer is overdue, as its operators were told."""
    told = {"first_response_due": NOON, "breached_due": NOON, "status": "open"}
    return replace(TICKET, **{**told, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ticket", "place"),
    [
        (TICKET, "open"),
        (replace(TICKET, status="open"), "open"),
        (replace(TICKET, status="pending"), "waiting"),
        (replace(TICKET, status="solved"), "done"),
        (replace(TICKET, status="closed"), "done"),
        (replace(TICKET, status="closed", tags=("spam",)), "spam"),
        (replace(TICKET, status="solved", tags=("spam",)), "done"),
        (replace(TICKET, status="merged"), ""),
        (replace(TICKET, status="pending", snoozed_until=NOON), "snooze"),
        (replace(TICKET, status="solved", snoozed_until=NOON), "done"),
        (late(), "late"),
        (late(status="pending"), "waiting"),
        (late(status="solved"), "done"),
    ],
)
def test_every_state_has_its_place(ticket: Ticket, place: str) -> None:
    """Status, snooze, spam and a broken promise decide where the mails of a ticket lie."""
    assert place_for(ticket, PLACES) == place


def test_queues_without_a_folder() -> None:
    """Where there is no folder for late mails they lie among the open ones, and those in the inbox."""
    assert place_for(late(), ("inbox", "open")) == "open"
    assert place_for(late(), ("inbox", "done")) == "inbox"


def test_the_chosen_snooze_folder_is_kept() -> None:
    """A sleeping ticket stays in the folder it was put into, until its snooze is set anew."""
    asleep = replace(TICKET, snoozed_until=NOON)

    assert place_for(asleep, PLACES, [("snooze/Monday", NOON)]) == "snooze/Monday"
    assert place_for(asleep, PLACES, [("snooze/Monday", NOON + HOUR), ("open", NOON)]) == "snooze"
    assert place_for(asleep, PLACES, [("snooze/Gone", NOON)]) == "snooze"


def test_late_ends_when_the_debt_does() -> None:
    """A ticket is late as long as what was promised, and told to be overdue, is owed; and no longer."""
    assert is_late(late())
    assert not is_late(late(first_response_at=NOON))
    assert not is_late(late(breached_due=None))
    assert is_late(late(first_response_at=NOON, next_response_due=NOON))
    assert not is_late(late(first_response_at=NOON, next_response_due=NOON + HOUR))
    assert is_late(late(first_response_at=NOON, resolution_due=NOON - HOUR))


@pytest.mark.parametrize(
    ("place", "ticket", "written"),
    [
        ("open", TICKET, ["#open"]),
        ("inbox", replace(TICKET, status="solved"), ["#open"]),
        ("late", TICKET, ["#open"]),
        ("waiting", TICKET, ["#pending"]),
        ("done", TICKET, ["#solved"]),
        ("spam", TICKET, ["#spam"]),
        ("snooze/Monday", TICKET, ["#snooze 2026-11-18T12:00:00+00:00"]),
        ("snooze", replace(TICKET, status="solved"), ["#open", "#snooze 2026-11-18T12:00:00+00:00"]),
        ("waiting", replace(TICKET, status="closed"), ["#open", "#pending"]),
        ("open", replace(TICKET, status="closed", tags=("spam",)), ["#open", "#untag spam"]),
        ("done", replace(TICKET, status="closed", tags=("spam",)), ["#open", "#untag spam", "#solved"]),
        ("spam", replace(TICKET, status="closed"), ["#open", "#spam"]),
    ],
)
def test_a_move_is_commands(place: str, ticket: Ticket, written: list[str]) -> None:
    """Moving a mail is what an operator could have written, a closed ticket first being opened."""
    assert [str(one) for one in commands_for(place, ticket, NOON)] == written


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("tomorrow", "2026-11-19T08:00:00+00:00"),
        ("Monday", "2026-11-23T08:00:00+00:00"),
        ("wednesday", "2026-11-25T08:00:00+00:00"),
        ("saturday", "2026-11-23T08:00:00+00:00"),
        ("next  Week", "2026-11-25T08:00:00+00:00"),
        ("3h", "2026-11-18T15:00:00+00:00"),
        ("8h", "2026-11-19T08:00:00+00:00"),
        ("30d", "2026-12-18T12:00:00+00:00"),
    ],
)
def test_snoozes_end_when_work_begins(words: str, until: str) -> None:
    """A mail put aside comes back at the first working moment of that time, by the desk's clock (Berlin: UTC+1)."""
    assert snooze_end(words, NOON, BERLIN) == dt.datetime.fromisoformat(until)


def test_a_snooze_over_the_change_of_clocks() -> None:
    """Nine o'clock is nine o'clock by the wall, also when the clocks change in between."""
    friday = dt.datetime(2026, 3, 27, 12, tzinfo=dt.UTC)

    assert snooze_end("monday", friday, BERLIN) == dt.datetime(2026, 3, 30, 7, tzinfo=dt.UTC)


@pytest.mark.parametrize("words", ["2026-12-01", "2026-12-01 14:00", "whenever", "", "-3d"])
def test_what_is_no_snooze_is_refused(words: str) -> None:
    """A date comes only once and other words never: no folder can stand for them."""
    with pytest.raises(ValueError, match=r"\w"):
        snooze_end(words, NOON, BERLIN)


@given(
    st.sampled_from(["tomorrow", "monday", "sunday", "next week", "1h", "40d"]),
    st.timedeltas(dt.timedelta(-2000), dt.timedelta(3000)),
)
def test_every_snooze_ends_later(words: str, span: dt.timedelta) -> None:
    """Whenever a mail is put aside, it comes back later, and within two months."""
    now = NOON + span
    until = snooze_end(words, now, BERLIN)

    assert now < until < now + dt.timedelta(days=60)


@given(st.sampled_from(PLACES), st.sampled_from(["new", "open", "pending", "solved", "closed"]))
def test_a_place_and_its_commands_agree(place: str, status: str) -> None:
    """Where a person waits for an answer is in sight; what somebody dealt with is out of it."""
    assert out_of_sight(place) or queue_in(place) in {Queue.INBOX, Queue.OPEN, Queue.LATE}
    assert out_of_sight(place) >= dealt_with(place)
    assert commands_for(place, replace(TICKET, status=status), NOON)
