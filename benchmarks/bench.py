"""How fast, beside what people would use instead, in one run (``make bench``).

    python benchmarks/bench.py [accept answer growth model imap memory start idle match] [--quick]

Without names all but *match* (it embeds 10,000 texts first). Prints one table with goals and verdicts. Figures of wall
time are of this machine at this moment; ratios are of the same run. ``--quick`` measures less and believes less.
"""

import argparse
import sys
import time
from collections.abc import Callable

from bench_accept import accept_rows
from bench_imap import imap_rows
from bench_life import idle_rows, memory_rows, start_rows
from bench_model import match_rows, model_rows
from bench_peers import answer_rows, growth_rows
from bench_table import Line, NotRun, load_of_machine, print_table

_ROWS: dict[str, Callable[[], list[Line]]] = {
    "accept": accept_rows,
    "answer": answer_rows,
    "growth": growth_rows,
    "model": model_rows,
    "imap": imap_rows,
    "memory": memory_rows,
    "start": start_rows,
    "idle": idle_rows,
    "match": match_rows,
}
_QUICK: dict[str, Callable[[], list[Line]]] = {
    "accept": lambda: accept_rows(600, 1),
    "answer": lambda: answer_rows(200),
    "growth": lambda: growth_rows(100, 50_000),
    "model": lambda: model_rows(100, 148),
    "imap": lambda: imap_rows(500),
    "start": lambda: start_rows(1),
    "idle": lambda: idle_rows(20.0),
    "match": lambda: match_rows(200, 48),
}


def main() -> int:
    """Measure what was asked for; return 0, whatever came out: goals are for a quiet machine."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("rows", nargs="*", help=f"of {', '.join(_ROWS)}")
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    unknown = [name for name in given.rows if name not in _ROWS]
    if unknown:
        parser.error(f"no such row: {', '.join(unknown)}")
    wanted = given.rows or [name for name in _ROWS if name != "match"]
    lines: list[Line] = []
    began = time.perf_counter()
    for name in wanted:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        lines += _measured(name, quick=given.quick)
    print(f"load of the machine {load_of_machine():.1f}, {time.perf_counter() - began:.0f} s in all")
    print_table(lines)
    return 0


def _measured(name: str, *, quick: bool) -> list[Line]:
    try:
        return (_QUICK if quick and name in _QUICK else _ROWS)[name]()
    except Exception as error:  # noqa: BLE001  one row that cannot be measured must not cost the others
        return [NotRun(name, f"{type(error).__name__}: {error}"[:300])]


if __name__ == "__main__":
    sys.exit(main())
