"""Statements made once and run often: what is asked and written for every mail.

Making a statement, looking up what it was compiled to and wrapping its answer cost SQLAlchemy ten to fifty times what
SQLite takes for the answer itself. So a statement that stands at the head of its module is compiled when it is first run,
and from then on goes to the driver with nothing but the types of its columns between. SQLAlchemy runs it as any other
on PostgreSQL, whose lost connections it knows, and wherever somebody listened to what is executed when it connected.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError

from inboxd.store.storable import storable

_Convert = Callable[[Any], Any]
# Whose statements go to which connection of the driver; None for those that SQLAlchemy runs.
_drivers: WeakKeyDictionary[Connection, Any] = WeakKeyDictionary()
# The engine itself listens to every statement, to make its parameters storable; so does what stands here.
_OWN_LISTENERS = 1
# A list of another length is another statement; of one run with ever more lengths not all are kept.
_MOST_FORMS = 100


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement as the driver takes it: its parameters in order, each with its place in a list, and their types."""

    sql: str
    slots: tuple[tuple[str, int | None, _Convert | None], ...]
    constants: Mapping[str, Any]
    results: tuple[tuple[int, _Convert], ...]


class Prepared:
    """One statement. What it asks by are ``bindparam``s, which no column of the table may share a name with.

    What an INSERT or UPDATE writes are the other values it is run with, by the names of their columns.
    """

    __slots__ = ("_compiled", "_lists", "_statement", "_writes")

    def __init__(self, statement: Select[Any] | Insert | Update | Delete, lists: Sequence[str] = ()) -> None:
        """Keep a statement; ``lists`` are the parameters that stand in an ``in_`` (``bindparam(expanding=True)``)."""
        self._statement = statement
        self._lists = tuple(lists)
        self._writes = not isinstance(statement, Select)
        self._compiled: dict[tuple[Any, ...], _Compiled] = {}

    def rows(self, connection: Connection, **values: Any) -> list[tuple[Any, ...]]:
        """Return all rows."""
        if not is_direct(connection):
            return [tuple(row) for row in connection.execute(self._statement, values)]
        compiled = self._compile(connection.dialect, values)
        return _converted(compiled, _execute(connection, compiled, values).fetchall())

    def mappings(self, connection: Connection, **values: Any) -> list[dict[str, Any]]:
        """Return all rows, each by the names of its columns."""
        names = self._statement.selected_columns.keys() if isinstance(self._statement, Select) else ()
        return [dict(zip(names, row, strict=True)) for row in self.rows(connection, **values)]

    def first(self, connection: Connection, **values: Any) -> tuple[Any, ...] | None:
        """Return the first row, or None when there is none."""
        return next(iter(self.rows(connection, **values)), None)

    def column(self, connection: Connection, **values: Any) -> list[Any]:
        """Return the first column of all rows."""
        return [row[0] for row in self.rows(connection, **values)]

    def value(self, connection: Connection, **values: Any) -> Any:
        """Return the first column of the first row, or None when there is none."""
        row = self.first(connection, **values)
        return None if row is None else row[0]

    def run(self, connection: Connection, **values: Any) -> int:
        """Write; return how many rows that changed."""
        if not is_direct(connection):
            return connection.execute(self._statement, values).rowcount
        compiled = self._compile(connection.dialect, values)
        changed: int = _execute(connection, compiled, values).rowcount
        return changed

    def run_each(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write once for each of the rows, which all give the same values."""
        if not rows:
            return
        if not is_direct(connection):
            connection.execute(self._statement, list(rows))
            return
        compiled = self._compile(connection.dialect, rows[0])
        _begin(connection)
        for bound in _bound_each(compiled, rows):
            _drive(connection, compiled.sql, bound)

    def value_each(self, connection: Connection, asked: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Return the first column of the first row for each of the questions, None where there is none."""
        if not asked or not is_direct(connection):
            return [self.value(connection, **one) for one in asked]
        compiled = self._compile(connection.dialect, asked[0])
        _begin(connection)
        found = (_drive(connection, compiled.sql, bound).fetchone() for bound in _bound_each(compiled, asked))
        return [None if row is None else _converted(compiled, [row])[0][0] for row in found]

    def insert_each(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Insert rows, which all give the same columns; return the integer key of each."""
        if not rows or not is_direct(connection):
            return [self.insert(connection, **row) for row in rows]
        compiled = self._compile(connection.dialect, rows[0])
        _begin(connection)
        return [
            int(_drive(connection, compiled.sql, bound).lastrowid) for bound in _bound_each(compiled, rows)
        ]

    def insert(self, connection: Connection, **values: Any) -> int:
        """Insert one row; return the integer key it got."""
        if not is_direct(connection):
            key: Any = connection.execute(self._statement, values).inserted_primary_key
            return int(key[0])
        compiled = self._compile(connection.dialect, values)
        return int(_execute(connection, compiled, values).lastrowid)

    def _compile(self, dialect: Dialect, values: Mapping[str, Any]) -> _Compiled:
        key = tuple(values) if self._writes else tuple([len(values[name]) for name in self._lists])
        found = self._compiled.get(key)
        if found is None:
            if len(self._compiled) >= _MOST_FORMS:
                self._compiled.clear()
            found = self._compiled[key] = _compile(self._statement, dialect, values)
        return found


def is_direct(connection: Connection) -> bool:
    """Return whether statements may go to the driver directly: it is SQLite's, and nobody else listens."""
    return _driver_of(connection) is not None


def run_directly(connection: Connection, sql: str) -> None:
    """Give SQLite a few words that ask and write nothing, as ``BEGIN``. Raises what SQLAlchemy would."""
    _drive(connection, sql, ())


def _compile(
    statement: Select[Any] | Insert | Update | Delete, dialect: Dialect, values: Mapping[str, Any]
) -> _Compiled:
    asks = isinstance(statement, Select)
    compiled = statement.compile(dialect=dialect, column_keys=None if asks else list(values))
    defaults = {column.key: column.default.arg for column in getattr(compiled, "insert_prefetch", ())}
    state = compiled.construct_expanded_state({**defaults, **values})
    places = {
        one: (name, place)
        for name, expanded in state.parameter_expansion.items()
        for place, one in enumerate(expanded)
    }
    slots = tuple(
        (name, place, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
        for name, place in (places.get(one, (one, None)) for one in state.positiontup or ())
    )
    constants = {
        name: compiled.params[name] if name not in defaults else defaults[name]
        for name, _, _ in slots
        if name not in values
    }
    results = _results(statement, dialect) if isinstance(statement, Select) else ()
    return _Compiled(state.statement, slots, constants, results)


def _results(statement: Select[Any], dialect: Dialect) -> tuple[tuple[int, _Convert], ...]:
    types = (column.type.dialect_impl(dialect) for column in statement.selected_columns)
    found = ((place, kind.result_processor(dialect, None)) for place, kind in enumerate(types))
    return tuple((place, convert) for place, convert in found if convert is not None)


def _execute(connection: Connection, compiled: _Compiled, values: Mapping[str, Any]) -> Any:
    """Return the driver's cursor. Raises what SQLAlchemy would, without any parameter in its words."""
    _begin(connection)
    bound = _bound(compiled, {**compiled.constants, **values} if compiled.constants else values)
    return _drive(connection, compiled.sql, bound)


def _driver_of(connection: Connection) -> Any:
    """Return the driver's connection that takes statements directly, or None; asked once of every connection."""
    try:
        return _drivers[connection]
    except KeyError:
        listeners = len(connection.dispatch.before_cursor_execute)
        direct = connection.dialect.name == "sqlite" and listeners <= _OWN_LISTENERS
        driver = _drivers[connection] = connection.connection.driver_connection if direct else None
        return driver


def _begin(connection: Connection) -> None:
    if not connection.in_transaction():
        connection.begin()


def _drive(connection: Connection, sql: str, bound: Sequence[Any]) -> Any:
    driver = _driver_of(connection)
    try:
        return driver.execute(sql, bound)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy(sql, error, connection.dialect) from error


def _bound(compiled: _Compiled, values: Mapping[str, Any]) -> list[Any]:
    return [
        _storable(values[name] if place is None else values[name][place], convert)
        for name, place, convert in compiled.slots
    ]


def _bound_each(compiled: _Compiled, rows: Sequence[Mapping[str, Any]]) -> Iterator[list[Any]]:
    """Yield one list after the other, always the same one: what is one object in all rows is converted once."""
    first = rows[0]
    bound = _bound(compiled, {**compiled.constants, **first})
    differing = [
        (at, name, place, convert)
        for at, (name, place, convert) in enumerate(compiled.slots)
        if name in first and any(row[name] is not first[name] for row in rows)
    ]
    yield bound
    for row in rows[1:]:
        for at, name, place, convert in differing:
            bound[at] = _storable(row[name] if place is None else row[name][place], convert)
        yield bound


def _storable(value: Any, convert: _Convert | None) -> Any:
    if convert is not None:
        value = convert(value)
    return storable(value) if isinstance(value, str) else value


def _as_sqlalchemy(sql: str, error: Exception, dialect: Dialect) -> BaseException:
    base: type[Exception] = dialect.loaded_dbapi.Error
    return DBAPIError.instance(sql, None, error, base, hide_parameters=True, dialect=dialect)


def _converted(compiled: _Compiled, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    if not compiled.results:
        return rows
    converted = []
    for row in rows:
        values = list(row)
        for place, convert in compiled.results:
            values[place] = convert(values[place])
        converted.append(tuple(values))
    return converted
