"""The judgement of the books: what is explained, and what is not."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.folder_walk import Cursor, Listed
from inboxd.core.reconcile import (
    ARCHIVE_PATIENCE,
    PATIENCE,
    Gap,
    GapKind,
    Waiting,
    balance,
    unprocessed,
    untaken,
)

NOW = dt.datetime(2026, 11, 21, 10, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
LONG_AGO = NOW - dt.timedelta(days=30)


def waiting(accepted_at: dt.datetime, **changes: bool | dt.datetime) -> Waiting:
    values = {"due_at": accepted_at, "imported": False, "released": False} | changes
    return Waiting(7, accepted_at, **values)  # type: ignore[arg-type]  # bool and datetime go where they belong


def test_what_a_person_dropped_is_filed_and_copies_are_no_mails() -> None:
    """Received is every mail, filed what is on a ticket or was dropped by a person; recognised copies count nowhere."""
    books = balance({"processed": 80, "dropped": 2, "held": 1, "accepted": 1, "copies": 9}, ())

    assert (books.received, books.filed, books.held, books.unexplained) == (84, 82, 1, 0)


@given(
    st.dictionaries(st.sampled_from(["processed", "dropped", "held", "copies"]), st.integers(0, 1_000_000)),
    st.integers(0, 5),
)
def test_without_waiting_mail_the_books_add_up(counts: dict[str, int], gaps: int) -> None:
    """When nothing waits, received is filed and held, whatever the numbers are; every gap counts as one."""
    books = balance(counts, [Gap(GapKind.UNFILED, "mail 1")] * gaps)

    assert books.received == books.filed + books.held
    assert books.unexplained == gaps


def test_a_mail_nobody_works_on_is_unexplained() -> None:
    """An accepted mail has an hour for its turn, one of an archive a day, a released one an hour from its release."""
    late, in_time = NOW - PATIENCE - MINUTE, NOW - PATIENCE + MINUTE

    assert [str(gap) for gap in unprocessed([waiting(late)], NOW)] == [
        "mail 7 was accepted, and nobody has worked on it since"
    ]
    assert unprocessed([waiting(in_time)], NOW) == ()
    assert unprocessed([waiting(late, imported=True)], NOW) == ()
    assert unprocessed([waiting(NOW - ARCHIVE_PATIENCE - MINUTE, imported=True)], NOW) != ()
    assert unprocessed([waiting(LONG_AGO, released=True, due_at=in_time)], NOW) == ()
    assert unprocessed([waiting(LONG_AGO, released=True, due_at=late)], NOW) != ()


def test_a_mail_the_walk_has_passed_is_unexplained() -> None:
    """What lies below the cursor and was never taken is a gap at once; above it, when it has lain there for an hour."""
    old, fresh = NOW - PATIENCE - MINUTE, NOW - MINUTE
    listed = [
        Listed(1, 10, fresh),
        Listed(2, 10, fresh),
        Listed(5, 10, old),
        Listed(6, 10, fresh),
        Listed(7, 10, None),
    ]

    gaps = untaken(listed, {1}, Cursor(9, uid=4), "INBOX of desk", NOW)

    assert [one.where for one in gaps] == ["UID 2 of INBOX of desk", "UID 5 of INBOX of desk"]


def test_a_folder_with_new_uids_is_about_to_be_read() -> None:
    """Without a cursor that fits, only what has waited too long is a gap."""
    listed = [Listed(1, 10, NOW - MINUTE), Listed(2, 10, LONG_AGO)]

    assert [one.where for one in untaken(listed, (), None, "INBOX", NOW)] == ["UID 2 of INBOX"]


def test_every_kind_has_its_sentence() -> None:
    """Each kind of gap can be said to a person."""
    assert all(str(Gap(kind, "mail 1")).startswith("mail 1 ") for kind in GapKind)
