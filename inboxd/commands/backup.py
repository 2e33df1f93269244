"""``inboxd backup`` and ``inboxd restore``: a copy of the store while it runs, and putting one back."""

from pathlib import Path

from inboxd.clock import Clock
from inboxd.commands.printing import print_text
from inboxd.config import Config
from inboxd.store import backup


def back_up(config: Config, clock: Clock, file: Path) -> None:
    """Write a checked copy of the store, and say what else must be kept."""
    engine = backup.open_existing(config.store_url)
    try:
        backup.back_up(engine, file, clock())
    finally:
        engine.dispose()
    print_text(
        f"{file} holds every mail and ticket, checked. Not in it: {config.desk.secret_file}, the key of every token. "
        "Keep a copy of that apart."
    )


def restore(config: Config, clock: Clock, file: Path, *, force: bool) -> None:
    """Put a backup in the place of the store, and say what became of the old one and what is to be done now."""
    aside, kept_back = backup.restore(config.store_url, file, clock(), force=force)
    print_text(f"{file} is the store now.")
    if aside:
        print_text(f"The old one is kept: {aside}")
    if kept_back:
        print_text(f"{kept_back} mails to customers may have left already: see inboxd outbox")
    if not config.desk.secret_file.exists():
        print_text(
            f"{config.desk.secret_file} is missing: put its copy there before you start, or every token is void."
        )
