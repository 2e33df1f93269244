"""A worker process hears from its front that more is being taken in, and leaves it processor and store."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from databases import fresh_store

from inboxd.clock import system_clock
from inboxd.giving_way import LONGEST_SECONDS, MORE_COMES
from inboxd.intake.accept import Arrival, accept
from inboxd.store.engine import open_engine
from inboxd.worker_start import start_worker


def test_a_worker_that_hears_of_more_waits(
    tmp_path: Path, sqlite_template: Path, mail: Callable[..., bytes]
) -> None:
    """A mail that is accepted while the front takes in more is begun when the worker has given way for a second."""
    config = tmp_path / "config.toml"
    config.write_text('[kb]\npath = "none"\n', "utf-8")
    engine = open_engine(f"sqlite:///{fresh_store(tmp_path, sqlite_template)}")
    worker = start_worker(config)
    worker.begin()
    try:
        # It has looked for mails once: from now on it listens.
        assert os.read(worker.status_read, 100)
        told_at = time.monotonic()
        os.write(worker.work_write, MORE_COMES)
        accept(
            engine, [Arrival(mail(), "carla@customer.test", ("support@acme.test",), "smtp")], system_clock()
        )
        os.write(worker.work_write, MORE_COMES)
        while b"1" not in os.read(worker.status_read, 1).splitlines():
            pass
        assert time.monotonic() - told_at >= LONGEST_SECONDS
    finally:
        os.close(worker.work_write)
        worker.process.wait(60)
        os.close(worker.status_read)
        engine.dispose()
