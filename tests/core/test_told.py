import datetime as dt
from dataclasses import replace

from inboxd.core.deadline import Deadline
from inboxd.core.ticket import Ticket
from inboxd.core.told import BREACHED, WARNED, Said, is_told, unsaid, with_told

MONDAY = dt.datetime(2026, 11, 16, 10, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
TICKET = Ticket(12, "Hello", 1, MONDAY, MONDAY)


def due(hours: int, target: str = "resolution") -> Deadline:
    return Deadline(target, MONDAY + hours * HOUR, MONDAY)


def test_a_time_is_told_once_in_each_way() -> None:
    """A warning is no breach, one target is not another, forward is news and backward is not."""
    ticket = replace(TICKET, told=with_told((), WARNED, (due(4),)))
    assert is_told(ticket, due(4), WARNED)
    assert is_told(ticket, due(3), WARNED)
    assert not is_told(ticket, due(5), WARNED)
    assert not is_told(ticket, due(4), BREACHED)
    assert not is_told(ticket, due(4, "next_response"), WARNED)


def test_the_latest_time_is_kept() -> None:
    """However often a time moves there is one entry per target and way."""
    told = with_told(with_told((), WARNED, (due(9),)), WARNED, (due(2), due(4, "next_response")))
    assert len(told) == 2
    assert is_told(replace(TICKET, told=told), due(9), WARNED)


def test_a_ticket_of_an_older_store_knows_one_time_for_all() -> None:
    """It holds until something is told by target; a step of a chain does not end it."""
    ticket = replace(TICKET, warned_due=MONDAY + HOUR, told=with_told((), "due+3600 a@b.test", (due(1),)))
    assert is_told(ticket, due(1, "first_response"), WARNED)
    assert not is_told(ticket, due(1), BREACHED)
    assert is_told(ticket, due(1), "due+3600 a@b.test")


def test_what_nobody_heard_was_not_said() -> None:
    """A breach that reached no operator is untold with what was late beside it; an earlier one stays told."""
    told = with_told((), BREACHED, (due(1, "first_response"), due(4), due(6, "next_response")))
    told = with_told(told, "due+3600 boss@else.test", (due(1, "first_response"),))
    ticket = replace(TICKET, told=told, breached_due=due(6).due)
    operators = frozenset({"ada@acme.test"})
    said = [Said("resolution", due(4).due)]
    assert unsaid(ticket, said, operators, operators) == ticket
    after = unsaid(ticket, said, frozenset({"boss@else.test"}), operators)
    assert is_told(after, due(1, "first_response"), BREACHED)
    assert not is_told(after, due(4), BREACHED)
    assert not is_told(after, due(6, "next_response"), BREACHED)
    assert after.breached_due == due(1).due


def test_a_step_is_unsaid_by_itself() -> None:
    """A step of the escalation that reached none of its people is told anew; the breach itself is not."""
    way = "due+3600 boss@else.test,chief@else.test"
    told = with_told(with_told((), BREACHED, (due(1),)), way, (due(1),))
    ticket = replace(TICKET, told=told)
    said = [Said("resolution", due(1).due, ("chief@else.test", "boss@else.test"))]
    operators = frozenset({"ada@acme.test"})
    assert unsaid(ticket, said, frozenset({"chief@else.test"}), operators).told == told
    after = unsaid(ticket, said, operators, operators)
    assert not is_told(after, due(1), way)
    assert is_told(after, due(1), BREACHED)
