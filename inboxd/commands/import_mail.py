"""``inboxd import``: years of mail from files, filed with their true dates; nothing is sent because of any."""

from collections.abc import Iterator
from pathlib import Path

from inboxd.clock import Clock
from inboxd.commands.import_bar import Bar
from inboxd.commands.import_filing import import_all
from inboxd.config import Config
from inboxd.desk import Desk
from inboxd.intake.history import Taken, take_in
from inboxd.intake.mbox import PastMail, open_mbox, read_mbox
from inboxd.intake.past_csv import open_csv, read_csv
from inboxd.intake.past_maildir import list_maildir, read_maildir


def import_mbox(config: Config, clock: Clock, file: Path, *, as_json: bool) -> None:
    """File the mails of an mbox, and say what became of them. Raises ``PermanentError`` for what is no mbox."""
    with open_mbox(file) as opened:
        size = opened.seek(0, 2)
        opened.seek(0)
        _import(config, clock, read_mbox(opened), size, as_json=as_json)


def import_maildir(config: Config, clock: Clock, folder: Path, *, as_json: bool) -> None:
    """File the mails of a Maildir and its subfolders, and say what became of them."""
    files = list_maildir(folder)
    _import(config, clock, read_maildir(files), len(files), as_json=as_json)


def import_csv(config: Config, clock: Clock, file: Path, *, as_json: bool) -> None:
    """File the rows of a CSV as mails, and say what became of them. Raises ``PermanentError`` without the columns."""
    with open_csv(file) as opened:
        size = sum(1 for _ in opened)
        opened.seek(0)
        past = read_csv(opened, config.desk.address)
        _import(config, clock, past, size, as_json=as_json)


def _import(config: Config, clock: Clock, past: Iterator[PastMail], size: int, *, as_json: bool) -> None:
    def take(desk: Desk, bar: Bar) -> Taken:
        bar.begin("reading", size)
        return take_in(config, desk.engine, clock, past, lambda one: bar.reach(one.position))

    import_all(config, clock, take, as_json=as_json)
