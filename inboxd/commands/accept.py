"""``inboxd accept``."""

import datetime as dt
from collections.abc import Sequence

from inboxd.commands.printing import print_json, print_text
from inboxd.config import Config
from inboxd.intake.pipe import accept_files
from inboxd.store.engine import guarded, open_store, refuse_left


def accept_mails(
    config: Config,
    files: Sequence[str],
    sender: str | None,
    to: Sequence[str],
    now: dt.datetime,
    *,
    as_json: bool,
) -> None:
    """Accept each file on its own and print the receipts."""
    reverse_path = None if sender is None else sender.strip("<>")
    # While we waited to write, the store may have been moved or replaced.
    engine = guarded(open_store(config.store_url), refuse_left)
    receipts = list(accept_files(engine, files, reverse_path, tuple(to), now))
    if as_json:
        print_json([{"mail_id": one.mail_id, "duplicate": one.duplicate} for one in receipts])
        return
    for one in receipts:
        print_text(f"mail {one.mail_id}" + (" (seen before)" if one.duplicate else ""))
