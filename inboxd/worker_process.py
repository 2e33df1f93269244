"""What a front starts as its worker: ``python -m inboxd.worker_process [--config FILE] WORK_READ STATUS_WRITE``.

An entrance of its own, because the command line and the front would stay in the worker's memory to its end.
"""

import os
import sys
from pathlib import Path

from inboxd import garbage


def main() -> int:
    """Be the worker of the front that holds the other ends of the two pipes; return the exit code."""
    # As ``worker_start`` writes it: what reads any command line would stay in memory as well.
    *config, work_read, status_write = sys.argv[1:]
    garbage.pause()
    return _work(Path(config[1]) if config else None, int(work_read), int(status_write))


def _work(config_path: Path | None, work_read: int, status_write: int) -> int:
    # Loaded while the front gets the store ready, and while nothing is collected (``garbage.py``).
    from inboxd import maillog  # noqa: PLC0415  as above
    from inboxd.clock import system_clock  # noqa: PLC0415  as above
    from inboxd.config import load_config  # noqa: PLC0415  as above
    from inboxd.core.time_words import locale_of  # noqa: PLC0415  as above
    from inboxd.store.engine import open_store  # noqa: PLC0415  as above
    from inboxd.worker import run_worker  # noqa: PLC0415  as above
    from inboxd.worker_link import FrontLink  # noqa: PLC0415  as above

    # Reading a locale takes 2 MB for a moment: before anything else is made, they are used again for that.
    locale_of("en")
    # The front says when the store is there and ours; one that ends before it could is followed without a word.
    if not os.read(work_read, 1):
        return 0
    config = load_config(config_path)
    maillog.configure(verbose=True, form=config.log_format)
    return run_worker(config, open_store(config.store_url), system_clock, FrontLink(work_read, status_write))


if __name__ == "__main__":
    sys.exit(main())
