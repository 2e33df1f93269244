"""``customers.csv`` (RFC 4180) as listings: every mistake with its line, all of them at once.

The first line names the columns. ``address`` is needed; ``name``, ``organisation``, ``language``, ``tags``, ``vip`` and
``plan`` mean what they say, and any other column is a field of the operator's own.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from inboxd.core.customer_listing import VIP, Listing, field_name
from inboxd.errors import Problem

MOST_ROWS = 200_000
_MOST_COLUMNS = 60
_LONGEST_VALUE = 1_000
_MOST_PROBLEMS = 200
_ADDRESS, _NAME, _ORGANISATION, _LANGUAGE, _TAGS = "address", "name", "organisation", "language", "tags"
_SPELLINGS: Mapping[str, str] = {
    **dict.fromkeys(("address", "addresses", "email", "emails", "e_mail", "mail"), _ADDRESS),
    **dict.fromkeys(("organisation", "organization", "company"), _ORGANISATION),
    **{name: name for name in (_NAME, _LANGUAGE, _TAGS, VIP)},
}
_OWN_WORDS = frozenset(_SPELLINGS.values())
_FLAGS: Mapping[str, bool] = {
    **dict.fromkeys(("yes", "true", "1", "x", VIP), True),
    **dict.fromkeys(("", "no", "false", "0"), False),
}
# Spreadsheets of many countries write semicolons, and what is pasted from one has tabs.
_DELIMITERS = (",", ";", "\t")
_BETWEEN_ADDRESSES = re.compile(r"[\s,;|]+")
_BETWEEN_TAGS = re.compile(r"[,;|]")
_ADDRESS_FORM = re.compile(r"[^\s@<>(),;:\"\\\[\]]{1,64}@[^\s@<>(),;:\"\\\[\]]{1,255}")
# ISO 639: what mails are written in, without a country.
_LANGUAGE_FORM = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """What the file says: a listing per row, the names of its own columns, and everything that is wrong with it."""

    listings: tuple[Listing, ...] = ()
    fields: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()


def read_customer_file(text: str, file: str, is_own: Callable[[str], bool] = lambda _: False) -> CustomerFile:
    """Return what a file's text says. Never raises; ``is_own`` tells the addresses that are no customer's."""
    reader = _Reader(file, is_own)
    rows = _rows(text.removeprefix("\ufeff"), reader)
    head = next(rows, None)
    if head is None:
        return CustomerFile(problems=reader.told(1, "there is no line that names the columns"))
    columns = reader.columns(*head)
    if reader.problems:
        return CustomerFile(problems=tuple(reader.problems))
    listings = []
    for line, cells in rows:
        listing = reader.listing(line, columns, cells)
        if listing is not None:
            listings.append(listing)
        if len(reader.problems) > _MOST_PROBLEMS:
            break
    own = frozenset(one for one in columns if one not in _OWN_WORDS)
    return CustomerFile(tuple(listings), own, tuple(reader.problems))


@dataclass(slots=True)
class _Reader:
    """Reads one file; remembers what was wrong and whose each address is."""

    file: str
    is_own: Callable[[str], bool]
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    def told(self, line: int, message: str) -> tuple[Problem, ...]:
        self.problems.append(Problem(self.file, line, message))
        return tuple(self.problems)

    def columns(self, line: int, cells: Sequence[str]) -> tuple[str, ...]:
        """Return the columns by the names they have inside."""
        names = [_SPELLINGS.get(field_name(cell), field_name(cell)) for cell in cells]
        if len(names) > _MOST_COLUMNS:
            self.told(line, f"there are {len(names)} columns, and {_MOST_COLUMNS} are the most")
            return ()
        for number, name in enumerate(names):
            if not name:
                self.told(line, f"column {number + 1} has no name")
            elif name in names[:number]:
                self.told(line, f"column {number + 1}: there is another '{name}'")
        if _ADDRESS not in names:
            self.told(line, "no column is called 'address': it says whose each line is")
        return tuple(names)

    def listing(self, line: int, columns: Sequence[str], cells: Sequence[str]) -> Listing | None:
        """Return what one row says; None for an empty one and for one with a mistake."""
        if not any(cell.strip() for cell in cells):
            return None
        before = len(self.problems)
        if any(cell.strip() for cell in cells[len(columns) :]):
            self.told(
                line, f"{len(cells)} values for {len(columns)} columns: one that holds a comma needs quotes"
            )
        values = {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}
        for name, value in values.items():
            if len(value) > _LONGEST_VALUE or "\0" in value:
                self.told(line, f"'{name}' is longer than {_LONGEST_VALUE} characters, or no text")
        addresses = self._addresses(line, values.get(_ADDRESS, ""))
        tags = (*_tags(values.get(_TAGS, "")), *((VIP,) if self._is_vip(line, values.get(VIP, "")) else ()))
        language = self._language(line, values.get(_LANGUAGE, ""))
        if len(self.problems) > before:
            return None
        return Listing(
            addresses=addresses,
            name=" ".join(values.get(_NAME, "").split()),
            organisation=" ".join(values.get(_ORGANISATION, "").split()),
            language=language,
            tags=tuple(dict.fromkeys(tags)),
            fields={name: value for name, value in values.items() if value and name not in _OWN_WORDS},
            line=line,
        )

    def _addresses(self, line: int, cell: str) -> tuple[str, ...]:
        addresses = tuple(dict.fromkeys(one.lower() for one in _BETWEEN_ADDRESSES.split(cell) if one))
        if not addresses:
            self.told(line, "there is no address")
        for one in addresses:
            first = self.lines.setdefault(one, line)
            if not _ADDRESS_FORM.fullmatch(one):
                self.told(line, f"{one[:80]!r} is no e-mail address")
            elif self.is_own(one):
                self.told(line, f"{one} is the desk's or an operator's: it is no customer's")
            elif first != line:
                self.told(line, f"{one} stands in line {first} already")
        return addresses

    def _is_vip(self, line: int, cell: str) -> bool:
        flag = _FLAGS.get(cell.casefold())
        if flag is None:
            self.told(line, f"'vip' is yes or no, not {cell[:40]!r}")
        return bool(flag)

    def _language(self, line: int, cell: str) -> str:
        language = cell.lower()
        if language and not _LANGUAGE_FORM.fullmatch(language):
            self.told(line, f"'language' is a code such as 'de', not {cell[:40]!r}")
        return language


def _rows(text: str, reader: _Reader) -> Iterator[tuple[int, list[str]]]:
    """Yield every row with the line it begins at; what cannot be read further is told and ends the file."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    line = 1
    for _ in range(MOST_ROWS + 1):
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            reader.told(line, f"from this line on the file cannot be read: {error}")
            return
        if cells:
            yield line, cells
        line = lines.line_num + 1
    reader.told(line, f"there are more than {MOST_ROWS} rows")


def _delimiter(text: str) -> str:
    head = text[: text.find("\n")] if "\n" in text else text
    return max(_DELIMITERS, key=head.count)


def _tags(cell: str) -> tuple[str, ...]:
    return tuple(tag for one in _BETWEEN_TAGS.split(cell) if (tag := " ".join(one.split())))
