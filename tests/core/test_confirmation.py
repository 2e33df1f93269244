import datetime as dt

import pytest

from inboxd.core.commands import Command, CommandName, read_commands
from inboxd.core.confirmation import asks_back, from_json, to_json, with_tickets
from inboxd.core.facts import CustomerFacts
from inboxd.core.orders import TicketCase
from inboxd.core.ticket import Ticket

NOW = dt.datetime(2026, 11, 16, tzinfo=dt.UTC)
CARLA = CustomerFacts(1, "carla@customer.test", "Carla", "en", (), 1, None, undeliverable=False)


def _case(number: int, *, covered: bool = True) -> TicketCase:
    return TicketCase(Ticket(number, "Export", 1, NOW, NOW), CARLA, CARLA.address, covered=covered)


# #5 was merged into #7; #9 is another's, which the proof does not cover.
CASES = {7: _case(7), 5: _case(7), 8: _case(8), 9: _case(9, covered=False)}


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("#solved\n#tag a", False),
        ("#7 solved\n#5 tag a\n#solved", False),
        ("#8 solved", False),
        ("#solved\n#8 solved", True),
        ("#9 solved", True),
        ("#merge 8", True),
        ("#same carla@home.test", True),
        ("#who\n#help\n#9 who", False),
        ("#away until 2026-12-01", False),
        ("#99 solved", False),
    ],
)
def test_what_asks_back(text: str, asks: bool) -> None:  # noqa: FBT001  a table of cases
    """Merging, two tickets at once, and a ticket the proof does not cover need a second word; looking never does."""
    assert asks_back(read_commands(text).commands, 7, CASES) is asks


def test_one_line_of_a_digest_needs_none() -> None:
    """In a mail about no ticket, several commands on one ticket are done at once."""
    assert not asks_back(read_commands("#8 solved\n#8 tag a").commands, 0, CASES)


def test_kept_commands_mean_the_same_elsewhere() -> None:
    """They are kept with their ticket written out and come back as they were."""
    commands = with_tickets(read_commands("#solved\n#8 tag a, b").commands, 7)
    assert from_json(to_json(commands)) == commands
    assert commands == (Command(CommandName.SOLVED, "", 7), Command(CommandName.TAG, "a, b", 8))
