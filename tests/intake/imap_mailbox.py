"""A throw-away folder on a server, the desk that reads it, and what the desk has got."""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from imap_servers import ImapServer
from sqlalchemy import Engine, select

from inboxd.config import Config, default_config
from inboxd.configintake import ImapAccount
from inboxd.core.folder_walk import Cursor
from inboxd.intake.imap import begin
from inboxd.intake.imap_folder import Folder
from inboxd.intake.imap_session import Session, open_session
from inboxd.secretsource import SecretSource
from inboxd.store import core_tables, cursors, mails
from inboxd.store.engine import read
from inboxd.store.mails import StoredMail

_CONFIG = default_config(Path("/nowhere"))


@dataclass
class Mailbox:
    """A throw-away folder on a server, the desk that reads it, and what the desk has got."""

    server: ImapServer
    engine: Engine
    clock: Callable[[], dt.datetime]
    name: str
    port: int
    password_file: Path
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def config(self) -> Config:
        """A desk's configuration with this folder alone."""
        return replace(_CONFIG, intake=replace(_CONFIG.intake, imap=(self.account,)))

    @property
    def account(self) -> ImapAccount:
        """The folder as config.toml would name it."""
        base = ImapAccount(
            "127.0.0.1",
            self.port,
            "none",
            self.server.user,
            SecretSource(file=self.password_file),
            self.name,
            timeout=dt.timedelta(seconds=10),
        )
        return replace(base, **self.changes)

    def folder(self, **parts: Any) -> Folder:
        """Return the folder as the intake reads it."""
        return Folder(self.account, self.engine, self.clock, **parts)

    @contextlib.contextmanager
    def session(self) -> Iterator[Session]:
        """Open a connection of the desk."""
        with contextlib.closing(open_session(self.account)) as session:
            yield session

    def read(self, **parts: Any) -> int:
        """Connect, read the folder to its end, hang up; return how many mails were taken."""
        with self.session() as session:
            return begin(self.folder(**parts), session)

    def put(self, *raws: bytes, age: dt.timedelta = dt.timedelta(), folder: str = "") -> None:
        """Let mails arrive in the folder, ``age`` ago by the desk's clock."""
        with self.server.client() as client:
            for raw in raws:
                client.append(folder or self.name, raw, msg_time=self.clock() - age)

    def first_contact(self) -> None:
        """Read the folder while it is empty, so that what comes later is news."""
        assert self.read() == 0

    def taken(self) -> list[StoredMail]:
        """Return all mails of the desk, in order."""
        with read(self.engine) as connection:
            ids = connection.execute(select(core_tables.mail.c.id).order_by(core_tables.mail.c.id)).scalars()
            found = [mails.find(connection, mail_id) for mail_id in ids]
        return [one for one in found if one is not None]

    def raw(self, mail_id: int) -> bytes:
        """Return the bytes of one mail."""
        with read(self.engine) as connection:
            return mails.load_raw(connection, mail_id)

    def cursor(self) -> Cursor:
        """Return how far the folder was read."""
        with read(self.engine) as connection:
            found = cursors.load(connection, self.folder().account_name, self.name)
        assert found is not None
        return found

    def lying(self) -> dict[int, int]:
        """Mail id by UID, as noted for the folder."""
        rows = core_tables.folder_mail
        with read(self.engine) as connection:
            found = connection.execute(select(rows.c.uid, rows.c.mail_id).where(rows.c.folder == self.name))
            return {row.uid: row.mail_id for row in found}
