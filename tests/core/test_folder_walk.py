"""The walk through a folder as pure decisions."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.folder_walk import (
    FRESH,
    NARROWEST_WINDOW,
    WIDEST_WINDOW,
    Cursor,
    FolderState,
    Listed,
    Window,
    batches,
    is_history,
    next_width,
    next_window,
    read_uid_set,
    resume,
    same_folder,
    unknown,
)

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
_sizes = st.lists(st.integers(0, 50), max_size=60)


def test_first_contact_begins_at_the_beginning() -> None:
    """Without a cursor everything that lies there is looked at, and older than 48 hours it is history."""
    assert resume(None, FolderState(7, 100, 5), NOW) == Cursor(7, 0, 0, 99, NOW - FRESH)


def test_a_cursor_that_still_holds_is_kept() -> None:
    """With the same UIDVALIDITY and nothing gone back the walk goes on."""
    cursor = Cursor(7, 50, 5, 99, NOW - FRESH, NOW - DAY)
    assert resume(cursor, FolderState(7, 51, 5), NOW) is cursor
    assert resume(cursor, FolderState(7, 60, 0), NOW) is cursor


def test_new_uids_begin_again_but_make_nothing_history_that_came_since() -> None:
    """The border of history is when the folder was last seen whole, or, before that, the old border."""
    seen = Cursor(7, 50, polled_at=NOW - 9 * DAY)
    assert resume(seen, FolderState(8, 20), NOW) == Cursor(8, 0, 0, 19, NOW - 9 * DAY - FRESH)
    underway = Cursor(7, 50, 0, 99, NOW - 5 * DAY)
    assert resume(underway, FolderState(8, 20), NOW).archive_before == NOW - 5 * DAY


def test_a_server_that_went_back_is_walked_again() -> None:
    """UIDNEXT at or below the cursor, or a smaller HIGHESTMODSEQ, means that UIDs may be given twice."""
    cursor = Cursor(7, 50, 500, 0, None, NOW)
    for state in (FolderState(7, 50, 500), FolderState(7, 51, 499)):
        assert resume(cursor, state, NOW).uid == 0


@settings(max_examples=60)
@given(uidnext=st.integers(1, 60_000), uid=st.integers(0, 60_000), found=st.integers(0, 3000))
def test_windows_cover_every_uid_once(uidnext: int, uid: int, found: int) -> None:
    """From the cursor to the last UID the windows leave no gap, overlap nowhere and end."""
    cursor, width, at = Cursor(1, uid), NARROWEST_WINDOW, uid
    while (window := next_window(cursor, FolderState(1, uidnext), width)) is not None:
        assert window.first == at + 1 <= window.last < uidnext
        at = window.last
        cursor = Cursor(1, at)
        width = next_width(width, found)
        assert NARROWEST_WINDOW <= width <= WIDEST_WINDOW
    assert at == max(uid, uidnext - 1)


def test_a_window_has_two_ends() -> None:
    """The last window ends at the last UID."""
    assert next_window(Cursor(1, 5), FolderState(1, 8), 100) == Window(6, 7)


@given(sizes=_sizes, most=st.integers(1, 10), octets=st.integers(1, 120))
def test_batches_keep_order_and_limits(sizes: list[int], most: int, octets: int) -> None:
    """Every mail is in one batch, in order; no batch has too many mails, or too many octets unless it is one mail."""
    listed = [Listed(uid, size, None) for uid, size in enumerate(sizes, 1)]
    cut = batches(listed, most, octets)
    assert [one for batch in cut for one in batch] == listed
    for batch in cut:
        assert 1 <= len(batch) <= most
        assert len(batch) == 1 or sum(one.size for one in batch) <= octets


def test_history_is_what_lay_there_and_is_not_fresh() -> None:
    """Above the archive's last UID nothing is history; below it, what is old or of unknown age."""
    cursor = Cursor(1, 0, 0, 10, NOW)
    assert is_history(cursor, Listed(10, 1, NOW - DAY))
    assert is_history(cursor, Listed(10, 1, None))
    assert not is_history(cursor, Listed(10, 1, NOW))
    assert not is_history(cursor, Listed(11, 1, NOW - DAY))
    assert not is_history(Cursor(1, 0), Listed(0, 1, None))


def test_known_is_a_uid_with_its_date() -> None:
    """The same UID with another INTERNALDATE is another mail; where a date is missing the UID decides."""
    listed = [Listed(4, 1, NOW), Listed(3, 1, None), Listed(2, 1, NOW), Listed(1, 1, NOW)]
    known = {1: NOW, 2: NOW - DAY, 3: NOW}
    assert [one.uid for one in unknown(listed, known)] == [2, 4]


def test_a_folder_is_recognised_by_its_mails() -> None:
    """Some mails must agree and none may differ; no evidence is no proof."""
    assert same_folder([Listed(1, 1, NOW), Listed(9, 1, NOW)], {1: NOW, 2: NOW})
    assert not same_folder([Listed(1, 1, NOW), Listed(2, 1, DAY + NOW)], {1: NOW, 2: NOW})
    assert not same_folder([], {1: NOW})
    assert not same_folder([Listed(1, 1, None)], {1: NOW})


def test_a_set_of_uids_is_read() -> None:
    """Ranges stand in any direction (RFC 9051 9, seq-range), and what is no UID is left out."""
    assert read_uid_set(b"41,43:116,9:7") == (Window(41, 41), Window(43, 116), Window(7, 9))
    assert read_uid_set(b"*,1:*,:,x,-3,12345678901,") == ()


@given(st.binary(max_size=200))
def test_any_set_of_uids_can_be_read(text: bytes) -> None:
    """Whatever a server sends, it is ranges with their ends in order, or nothing."""
    assert all(0 <= one.first <= one.last for one in read_uid_set(text))
