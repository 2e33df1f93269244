import itertools

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from inboxd.core.states import (
    MAIL,
    OUTBOX,
    TICKET,
    TICKET_EVENTS,
    IllegalTransition,
    MailState,
    OutboxState,
    TicketEvent,
    TicketStatus,
    move,
    ticket_after,
)

LEGAL_MAIL = {("accepted", "processed"), ("accepted", "held"), ("held", "accepted"), ("held", "dropped")}
LEGAL_OUTBOX = {("queued", "sent"), ("queued", "failed"), ("queued", "cancelled"), ("failed", "queued")}


@pytest.mark.parametrize(("before", "after"), list(itertools.product(MailState, MailState)))
def test_mail_states(before: MailState, after: MailState) -> None:
    """Exactly the four legal changes of a mail are possible."""
    if (before.value, after.value) in LEGAL_MAIL:
        assert move(MAIL, before, after) is after
    else:
        with pytest.raises(IllegalTransition, match=f"'{before}' does not allow '{after}'"):
            move(MAIL, before, after)


@pytest.mark.parametrize(("before", "after"), list(itertools.product(OutboxState, OutboxState)))
def test_outbox_states(before: OutboxState, after: OutboxState) -> None:
    """Exactly the four legal changes of a mail to be sent are possible; sent is sent."""
    if (before.value, after.value) in LEGAL_OUTBOX:
        assert move(OUTBOX, before, after) is after
    else:
        with pytest.raises(IllegalTransition):
            move(OUTBOX, before, after)


@pytest.mark.parametrize(
    ("status", "event", "after"),
    [
        ("new", "customer replied", "new"),
        ("new", "answered by itself", "pending"),
        ("open", "operator replied", "pending"),
        ("pending", "customer replied", "open"),
        ("pending", "answer bounced", "open"),
        ("pending", "snooze ended", "open"),
        ("pending", "set solved", "solved"),
        ("solved", "customer replied", "open"),
        ("solved", "operator replied", "solved"),
        ("solved", "answer bounced", "open"),
        ("solved", "solved long ago", "closed"),
        ("closed", "set open", "open"),
        ("closed", "operator replied", "closed"),
        ("open", "marked spam", "closed"),
        ("closed", "merged", "merged"),
    ],
)
def test_what_happens_moves_a_ticket(status: str, event: str, after: str) -> None:
    """Each event takes a ticket where the table says."""
    assert ticket_after(TicketStatus(status), TicketEvent(event)) == after


@pytest.mark.parametrize(
    ("status", "event"),
    [
        ("closed", "customer replied"),  # it opens a linked new ticket
        ("closed", "answered by itself"),
        ("solved", "answered by itself"),
        ("open", "solved long ago"),
        ("pending", "solved long ago"),
        ("merged", "customer replied"),
        ("merged", "set open"),
    ],
)
def test_what_may_not_happen_to_a_ticket(status: str, event: str) -> None:
    """An event that has no place in a status raises."""
    with pytest.raises(IllegalTransition):
        ticket_after(TicketStatus(status), TicketEvent(event))


def test_tables_are_complete_and_closed() -> None:
    """Every state has its row, and the tables cannot be written to."""
    assert set(MAIL) == set(MailState)
    assert set(OUTBOX) == set(OutboxState)
    assert set(TICKET) == set(TICKET_EVENTS) == set(TicketStatus)
    with pytest.raises(TypeError):
        MAIL[MailState.DROPPED] = frozenset()  # type: ignore[index]


class TicketLife(RuleBasedStateMachine):
    """A ticket to which anything happens in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.status = TicketStatus.NEW
        self.was = [TicketStatus.NEW]

    @rule(event=st.sampled_from(TicketEvent))
    def happens(self, event: TicketEvent) -> None:
        """Let an event happen; an illegal one must leave everything as it was."""
        before = self.status
        try:
            self.status = ticket_after(before, event)
        except IllegalTransition:
            assert event not in TICKET_EVENTS[before]
            return
        if self.status is not before:
            assert move(TICKET, before, self.status) is self.status
            self.was.append(self.status)

    @rule(wanted=st.sampled_from(TicketStatus))
    def moves(self, wanted: TicketStatus) -> None:
        """Move directly; only what some event can do is possible."""
        possible = {after for after in TICKET_EVENTS[self.status].values() if after is not self.status}
        try:
            self.status = move(TICKET, self.status, wanted)
        except IllegalTransition:
            assert wanted not in possible
        else:
            assert wanted in possible
            self.was.append(wanted)

    @invariant()
    def merged_is_the_end(self) -> None:
        """Nothing ever happens to a merged ticket, and no ticket becomes new again."""
        assert TicketStatus.MERGED not in self.was[:-1]
        assert TicketStatus.NEW not in self.was[1:]


TicketLife.TestCase.settings = settings(max_examples=60, stateful_step_count=25)
TestTicketLife = TicketLife.TestCase
