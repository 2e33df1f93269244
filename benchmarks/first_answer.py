"""From the start of ``inboxd run`` to the first accepted mail and the first automatic answer (``make bench-start``).

python benchmarks/first_answer.py [--starts 5]
"""

import argparse
import sys

from bench_life import start_rows
from bench_table import load_of_machine, print_table


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--starts", type=int, default=5)
    lines = start_rows(parser.parse_args().starts)
    print(f"load of the machine {load_of_machine():.1f}")
    print_table(lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
