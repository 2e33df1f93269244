"""Score the reading of mail on the case collection beside the repository, one line per kind (``make corpora``).

The collection is no part of the project (its mails carry the licences of their sources); INBOXD_CORPORA says where it
lies, by default ``../shared/corpora``. Every case is read by the installed program, as a user would.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

# What the best known library or rule set scores on the visible cases, and the goal (the collection's README).
KINDS = {
    "parse": ("mail-parser", 0.90, 0.97),
    "reply_text": ("talon", 0.77, 0.92),
    "auto": ("headers and subjects", 0.79, 0.95),
    "bounce": ("DSN, flufl.bounce and rules", 0.96, 0.98),
    "thread": ("headers alone", 0.94, 1.00),
    "hostile": ("tolerant walk of the standard library", 1.00, 1.00),
}


def main() -> int:
    """Print the table; return 1 when a kind misses its goal."""
    folder = Path(
        os.environ.get("INBOXD_CORPORA", Path(__file__).resolve().parents[2] / "shared" / "corpora")
    )
    judge = folder / "judge.py"
    if not judge.is_file():
        print(f"NOT RUN: there is no case collection at {folder} (set INBOXD_CORPORA)")
        return 0
    program = Path(sys.executable).parent / "inboxd"
    print(f"{'kind':<12}{'cases':>6}{'right':>7}{'inboxd':>9}{'goal':>7}   best known")
    missed = 0
    for kind, (name, best, goal) in KINDS.items():
        command = [sys.executable, str(judge), "--inboxd", str(program), "--kind", kind, "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        right, cases = json.loads(done.stdout.splitlines()[-1])[kind]
        missed += right / cases < goal
        print(
            f"{kind:<12}{cases:>6}{right:>7}{right / cases:>9.1%}{goal:>7.0%}   {best:.0%} {name}", flush=True
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
