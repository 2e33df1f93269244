"""The independent checker: plain SQL on the store, and the books of those outside. It uses no line of inboxd.

    python benchmarks/crash_checker.py STORE ACKNOWLEDGED SINK

STORE is the path of a SQLite file or a PostgreSQL address; ACKNOWLEDGED has a line of JSON per mail whose sender was told
yes (``{"number": 12}``), SINK a line per mail that reached the smarthost (``crash_sink.py``). Exit code 1 when a promise
is broken.
"""

import contextlib
import json
import re
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_NUMBER = re.compile(rb"^X-Crash: ([0-9]{1,9})\r?$", re.MULTILINE)
_HEAD = 8_000
_QUERIES = {
    "mails": "select id, state, source, reason from mail order by id",
    # What an operator writes to a customer is kept as the letter it became.
    "messages": "select coalesce(m.mail_id, o.mail_id), count(*) from message m left join outbox o on o.id = m.outbox_id "
    "where m.mail_id is not null or o.kind = 'relay' group by 1",
    "outbox": "select id, mail_id, kind, recipient, message_id, state, automatic from outbox",
    "attempts": "select outbox_id, outcome, count(*) from attempt group by outbox_id, outcome",
}


@dataclass(frozen=True, slots=True)
class Store:
    """What the database says: the rows of ``_QUERIES``, and the number in each mail by its id."""

    mails: list[Any]
    messages: dict[int, int]
    outbox: list[Any]
    attempts: dict[tuple[int, str], int]
    numbers: dict[int, int]
    damage: tuple[str, ...] = ()


@dataclass(slots=True)
class Verdict:
    """What was found: figures, and for each broken promise whom it was broken to."""

    figures: dict[str, int] = field(default_factory=dict)
    broken: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def good(self) -> bool:
        """Return whether every promise was kept."""
        return not any(self.broken.values())


def check(store: Store, acknowledged: Iterable[int], transmissions: list[Mapping[str, Any]]) -> Verdict:
    """Return the verdict on a desk that has come to rest."""
    verdict = Verdict()
    verdict.broken["damaged"] = list(store.damage)
    _check_arrivals(verdict, store, set(acknowledged))
    _check_letters(verdict, store)
    _check_transmissions(verdict, store, transmissions)
    return verdict


def _check_arrivals(verdict: Verdict, store: Store, acknowledged: set[int]) -> None:
    """Every mail somebody was told yes about is one message, or held; and nothing is two."""
    by_number: dict[int, list[Any]] = defaultdict(list)
    for row in store.mails:
        number = store.numbers.get(row[0])
        if number is not None and row[1] != "dropped":
            by_number[number].append(row)
    states = Counter(row[1] for rows in by_number.values() for row in rows)
    verdict.figures |= {"acknowledged": len(acknowledged), "kept": len(by_number)}
    verdict.figures |= {"messages": states["processed"], "held": states["held"]}
    verdict.broken["lost"] = [str(number) for number in acknowledged if number not in by_number]
    for number, rows in by_number.items():
        if len(rows) > 1:
            verdict.broken["two mails for one"].append(f"{number}: {[row[0] for row in rows]}")
        for mail_id, state, *_ in rows:
            messages = store.messages.get(mail_id, 0)
            if state == "accepted":
                verdict.broken["never processed"].append(f"mail {mail_id} ({number})")
            elif messages != (1 if state == "processed" else 0):
                verdict.broken["not one message"].append(f"{state} mail {mail_id} ({number}) has {messages}")


def _check_letters(verdict: Verdict, store: Store) -> None:
    """See that what follows from a mail was decided once: one letter of each kind to each recipient, under its own id."""
    letters = Counter((row[1], row[2], row[3]) for row in store.outbox if row[1] is not None)
    verdict.broken["written twice"] = [str(one) for one, count in letters.items() if count > 1]
    names = Counter(row[4] for row in store.outbox)
    verdict.broken["Message-ID used twice"] = [one for one, count in names.items() if count > 1]
    verdict.figures["letters"] = len(store.outbox)
    verdict.broken["never sent"] = [
        f"outbox {row[0]} is {row[5]}" for row in store.outbox if row[5] != "sent"
    ]


def _check_transmissions(verdict: Verdict, store: Store, transmissions: list[Mapping[str, Any]]) -> None:
    """Each letter left once; again only where its answer was never known, and then as the same mail."""
    by_name: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for one in transmissions:
        by_name[one["message_id"]].append(one)
    known = {row[4]: row for row in store.outbox}
    verdict.broken["left without a row"] = [name for name in by_name if name not in known]
    verdict.broken["sent, but never left"] = [
        name for name, row in known.items() if row[5] == "sent" and not _count(by_name[name], "told")
    ]
    repeated = 0
    for name, row in known.items():
        seen = by_name[name]
        told, broken, unknown = (
            _count(seen, "told"),
            _count(seen, "broken"),
            store.attempts.get((row[0], "unknown"), 0),
        )
        repeated += max(told + broken - 1, 0)
        # A 250 that nobody wrote down leaves its attempt without an outcome: only those, and broken ones, may be repeated.
        if told > 1 + unknown or store.attempts.get((row[0], "sent"), 0) > 1:
            verdict.broken["left twice"].append(f"{name}: {told} times, {unknown} answers unknown")
        if len(seen) > sum(count for (outbox_id, _), count in store.attempts.items() if outbox_id == row[0]):
            verdict.broken["left without being booked"].append(name)
        if len({one["sha256"] for one in seen}) > 1:
            verdict.broken["repeated with other bytes"].append(name)
    verdict.figures |= {"left": len(transmissions), "left again, answer unknown": repeated}


def _count(seen: list[Mapping[str, Any]], what: str) -> int:
    return sum(1 for one in seen if one["verdict"] == what)


def load(store: str) -> Store:
    """Return what a database says."""
    with _connect(store) as ask:
        return Store(
            mails=ask(_QUERIES["mails"]),
            messages=dict(ask(_QUERIES["messages"])),
            outbox=ask(_QUERIES["outbox"]),
            attempts={(row[0], row[1]): row[2] for row in ask(_QUERIES["attempts"])},
            damage=() if store.startswith("postgresql") else _damage(ask),
            numbers=dict(_numbers(ask(f"select mail_id, substr(raw, 1, {_HEAD}) from mail_raw"))),  # noqa: S608  a constant
        )


def _damage(ask: Any) -> tuple[str, ...]:
    said = tuple(row[0] for row in ask("pragma integrity_check(10)"))
    return () if said == ("ok",) else said


def _numbers(rows: Iterable[Any]) -> Iterator[tuple[int, int]]:
    for mail_id, head in rows:
        if found := _NUMBER.search(bytes(head)):
            yield mail_id, int(found[1])


@contextlib.contextmanager
def _connect(store: str) -> Iterator[Any]:
    if store.startswith("postgresql"):
        import psycopg  # noqa: PLC0415  not where the store is a file

        with psycopg.connect(store) as connection:
            yield lambda query: connection.execute(query).fetchall()
        return
    with contextlib.closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=60)) as file:
        yield lambda query: file.execute(query).fetchall()


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the documents of a file with one in each line."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def tell(verdict: Verdict) -> None:
    """Print the figures, and each broken promise with its first victims."""
    for name, figure in verdict.figures.items():
        print(f"{name:<28}{figure:8d}")
    for name, victims in verdict.broken.items():
        if victims:
            print(f"BROKEN: {name:<20}{len(victims):8d}   {'; '.join(victims[:8])}")


def main() -> int:
    """Check one desk."""
    store, acknowledged, sink = sys.argv[1:]
    numbers = [line["number"] for line in read_lines(Path(acknowledged))]
    verdict = check(load(store), numbers, read_lines(Path(sink)))
    tell(verdict)
    return int(not verdict.good)


if __name__ == "__main__":
    sys.exit(main())
