"""What is looked for when a person is erased, and what may stay of an event he had a part in."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

ERASED = "[erased]"
# What the desk writes to its operators tells of many tickets; nothing is lost when a copy of it is emptied.
LETTERS = frozenset({"notification", "digest", "chase", "result", "alarm"})
# Words of the desk's own that its figures are made of. Nothing else of an event stays.
_KEPT = frozenset(
    """from to automatic article rule rules template kind status priority category score into language target distance
    similarity agreed draft by permanent""".split()
)
_WORD = re.compile(r"[\w.:-]{1,64}")
_MESSAGE_ID = "message_id"
# A first name alone is many people's: it is only taken for his where nothing else stands beside it.
_FEWEST_WORDS = 2
_FEWEST_IDEOGRAPHS = 3


@dataclass(frozen=True)
class Traces:
    """Who is erased: his addresses, his names and the numbers of his tickets."""

    addresses: tuple[str, ...]
    names: tuple[str, ...]
    tickets: frozenset[int] = frozenset()

    @property
    def words(self) -> tuple[str, ...]:
        """Return what is looked for everywhere: addresses, and names of at least two words."""
        return (*self.addresses, *(name for name in self.names if _is_telling(name)))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        his = [rf"(?<![\w.+-]){re.escape(one)}(?![\w-])" for one in self.addresses]
        his += [_name_pattern(one) for one in self.names if _is_telling(one)]
        return re.compile("|".join(sorted(his, key=len, reverse=True)) or r"(?!)", re.IGNORECASE)

    @cached_property
    def _number(self) -> re.Pattern[str]:
        return re.compile(r"#(\d{1,12})\b")

    def redact(self, text: str) -> str:
        """Return the text with his addresses and full names taken out."""
        return self._pattern.sub(ERASED, text)

    def is_in(self, text: str) -> bool:
        """Return whether a text names him."""
        return self._pattern.search(text) is not None

    def is_told_in(self, text: str) -> bool:
        """Return whether a text names him or one of his tickets."""
        return self.is_in(text) or any(int(one) in self.tickets for one in self._number.findall(text))

    def redact_value(self, value: Any) -> Any:
        """Return a JSON value with his addresses and full names taken out of every key and text."""
        if isinstance(value, str):
            return self.redact(value)
        if isinstance(value, Mapping):
            return {self.redact(str(key)): self.redact_value(one) for key, one in value.items()}
        return [self.redact_value(one) for one in value] if isinstance(value, list) else value


def event_left(detail: Mapping[str, Any], pseudonym: Callable[[str], str]) -> dict[str, Any]:
    """Return what may stay of an event's detail: numbers, and words of the desk's own.

    ``pseudonym`` gives the same Message-ID the same stand-in, so that answers and bounces still find each other.
    """
    left = {name: value for name, value in detail.items() if _may_stay(name, value)}
    if isinstance(detail.get(_MESSAGE_ID), str):
        left[_MESSAGE_ID] = pseudonym(detail[_MESSAGE_ID])
    return left


def names_of(found: Collection[str]) -> tuple[str, ...]:
    """Return the different names among those given, without surrounding space and quotes."""
    return tuple(sorted({name for one in found if (name := one.strip(" \t\"'"))}))


def _may_stay(name: str, value: object) -> bool:
    if isinstance(value, bool | int | float) or value is None:
        return True
    return name in _KEPT and isinstance(value, str) and (not value or _WORD.fullmatch(value) is not None)


def _is_telling(name: str) -> bool:
    ideographs = sum("\u3040" <= one <= "\u9fff" or "\uac00" <= one <= "\ud7a3" for one in name)
    return len(name.split()) >= _FEWEST_WORDS or ideographs >= _FEWEST_IDEOGRAPHS


def _name_pattern(name: str) -> str:
    words = r"\s{1,4}".join(re.escape(word) for word in name.split())
    return words if name[0] >= "\u2e80" else rf"(?<!\w){words}(?!\w)"
