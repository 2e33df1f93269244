"""The operator's commands: the first lines of his reply, ``#word value``, one per line (DESIGN 4.5).

The block ends at the first other line that is not empty; what follows is the reply. In an answer to a digest each
line begins with its ticket: ``#12 solved``. A ``?`` at the end asks what would happen. Several commands on one line
are taken apart where a known ``#word`` begins. A ``#word`` further down is prose and never read.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from inboxd.core.spelling import did_you_mean

MAX_LINES = 10
MAX_UNKNOWN = 5
MAX_LINE = 1000


class CommandName(StrEnum):
    """Every command there is."""

    SOLVED = "solved"
    PENDING = "pending"
    OPEN = "open"
    NOTE = "note"
    SNOOZE = "snooze"
    PRIORITY = "priority"
    CATEGORY = "category"
    TAG = "tag"
    UNTAG = "untag"
    ASSIGN = "assign"
    KB = "kb"
    SEND = "send"
    WRONG = "wrong"
    IMPROVED = "improved"
    MERGE = "merge"
    SPLIT = "split"
    SAME = "same"
    FORWARD = "forward"
    SPAM = "spam"
    WHO = "who"
    UNDO = "undo"
    HELP = "help"
    AWAY = "away"
    YES = "yes"


@dataclass(frozen=True, slots=True)
class Command:
    """One command as written; ``ticket`` is the one its line begins with (None: the ticket replied to)."""

    name: CommandName
    value: str = ""
    ticket: int | None = None

    def __str__(self) -> str:
        """Return the command as the operator could have typed it."""
        place = "" if self.ticket is None else f"#{self.ticket} "
        return f"{place}#{self.name} {self.value}".rstrip()


@dataclass(frozen=True, slots=True)
class CommandBlock:
    """A reply taken apart: ``commands``, command-like lines nobody knows, and ``rest``, the reply itself.

    ``problems`` says in sentences what was not read and why. With ``unknown`` or ``problems`` nothing of ``rest`` may
    be relayed: a mistyped command must not reach the customer.
    """

    commands: tuple[Command, ...]
    unknown: tuple[str, ...]
    rest: str
    dry_run: bool = False
    problems: tuple[str, ...] = ()

    @property
    def asks(self) -> bool:
        """Return True when anything in it was meant as a command."""
        return bool(self.commands or self.unknown or self.problems)

    @property
    def may_relay(self) -> bool:
        """Return True when there is something to relay and nothing speaks against it."""
        return bool(self.rest) and not (self.unknown or self.problems or self.dry_run)


_NAMES = tuple(name.value for name in CommandName)
_FREE_TEXT = frozenset({CommandName.NOTE, CommandName.SPLIT})
_TICKET = re.compile(r"#([1-9][0-9]{0,11})(?=[\s:])\s{0,9}:?\s{0,9}(?=\S)")
_WORD = re.compile(r"#([^\W\d_][\w-]{0,39})\s{0,9}[:=]?")
_NEXT = re.compile(rf"\s#(?={'|'.join(_NAMES)})(?:{'|'.join(_NAMES)})(?![\w-])", re.IGNORECASE)
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")) | {0xA0: " ", 0xFF03: "#"}


def read_commands(new_text: str) -> CommandBlock:
    """Return the commands at the top of what a person wrote now, and the rest of it."""
    lines = new_text.splitlines()
    block = _Block()
    at = next((at for at, line in enumerate(lines) if not block.take(line)), len(lines))
    if not block.lines:
        return CommandBlock((), (), new_text.strip("\r\n"))
    rest = "\n".join(lines[at:]).strip("\r\n")
    commands, rest = _with_note(tuple(block.commands), rest)
    return CommandBlock(commands, tuple(block.unknown), rest, block.dry_run, tuple(block.problems()))


def _with_note(commands: tuple[Command, ...], rest: str) -> tuple[tuple[Command, ...], str]:
    """Return the commands with the rest of the mail in a ``#note`` that says nothing itself: then nothing is relayed."""
    empty = [one for one in commands if one.name is CommandName.NOTE and not one.value]
    if not (empty and rest):
        return commands, rest
    return tuple(replace(one, value=rest) if one is empty[-1] else one for one in commands), ""


class _Block:
    """Reads line by line until one is no command."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.unknown: list[str] = []
        self.dry_run = False
        self.lines = 0

    def take(self, line: str) -> bool:
        """Read one line of the block; return False when it does not belong to it."""
        text = line[:MAX_LINE].translate(_INVISIBLE).strip()
        if not text:
            return True
        if text in {"?", "？"} and self.lines:
            self.dry_run = True
            return True
        ticket, text = _split_ticket(text)
        if not _WORD.match(text):
            return False
        self.lines += 1
        if self.lines <= MAX_LINES and len(self.unknown) < MAX_UNKNOWN:
            self._read(text, ticket)
        return True

    def problems(self) -> list[str]:
        """Return a sentence for each thing that was not understood."""
        said = [f"There is no command {_first_word(line)!r}{_suggest(line)}" for line in self.unknown]
        if len(self.unknown) >= MAX_UNKNOWN:
            said.append(f"Reading stopped after {MAX_UNKNOWN} unknown commands.")
        elif self.lines > MAX_LINES:
            said.append(f"Only the first {MAX_LINES} lines of commands were read.")
        return said

    def _read(self, text: str, ticket: int | None) -> None:
        while text:
            found = _WORD.match(text)
            name = found[1].lower() if found else ""
            if found is None or name not in _NAMES:
                self.unknown.append(text[:80])
                return
            command = CommandName(name)
            following = None if command in _FREE_TEXT else _NEXT.search(text, found.end(1))
            value = text[found.end() : following.start() if following else None].strip()
            text = text[following.start() :].strip() if following else ""
            self.commands.append(Command(command, self._without_question(command, value), ticket))

    def _without_question(self, command: CommandName, value: str) -> str:
        """Return the value without the ``?`` of a dry run; a note may well end in a question."""
        if not value.endswith(("?", "？")) or (command in _FREE_TEXT and value.strip("?？")):
            return value
        self.dry_run = True
        return value.rstrip("?？ ")


def _split_ticket(text: str) -> tuple[int | None, str]:
    """Return the ticket a digest line begins with, and the command behind it with its ``#``."""
    found = _TICKET.match(text)
    if found is None:
        return None, text
    rest = text[found.end() :]
    if rest.startswith("#"):
        return int(found[1]), rest
    word = re.match(r"[\w-]{1,40}", rest)
    # "#1 thing to know" is prose; "#12 solved", and a single word that is meant as one, are not.
    is_command = word is not None and (
        word[0].lower() in _NAMES or (word[0] == rest and bool(_suggest("#" + rest)))
    )
    return (int(found[1]), "#" + rest) if is_command else (None, rest)


def _first_word(line: str) -> str:
    return line.split(maxsplit=1)[0]


def _suggest(line: str) -> str:
    return did_you_mean(_first_word(line).lstrip("#"), _NAMES)
