"""What a front starts as its worker: ``python -m inboxd.worker_process [--config FILE] WORK_READ STATUS_WRITE``.

An entrance of its own, because the command line and the front would stay in the worker's memory to its end.
"""

import argparse
import os
import sys
from pathlib import Path

from inboxd import maillog
from inboxd.clock import system_clock
from inboxd.config import load_config
from inboxd.store.engine import open_store
from inboxd.worker import run_worker
from inboxd.worker_link import FrontLink


def main() -> int:
    """Be the worker of the front that holds the other ends of the two pipes; return the exit code."""
    parser = argparse.ArgumentParser(prog="inboxd.worker_process")
    parser.add_argument("--config", type=Path)
    parser.add_argument("work_read", type=int)
    parser.add_argument("status_write", type=int)
    given = parser.parse_args()
    # The front says when the store is there and ours; one that ends before it could is followed without a word.
    if not os.read(given.work_read, 1):
        return 0
    config = load_config(given.config)
    maillog.configure(verbose=True, form=config.log_format)
    link = FrontLink(given.work_read, given.status_write)
    return run_worker(config, open_store(config.store_url), system_clock, link)


if __name__ == "__main__":
    sys.exit(main())
