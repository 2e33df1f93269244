"""``inboxd reconcile``: is every mail somewhere? Mailbox, store, tickets and outbox against each other."""

import sys

from inboxd.clock import Clock
from inboxd.commands.printing import print_json, print_text
from inboxd.config import Config
from inboxd.core.reconcile import Gap
from inboxd.store import reconciliation
from inboxd.store.engine import open_store, read


def reconcile(config: Config, clock: Clock, *, as_json: bool) -> int:
    """Print the books and every gap by its name; return 1 when anything is unexplained.

    With ``as_json`` the document of DESIGN 4.7 goes to stdout and the gaps to stderr.
    """
    engine = open_store(config.store_url)
    gaps: tuple[Gap, ...] = ()
    unreachable: tuple[str, ...] = ()
    if config.intake.imap:
        from inboxd.intake.imap_reconcile import look_into_mailboxes  # noqa: PLC0415  only with a mailbox

        look = look_into_mailboxes(config, engine, clock)
        gaps, unreachable = look.gaps, look.unreachable
    with read(engine) as connection:
        books = reconciliation.reconcile(connection, clock())
    engine.dispose()
    gaps = (*books.gaps, *gaps)
    remarks = (*map(str, gaps), *(f"not looked into: {one}" for one in unreachable))
    if as_json:
        counts = {"received": books.received, "filed": books.filed, "held": books.held}
        print_json(counts | {"unexplained": len(gaps)})
        sys.stderr.writelines(f"{remark}\n" for remark in remarks)
    else:
        held = f"{books.held} held, " if books.held else ""
        print_text(f"{books.received} received, {books.filed} filed, {held}{len(gaps)} unexplained", *remarks)
    return 1 if gaps else 0
