"""Our own pipeline in process, as the worker and the front's delivery run it: take, file, decide, answer, deliver.

    python bench_ours.py DESK MAILS [STORED]

MAILS is a folder; STORED tickets are put into the store before, which count for nothing. Prints what was done, the
seconds and the processor's.
"""

import json
import sys
import time
from pathlib import Path

from bench_growth import FIRST, fill
from sqlalchemy import text

from inboxd.building import build_desk, load_files
from inboxd.clock import system_clock
from inboxd.config import load_config
from inboxd.desk import Desk
from inboxd.intake.accept import Arrival, accept
from inboxd.outgoing.deliver import Delivery, deliver_one
from inboxd.outgoing.transport import make_transport
from inboxd.pipeline import process_one
from inboxd.store.engine import open_store, read

_AT_ONCE = 50
_WARM = 20


def main() -> None:
    """Take all mails of the folder; print how many, the seconds and the processor's."""
    desk, folder = _open(Path(sys.argv[1])), Path(sys.argv[2])
    if len(sys.argv) > 3:
        _take(desk, [FIRST])
        fill(desk.engine, int(sys.argv[3]))
    mails = [path.read_bytes() for path in sorted(folder.iterdir())]
    _take(desk, mails[:_WARM])
    began, cpu = time.perf_counter(), time.process_time()
    _take(desk, mails[_WARM:])
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    with read(desk.engine) as connection:
        tickets = connection.execute(text("select count(*) from ticket")).scalar_one()
    print(json.dumps({"mails": len(mails) - _WARM, "seconds": seconds, "cpu": cpu, "tickets": tickets}))


def _take(desk: Desk, mails: list[bytes]) -> None:
    delivery = Delivery(desk.engine, desk.clock, make_transport(desk.config))
    for start in range(0, len(mails), _AT_ONCE):
        accept(desk.engine, [_arrival(raw) for raw in mails[start : start + _AT_ONCE]], desk.now)
        while process_one(desk):
            pass
        while deliver_one(delivery):
            pass


def _arrival(raw: bytes) -> Arrival:
    sender = raw.partition(b"<")[2].partition(b">")[0].decode("ascii")
    return Arrival(raw, "" if "daemon" in sender else sender, ("support@acme.test",), "smtp")


def _open(folder: Path) -> Desk:
    config = load_config(folder / "config.toml")
    desk = build_desk(config, open_store(config.store_url), load_files(config), system_clock)
    desk.knowledge.load()
    return desk


if __name__ == "__main__":
    main()
