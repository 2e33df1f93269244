"""Whole mailboxes with everything that can happen to them: only where their owner put a mail is ever obeyed."""

import datetime as dt
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from inboxd.core.queue_folders import Queue, place_for, queue_in
from inboxd.core.queue_moves import (
    Look,
    Whereabouts,
    about_to_move,
    latest_order,
    moved_from,
    see,
    settled,
    sources,
)
from inboxd.core.ticket import Ticket

NOON = dt.datetime(2026, 11, 16, 12, tzinfo=dt.UTC)
PLACES = ("inbox", "open", "waiting", "late", "done", "spam", "snooze", "snooze/Monday")


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
