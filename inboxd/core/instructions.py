"""What a command means: its value read and checked, or a sentence that says what is wrong with it."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from inboxd.core.commands import Command, CommandName
from inboxd.core.moments import parse_moment
from inboxd.core.spelling import did_you_mean

PRIORITIES = ("urgent", "high", "normal", "low")
MAX_CATEGORY = 60
MAX_TAGS = 20
MORNING = dt.time(9)  # a ticket snoozed to a day wakes when work begins
MIDNIGHT = dt.time()

_TAG = re.compile(r"\w[\w.-]{0,39}")
# A file name, with spaces and all: whether there is such an article is seen later.
_SLUG = re.compile(r"\w[^\t\r\n\\<>]{0,99}")
_TICKET = re.compile(r"#?([1-9][0-9]{0,11})")
_ADDRESS = re.compile(r"[^\s@<>,;]{1,64}@[^\s@<>,;]{1,253}")
_END_MARKS = " .,;!"


@dataclass(frozen=True, slots=True)
class Instruction:
    """A command whose value is understood; only the field its name needs is filled.

    ``text``: note, split, wrong, assign, kb, priority, category, same, forward. ``tags``: tag, untag. ``number``: merge.
    ``until`` (aware, UTC): snooze, and away, where None means back again.
    """

    name: CommandName
    ticket: int | None
    text: str = ""
    tags: tuple[str, ...] = ()
    number: int | None = None
    until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class CommandProblem:
    """A command that was not done, and the sentence for the result mail."""

    command: Command
    sentence: str


def interpret(command: Command, now: dt.datetime, zone: dt.tzinfo) -> Instruction | CommandProblem:
    """Return what to do. Days and times are those of ``zone``; ``now`` is the time the mail was accepted."""
    try:
        return _READERS[command.name](command, now, zone)
    except ValueError as error:
        return CommandProblem(command, f"{command}: {error}.")


def _plain(command: Command, _now: dt.datetime, _zone: dt.tzinfo) -> Instruction:
    if command.value.strip(_END_MARKS):
        raise ValueError(f"#{command.name} takes no value; write your reply on a line of its own")
    return Instruction(command.name, command.ticket)


def _free_text(command: Command, _now: dt.datetime, _zone: dt.tzinfo) -> Instruction:
    return Instruction(command.name, command.ticket, text=command.value)


def _snooze(command: Command, now: dt.datetime, zone: dt.tzinfo) -> Instruction:
    until = parse_moment(command.value, now, zone, MORNING)
    return Instruction(command.name, command.ticket, until=until)


def _away(command: Command, now: dt.datetime, zone: dt.tzinfo) -> Instruction:
    value = command.value.strip(_END_MARKS)
    if value.lower() in {"off", "back", "no"}:
        return Instruction(command.name, command.ticket, until=None)
    day = value[6:] if value.lower().startswith("until ") else value
    return Instruction(command.name, command.ticket, until=parse_moment(day, now, zone, MIDNIGHT))


def _priority(command: Command, _now: dt.datetime, _zone: dt.tzinfo) -> Instruction:
    word = command.value.strip(_END_MARKS).lower()
    if word not in PRIORITIES:
        raise ValueError(f"a priority is one of {', '.join(PRIORITIES)}{did_you_mean(word, PRIORITIES)}")
    return Instruction(command.name, command.ticket, text=word)


def _category(command: Command, _now: dt.datetime, _zone: dt.tzinfo) -> Instruction:
    name = " ".join(command.value.strip(_END_MARKS).split())
    if not 0 < len(name) <= MAX_CATEGORY:
        raise ValueError("write the name of one category, such as billing")
    return Instruction(command.name, command.ticket, text=name)


def _tags(command: Command, _now: dt.datetime, _zone: dt.tzinfo) -> Instruction:
    words = [
        word.strip().removeprefix("#").strip(_END_MARKS).lower()
        for word in re.split("[,，、]", command.value)
    ]
    tags = tuple(dict.fromkeys(filter(None, words)))
    wrong = next((tag for tag in tags if not _TAG.fullmatch(tag)), None)
    if wrong is not None:
        raise ValueError(f"{wrong[:40]!r} is no tag; a tag is one word, several are parted by commas")
    if not 0 < len(tags) <= MAX_TAGS:
        raise ValueError(f"write one to {MAX_TAGS} tags, parted by commas")
    return Instruction(command.name, command.ticket, tags=tags)


def _assign(command: Command, _now: dt.datetime, _zone: dt.tzinfo) -> Instruction:
    name = command.value.strip(_END_MARKS)
    if not name:
        raise ValueError("write the name or address of an operator")
    return Instruction(command.name, command.ticket, text=name)


def _article(command: Command, _now: dt.datetime, _zone: dt.tzinfo) -> Instruction:
    slug = command.value.strip(_END_MARKS).removesuffix(".md")
    if not _SLUG.fullmatch(slug):
        raise ValueError("write the file name of one article without .md, such as refund-policy")
    return Instruction(command.name, command.ticket, text=slug)


def _merge(command: Command, _now: dt.datetime, _zone: dt.tzinfo) -> Instruction:
    found = _TICKET.fullmatch(command.value.strip(_END_MARKS))
    if found is None:
        raise ValueError("write the number of one ticket, such as 12")
    return Instruction(command.name, command.ticket, number=int(found[1]))


def _forward(command: Command, _now: dt.datetime, _zone: dt.tzinfo) -> Instruction:
    address = command.value.strip(_END_MARKS).removeprefix("<").removesuffix(">")
    if not _ADDRESS.fullmatch(address):
        raise ValueError("write one address, such as partner@example.org")
    return Instruction(command.name, command.ticket, text=address)


_READERS: dict[CommandName, Callable[[Command, dt.datetime, dt.tzinfo], Instruction]] = {
    CommandName.SOLVED: _plain,
    CommandName.PENDING: _plain,
    CommandName.OPEN: _plain,
    CommandName.NOTE: _free_text,
    CommandName.SNOOZE: _snooze,
    CommandName.PRIORITY: _priority,
    CommandName.CATEGORY: _category,
    CommandName.TAG: _tags,
    CommandName.UNTAG: _tags,
    CommandName.ASSIGN: _assign,
    CommandName.KB: _article,
    CommandName.SEND: _plain,
    CommandName.WRONG: _free_text,
    CommandName.IMPROVED: _plain,
    CommandName.MERGE: _merge,
    CommandName.SPLIT: _free_text,
    CommandName.SAME: _forward,
    CommandName.FORWARD: _forward,
    CommandName.SPAM: _plain,
    CommandName.WHO: _plain,
    CommandName.UNDO: _plain,
    CommandName.HELP: _plain,
    CommandName.AWAY: _away,
    CommandName.YES: _plain,
}
