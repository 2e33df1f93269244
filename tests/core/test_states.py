import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from inboxd.core.states import (
    TICKET_EVENTS,
    IllegalTransition,
    TicketEvent,
    TicketStatus,
    ticket_after,
)


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
    with pytest.raises(IllegalTransition, match=f"'{status}' does not allow '{event}'"):
        ticket_after(TicketStatus(status), TicketEvent(event))


def test_the_table_is_complete_and_closed() -> None:
    """Every status has its row, and the table cannot be written to."""
    assert set(TICKET_EVENTS) == set(TicketStatus)
    with pytest.raises(TypeError):
        TICKET_EVENTS[TicketStatus.MERGED] = {}  # type: ignore[index]


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
            self.was.append(self.status)

    @invariant()
    def merged_is_the_end(self) -> None:
        """Nothing ever happens to a merged ticket, and no ticket becomes new again."""
        assert TicketStatus.MERGED not in self.was[:-1]
        assert TicketStatus.NEW not in self.was[1:]


TicketLife.TestCase.settings = settings(max_examples=60, stateful_step_count=25)
TestTicketLife = TicketLife.TestCase
