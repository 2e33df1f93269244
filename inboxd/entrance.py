"""What the program begins with: where a desk is to run, its worker is started first, and the command line is not loaded.

Front and worker load at the same time then, and the first mail is answered a fifth of a second earlier.
"""

import sys
from pathlib import Path

from inboxd import garbage, worker_start

_DEFAULT = Path("config.toml")


def main() -> None:
    """Run the desk where that is surely what is asked for, else the command line; see ``cli.main``."""
    match sys.argv[1:]:
        case ["run"]:
            _run(_DEFAULT if _DEFAULT.is_file() else None)
        case ["-c" | "--config", path, "run"] if Path(path).is_file():
            _run(Path(path))
        case _:
            from inboxd import cli  # noqa: PLC0415  a desk that runs does without it

            cli.main()


def _run(config: Path | None) -> None:
    worker_start.start_ahead(config)
    garbage.pause()
    from inboxd.clock import system_clock  # noqa: PLC0415  the worker need not wait for it
    from inboxd.ending import told  # noqa: PLC0415  likewise
    from inboxd.running import run_desk  # noqa: PLC0415  likewise

    with told():
        sys.exit(run_desk(config, system_clock))
