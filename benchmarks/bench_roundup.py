"""Roundup takes mails in process, on SQLite: run by its own environment (``bench_peers.py``).

    python bench_roundup.py HOME MAILS

Everything of Roundup is imported by name: it is installed where this runs, and nowhere else.
"""

import importlib
import io
import json
import os
import sys
import time
from pathlib import Path


def main() -> None:
    """Take all mails of the folder; print how many, the seconds and the processor's."""
    home, folder = sys.argv[1], Path(sys.argv[2])
    os.environ["SENDMAILDEBUG"] = f"{home}/sent"
    tracker = importlib.import_module("roundup.instance").open(home)
    script = importlib.import_module("roundup.scripts.roundup_mailgw")
    _, arguments = script.parse_arguments(["roundup-mailgw", home])
    mails = [path.read_bytes() for path in sorted(folder.iterdir())]
    # Its own script makes one for the mail it was started with; made once it is cheaper.
    gateway = tracker.MailGW(tracker, arguments)
    began, cpu = time.perf_counter(), time.process_time()
    for raw in mails:
        gateway.main(io.BytesIO(raw))
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    issues = len(tracker.open("admin").issue.list())
    print(json.dumps({"mails": len(mails), "seconds": seconds, "cpu": cpu, "tickets": issues}))


if __name__ == "__main__":
    main()
