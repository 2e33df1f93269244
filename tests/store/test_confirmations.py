import datetime as dt

from sqlalchemy import Engine

from inboxd.core.commands import Command, CommandName
from inboxd.store import confirmations, settings
from inboxd.store.engine import read, write

NOW = dt.datetime(2026, 11, 16, 10, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
COMMANDS = (Command(CommandName.SOLVED, "", 7), Command(CommandName.TAG, "a", 8))
ADA = "ada@acme.test"


def test_commands_wait_for_their_operator_for_a_day(engine: Engine) -> None:
    """Only who was asked gets them back, only under that mail, and only within 24 hours."""
    with write(engine) as connection:
        confirmations.keep(connection, 5, ADA, COMMANDS, NOW)
    with read(engine) as connection:
        assert confirmations.waiting(connection, 5, ADA, NOW + DAY) == COMMANDS
        assert confirmations.waiting(connection, 5, ADA, NOW + DAY + dt.timedelta(seconds=1)) == ()
        assert confirmations.waiting(connection, 5, "grace@acme.test", NOW) == ()
        assert confirmations.waiting(connection, 6, ADA, NOW) == ()


def test_settled_is_gone(engine: Engine) -> None:
    """What is done waits no longer."""
    with write(engine) as connection:
        confirmations.keep(connection, 5, ADA, COMMANDS, NOW)
        confirmations.settle(connection, 5)
        assert confirmations.waiting(connection, 5, ADA, NOW) == ()


def test_what_nobody_confirmed_is_forgotten(engine: Engine) -> None:
    """The next one that asks back clears away what is too old, and nothing else."""
    with write(engine) as connection:
        settings.save(connection, "other", {}, NOW - 9 * DAY)
        confirmations.keep(connection, 5, ADA, COMMANDS, NOW - 2 * DAY)
        confirmations.keep(connection, 6, ADA, COMMANDS, NOW)
        assert settings.load(connection, "confirm:5") is None
        assert settings.load(connection, "other") is not None
