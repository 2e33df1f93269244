"""What a front starts as its worker: ``python -m inboxd.worker_process [--config FILE] WORK_READ STATUS_WRITE``.

An entrance of its own, because the command line and the front would stay in the worker's memory to its end.
"""

import logging
import os
import signal
import sys
from pathlib import Path

from inboxd import garbage


def main() -> int:
    """Be the worker of the front that holds the other ends of the two pipes; return the exit code."""
    # The front decides when to end: a Ctrl-C at the terminal, or its end, reaches both, and the worker must finish its mail.
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
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
    from inboxd.errors import InboxdError  # noqa: PLC0415  as above
    from inboxd.store.engine import open_store  # noqa: PLC0415  as above
    from inboxd.worker import run_worker  # noqa: PLC0415  as above
    from inboxd.worker_link import FrontLink  # noqa: PLC0415  as above
    from inboxd.worker_start import BY_CONTENT  # noqa: PLC0415  as above

    # Reading a locale takes 2 MB for a moment: before anything else is made, they are used again for that.
    locale_of("en")
    maillog.configure(verbose=True)
    # The front says when the store is there and ours; one that ends before it could is followed without a word.
    begin = os.read(work_read, 1)
    if not begin:
        return 0
    try:
        content = _read_content(work_read) if begin == BY_CONTENT else None
        config = load_config(config_path, content)
        maillog.configure(verbose=True, form=config.log_format)
        link = FrontLink(work_read, status_write)
        return run_worker(config, open_store(config.store_url), system_clock, link)
    except InboxdError as error:
        # Whoever reads this log reads lines, each an event.
        maillog.problem(f"the worker cannot work: {error}")
        return 1
    except Exception:
        logging.getLogger(__name__).exception("the worker died", extra={"action": "worker_died"})
        return 1


def _read_content(descriptor: int) -> bytes:
    """Return what the front read of its configuration: a line with its length, and so many octets."""
    head = content = b""
    while (octet := os.read(descriptor, 1)) not in {b"", b"\n"}:
        head += octet
    while len(content) < int(head) and (piece := os.read(descriptor, int(head) - len(content))):
        content += piece
    return content


if __name__ == "__main__":
    sys.exit(main())
