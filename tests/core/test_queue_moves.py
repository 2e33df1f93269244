"""The three-way merge: what a look makes of a mail."""

import datetime as dt
from dataclasses import replace

from inboxd.core.queue_moves import (
    MOST_MOVES,
    MOVES_WINDOW,
    Look,
    Whereabouts,
    about_to_move,
    is_gone,
    latest_order,
    moved_from,
    see,
    settled,
    sources,
)

NOON = dt.datetime(2026, 11, 16, 12, tzinfo=dt.UTC)
EARLIER = NOON - dt.timedelta(seconds=15)
AT_REST = Whereabouts(7, ("open",), lies_in="open", agreed="open", wanted="open", version=1)


def look(*places: str, known: Whereabouts = AT_REST, restored: tuple[str, ...] = ()) -> Whereabouts:
    """Return what is known after a look that found the mail in ``places``."""
    return see(known, places, Look(NOON, {"done": EARLIER}, frozenset(restored)))


def test_a_mail_that_lies_still_is_no_news() -> None:
    """A look that finds everything as it was changes nothing."""
    assert look("open") == AT_REST


def test_a_moved_mail_is_seen_where_it_went() -> None:
    """A move is known with the time it was seen and the time of the look before, between which it happened."""
    moved = look("done")

    assert moved.is_moved
    assert (moved.lies_in, moved.agreed, moved.seen_at, moved.moved_after) == ("done", "open", NOON, EARLIER)


def test_a_copy_counts_as_a_move() -> None:
    """A mail client without MOVE copies first and deletes later; what appeared is what he wants."""
    copied = look("open", "done")

    assert copied.lies_in == "done"
    assert look("done", known=copied).lies_in == "done"


def test_a_second_delivery_is_no_move() -> None:
    """A mail that turns up in the inbox while it lies in its queue was delivered twice; nobody ordered anything."""
    assert not look("inbox", "open").is_moved


def test_a_mail_taken_out_of_done_into_the_inbox_is_moved() -> None:
    """Moved back into the inbox, a mail lies there and nowhere else: that is somebody's wish."""
    done = replace(AT_REST, places=("done",), lies_in="done", agreed="done", wanted="done")

    assert look("inbox", known=done).lies_in == "inbox"


def test_a_mail_is_gone_at_the_second_look() -> None:
    """One look in vain may have come between; the second says once that the mail was taken away, the third nothing."""
    once = look()
    twice = look(known=once)

    assert not is_gone(AT_REST, once)
    assert is_gone(once, twice)
    assert look(known=twice) == twice
    assert not sources(twice, NOON)


def test_a_mail_that_comes_back_is_where_it_was() -> None:
    """Taken away and put back into the same folder, a mail orders nothing; put into another one it does."""
    gone = look(known=look())

    assert not look("open", known=gone).is_moved
    assert look("done", known=gone).is_moved


def test_a_restored_backup_orders_nothing() -> None:
    """Where a folder went back in time, the old places are taken as they are and the ticket's wish stands."""
    done = replace(AT_REST, places=("done",), lies_in="done", agreed="done", wanted="done")

    for known in (
        look("open", known=done, restored=("open",)),
        look("inbox", known=done, restored=("done",)),
    ):
        assert not known.is_moved
        assert sources(known, NOON) == (known.lies_in,)


def test_our_own_move_orders_nothing() -> None:
    """A crash between our move and its note leaves the mail where we moved it; the next look knows that it was us."""
    begun = about_to_move(replace(AT_REST, wanted="done"), NOON)
    arrived = look("done", known=begun)

    assert not arrived.is_moved
    assert (arrived.lies_in, arrived.moving) == ("done", "")


def test_our_own_move_that_did_not_happen_is_forgotten() -> None:
    """A crash before our move leaves the mail where it was, to be moved again."""
    begun = about_to_move(replace(AT_REST, wanted="done"), NOON)

    assert sources(look("open", known=begun), NOON) == ("open",)
    assert look("open", known=begun).moving == ""


def test_a_move_after_ours_is_his() -> None:
    """Moved on by the operator before we noted our own move, a mail is where he put it."""
    begun = about_to_move(replace(AT_REST, wanted="done"), NOON)
    his = look("spam", known=begun)

    assert (his.lies_in, his.agreed, his.moving) == ("spam", "open", "")


def test_half_a_move_without_move_is_ours() -> None:
    """COPY done, EXPUNGE not: the copy is ours, and the one left behind is still to go."""
    begun = about_to_move(replace(AT_REST, wanted="done"), NOON)
    half = look("open", "done", known=begun)

    assert (half.lies_in, half.agreed) == ("done", "done")
    assert sources(half, NOON) == ("open",)


def test_nothing_is_moved_before_his_move_is_obeyed() -> None:
    """As long as a move of his waits for the desk, the desk keeps its hands off the mail."""
    assert sources(replace(look("done"), wanted="waiting"), NOON) == ()


def test_the_newest_mail_decides() -> None:
    """Of several mails of a ticket moved at once the newest one's move is obeyed; a move to where all go is no order."""
    moves = [replace(look("done"), mail_id=1), replace(look("spam"), mail_id=3), replace(AT_REST, mail_id=9)]

    order = latest_order(moves, "open")

    assert order is not None
    assert order.mail_id == 3
    assert latest_order(moves[:1], "done") is None


def test_a_filter_that_moves_back_wins_in_the_end() -> None:
    """However often a filter moves a mail back, we move it a dozen times a day and no more."""
    known, moves = replace(AT_REST, wanted="waiting"), 0
    for minute in range(600):
        now = NOON + dt.timedelta(minutes=minute)
        if sources(known, now):
            known = moved_from(about_to_move(known, now), "open")
            moves += 1
        known = settled(see(known, ["open"], Look(now)), "waiting", 1, None)

    assert moves == MOST_MOVES
    assert sources(known, NOON + MOVES_WINDOW) == ("open",)
