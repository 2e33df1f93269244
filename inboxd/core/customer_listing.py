"""What ``customers.csv`` says of a person: the operator's own words, apart from what the desk found out by itself."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

PLAN = "plan"
VIP = "vip"
_NO_LETTERS = re.compile(r"[\W_]+")
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Listing:
    """One row of the file. ``addresses`` are one person's, lower case; ``fields`` are its other columns, ``plan`` among them.

    ``line`` is where the row begins.
    """

    addresses: tuple[str, ...]
    name: str = ""
    organisation: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    line: int = 0

    @property
    def person(self) -> str:
        """Return what the rows of one person share in the store: his first address."""
        return self.addresses[0]


def field_name(column: str) -> str:
    """Return a column's name as rules and templates write it: ``Account manager`` is ``account_manager``."""
    return _NO_LETTERS.sub("_", column.casefold()).strip("_")


def join_listings(found: Iterable[Listing]) -> Listing | None:
    """Return what several rows say of one person (his records were merged): the first word on each point holds."""
    joined: Listing | None = None
    for one in found:
        joined = one if joined is None else _joined(joined, one)
    return joined


def _joined(first: Listing, second: Listing) -> Listing:
    return replace(
        first,
        addresses=_each_once(first.addresses, second.addresses),
        name=first.name or second.name,
        organisation=first.organisation or second.organisation,
        language=first.language or second.language,
        tags=_each_once(first.tags, second.tags),
        fields={**second.fields, **first.fields},
    )


def _each_once(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))
