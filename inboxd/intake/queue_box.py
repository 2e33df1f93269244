"""A mailbox with queue folders: what working in it needs, and what the folders are called on its server."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from sqlalchemy import Engine

from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.configfolders import QueueFolders
from inboxd.configintake import ImapAccount
from inboxd.core.queue_folders import Queue, dealt_with
from inboxd.intake.imap_folder import Folder
from inboxd.intake.queue_session import QueueSession


@dataclass(frozen=True)
class Box:
    """A mailbox with queue folders. ``inboxes`` are its folders that mail comes in; the first one is the main one.

    ``accepted`` is called when a mail was found that the desk did not have.
    """

    account: ImapAccount
    folders: QueueFolders
    inboxes: tuple[str, ...]
    engine: Engine
    clock: Clock
    accepted: Callable[[], None] = field(default=lambda: None)
    ended: Callable[[], bool] = field(default=lambda: False)

    @property
    def name(self) -> str:
        """Return what the store calls the mailbox."""
        return self.account.mailbox

    @cached_property
    def _read(self) -> dict[str, Folder]:
        # Kept, because a folder learns which of its mails break connections.
        return {}

    def folder(self, place: str, name: str) -> Folder:
        """Return a queue folder as the intake reads it: a mail put there by hand is taken in, like any other."""
        if name not in self._read:
            account = replace(self.account, folder=name, after="leave")
            self._read[name] = Folder(
                account,
                self.engine,
                self.clock,
                self.accepted,
                ended=self.ended,
                filed_only=dealt_with(place),
            )
        return self._read[name]

    def names_on(self, session: QueueSession) -> Mapping[str, str]:
        """Return the names of the queue folders on the server, by place."""
        return {place: session.full_name(name) for place, name in self.folders.names.items()}

    def target(self, place: str, names: Mapping[str, str]) -> str:
        """Return the folder that mails wanted in a place are moved to; empty when there is none."""
        return self.inboxes[0] if place == Queue.INBOX else names.get(place, "")


def boxes(
    config: Config,
    engine: Engine,
    clock: Clock,
    accepted: Callable[[], None] = lambda: None,
    ended: Callable[[], bool] = lambda: False,
) -> tuple[Box, ...]:
    """Return every mailbox that has queue folders, by the first of its tables that says so."""
    found: dict[str, Box] = {}
    for account in config.intake.imap:
        if account.folders is None or account.mailbox in found:
            continue
        others = (one.folder for one in config.intake.imap if one.mailbox == account.mailbox)
        inboxes = tuple(dict.fromkeys((account.folder, *others)))
        found[account.mailbox] = Box(account, account.folders, inboxes, engine, clock, accepted, ended)
    return tuple(found.values())
