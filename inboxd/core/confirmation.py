"""What asks back before it is done: merging tickets or people, what touches several tickets, what the mail's proof does not cover."""

from collections.abc import Mapping, Sequence

from inboxd.core.commands import Command, CommandName
from inboxd.core.orders import TicketCase

# These look, or act on no ticket: they never need a second word.
_HARMLESS = frozenset({CommandName.WHO, CommandName.HELP, CommandName.AWAY, CommandName.YES})

# Nothing takes these back.
_FOR_GOOD = frozenset({CommandName.MERGE, CommandName.SAME})


def asks_back(commands: tuple[Command, ...], here: int, cases: Mapping[int, TicketCase]) -> bool:
    """Return True when the commands of one mail must be confirmed; ``here`` is the ticket it answers (0: none).

    A token proves its operator for its own ticket only. What he orders elsewhere with it waits until he answers a
    mail that went to him alone, which nobody can do who only got hold of the token.
    """
    acting = [command for command in commands if command.name not in _HARMLESS]
    if any(command.name in _FOR_GOOD for command in acting):
        return True
    named = {command.ticket if command.ticket is not None else here for command in acting}
    known = {cases[number].ticket.number: cases[number].covered for number in named if number in cases}
    return len(known) > 1 or not all(known.values())


def with_tickets(commands: tuple[Command, ...], here: int) -> tuple[Command, ...]:
    """Return the commands with the ticket written out, so that they mean the same in another mail."""
    return tuple(
        Command(one.name, one.value, one.ticket if one.ticket is not None else here or None)
        for one in commands
    )


def to_json(commands: tuple[Command, ...]) -> list[list[object]]:
    """Return commands as they are kept."""
    return [[one.name.value, one.value, one.ticket] for one in commands]


def from_json(kept: Sequence[Sequence[object]]) -> tuple[Command, ...]:
    """Return kept commands."""
    return tuple(
        Command(CommandName(str(name)), str(value), ticket if isinstance(ticket, int) else None)
        for name, value, ticket in kept
    )
