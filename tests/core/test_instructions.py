import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.commands import Command, CommandName
from inboxd.core.instructions import CommandProblem, Instruction, interpret

BERLIN = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2026, 11, 21, 10, 0, tzinfo=dt.UTC)  # a Saturday


def _interpret(name: CommandName, value: str = "") -> Instruction | CommandProblem:
    return interpret(Command(name, value, 12), NOW, BERLIN)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (Command(CommandName.SOLVED, "."), Instruction(CommandName.SOLVED, None)),
        (Command(CommandName.NOTE, "call him"), Instruction(CommandName.NOTE, None, text="call him")),
        (Command(CommandName.PRIORITY, "High"), Instruction(CommandName.PRIORITY, None, text="high")),
        (Command(CommandName.TAG, "a, #B,,c。d、a"), None),
        (Command(CommandName.TAG, "a, #B,a"), Instruction(CommandName.TAG, None, tags=("a", "b"))),
        (Command(CommandName.UNTAG, "退款，b"), Instruction(CommandName.UNTAG, None, tags=("退款", "b"))),
        (Command(CommandName.MERGE, "#12"), Instruction(CommandName.MERGE, None, number=12)),
        (Command(CommandName.ASSIGN, "ada"), Instruction(CommandName.ASSIGN, None, text="ada")),
        (
            Command(CommandName.KB, "refund-policy.md"),
            Instruction(CommandName.KB, None, text="refund-policy"),
        ),
        (
            Command(CommandName.KB, "Where's my order (EU).md"),
            Instruction(CommandName.KB, None, text="Where's my order (EU)"),
        ),
        (Command(CommandName.FORWARD, "<a@b.test>"), Instruction(CommandName.FORWARD, None, text="a@b.test")),
        (Command(CommandName.AWAY, "off"), Instruction(CommandName.AWAY, None)),
        (Command(CommandName.SOLVED, "thanks"), None),
        (Command(CommandName.PRIORITY, "hgih"), None),
        (Command(CommandName.TAG, ""), None),
        (Command(CommandName.TAG, "two words"), None),
        (Command(CommandName.MERGE, "twelve"), None),
        (Command(CommandName.KB, "../x y"), None),
        (Command(CommandName.FORWARD, "a@b, c@d"), None),
        (Command(CommandName.ASSIGN, ""), None),
    ],
)
def test_values(command: Command, expected: Instruction | None) -> None:
    """Each command's value is read, or refused (None here) with a sentence that names the command."""
    found = interpret(command, NOW, BERLIN)

    if expected is not None:
        assert found == expected
    else:
        assert isinstance(found, CommandProblem)
        assert found.sentence.startswith(f"#{command.name}")
        assert found.sentence.endswith(".")


def test_snooze_and_away_are_moments_in_utc() -> None:
    """A snoozed ticket wakes at nine local time; an absence ends when its day begins."""
    snooze = _interpret(CommandName.SNOOZE, "monday")
    away = _interpret(CommandName.AWAY, "until 2026-12-01")

    assert snooze == Instruction(CommandName.SNOOZE, 12, until=dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC))
    assert away == Instruction(CommandName.AWAY, 12, until=dt.datetime(2026, 11, 30, 23, tzinfo=dt.UTC))


@given(st.sampled_from(CommandName), st.text(max_size=60))
def test_never_raises(name: CommandName, value: str) -> None:
    """Whatever is typed behind a command gives an instruction or a problem, and moments are aware and ahead."""
    found = _interpret(name, value)

    assert isinstance(found, Instruction | CommandProblem)
    if isinstance(found, Instruction) and found.until is not None:
        assert found.until > NOW
