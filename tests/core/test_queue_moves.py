"""The three-way merge: what a look makes of a mail, and a whole mailbox with everything that can happen to it."""

import datetime as dt
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from inboxd.core.queue_folders import Queue, place_for, queue_in
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
from inboxd.core.ticket import Ticket

NOON = dt.datetime(2026, 11, 16, 12, tzinfo=dt.UTC)
EARLIER = NOON - dt.timedelta(seconds=15)
PLACES = ("inbox", "open", "waiting", "late", "done", "spam", "snooze", "snooze/Monday")
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


class Mailboxes(RuleBasedStateMachine):
    """Mails of one ticket, their owner, his mail clients, a desk that crashes, and the servers' accidents."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.ticket = Ticket(1, "?", 1, NOON, NOON)
        self.lying: dict[int, list[str]] = {}
        self.known: dict[int, Whereabouts] = {}
        self.our_moves = 0
        self.acts = 1
        # Where he put each mail: nothing else may ever be obeyed.
        self.his: set[tuple[int, str]] = set()

    @initialize(mails=st.integers(1, 3))
    def arrive(self, mails: int) -> None:
        """Let the first mails arrive."""
        self.lying = {number: ["inbox"] for number in range(1, mails + 1)}

    @rule(number=st.integers(1, 4), to=st.sampled_from(PLACES))
    def he_moves(self, number: int, to: str) -> None:
        """The operator moves a mail."""
        if self.lying.get(number):
            self.acts += 1
            self.lying[number][0] = to
            self.his.add((number, to))

    @rule(number=st.integers(1, 4), to=st.sampled_from(PLACES))
    def he_copies(self, number: int, to: str) -> None:
        """The operator copies a mail, or his client begins to move it so."""
        if 0 < len(self.lying.get(number, ())) < 3:
            self.acts += 1
            self.lying[number].append(to)
            self.his.add((number, to))

    @rule(number=st.integers(1, 4))
    def he_deletes(self, number: int) -> None:
        """The operator deletes one copy of a mail."""
        if self.lying.get(number):
            self.acts += 1
            self.lying[number].pop()
            self.his |= {(number, place) for place in self.lying[number]}

    @rule()
    def a_customer_writes(self) -> None:
        """A further mail arrives and opens the ticket."""
        if len(self.lying) < 4:
            self.acts += 1
            self.lying[len(self.lying) + 1] = ["inbox"]
            self._change(status="open", snoozed_until=None)

    @rule(status=st.sampled_from(["open", "pending", "solved"]))
    def the_ticket_changes(self, status: str) -> None:
        """A command by mail, a rule or the calendar changes the ticket."""
        self.acts += 1
        self._change(status=status, snoozed_until=None)

    @rule()
    def time_passes(self) -> None:
        """A day goes by."""
        self.now += dt.timedelta(days=1)

    @rule(crash=st.sampled_from(["", "before the move", "after the move"]))
    def the_desk_works(self, crash: str) -> None:
        """The desk looks, decides and moves, and may die over it."""
        self._look()
        self._decide()
        self._move(crash)

    @rule()
    def the_server_is_restored(self) -> None:
        """A backup of a moment when everything lay in the inbox is put back."""
        self.acts += 1
        self.lying = {number: ["inbox"] for number in self.lying}
        self._look(restored=frozenset(PLACES))
        self._decide()
        assert self.ticket.version == self._version, "a backup gave an order"

    @invariant()
    def moves_are_bounded(self) -> None:
        """Every act of somebody else costs at most a move of each copy of each mail."""
        assert self.our_moves <= 12 * self.acts

    def teardown(self) -> None:
        """Left alone, all mails come to lie where the ticket wants them, and then nothing moves any more."""
        self.now += dt.timedelta(days=2)
        for _ in range(4):
            self.the_desk_works("")
        moves, version = self.our_moves, self.ticket.version
        self.the_desk_works("")
        assert (self.our_moves, self.ticket.version) == (moves, version)
        for places in self.lying.values():
            assert set(places) <= {self._place()}

    def _change(self, **changes: object) -> None:
        self.ticket = replace(self.ticket, version=self.ticket.version + 1, **changes)  # type: ignore[arg-type]

    def _look(self, restored: frozenset[str] = frozenset()) -> None:
        self._version = self.ticket.version
        for number, places in self.lying.items():
            before = self.known.get(number, Whereabouts(number))
            self.known[number] = see(before, set(places), Look(self.now, {}, restored))

    def _decide(self) -> None:
        mails = tuple(self.known.values())
        order = latest_order(mails, self._place())
        if order is not None:
            assert (order.mail_id, order.lies_in) in self.his, "an order that he never gave"
            self._obey(order.lies_in)
        self.his = {(number, place) for number, place in self.his if place not in self.known[number].places}
        wanted = self._place(order)
        self.known = {
            one.mail_id: settled(one, wanted, self.ticket.version, self.ticket.snoozed_until) for one in mails
        }

    def _obey(self, place: str) -> None:
        match queue_in(place):
            case Queue.WAITING:
                self._change(status="pending", snoozed_until=None)
            case Queue.DONE:
                self._change(status="solved", snoozed_until=None)
            case Queue.SPAM:
                self._change(status="closed", snoozed_until=None, tags=("spam",))
            case Queue.SNOOZE:
                self._change(status="open", snoozed_until=self.now + dt.timedelta(days=9), tags=())
            case _:
                self._change(status="open", snoozed_until=None, tags=())

    def _place(self, order: Whereabouts | None = None) -> str:
        chosen = [(one.wanted, one.asleep_until) for one in self.known.values()]
        if order is not None:
            chosen.insert(0, (order.lies_in, self.ticket.snoozed_until))
        return place_for(self.ticket, PLACES, chosen)

    def _move(self, crash: str) -> None:
        for number, known in self.known.items():
            for place in sources(known, self.now):
                begun = self.known[number] = about_to_move(self.known[number], self.now)
                if crash == "before the move":
                    return
                self.our_moves += 1
                self.lying[number] = [begun.moving if one == place else one for one in self.lying[number]]
                if crash == "after the move":
                    return
                self.known[number] = moved_from(begun, place)


TestMailboxes = Mailboxes.TestCase
TestMailboxes.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
