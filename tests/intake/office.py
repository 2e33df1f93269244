"""A desk with a mailbox on a real server, and the operator who works in it with his own mail client."""

import contextlib
import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from imap_servers import ImapServer
from imapclient import IMAPClient
from sqlalchemy import select

from inboxd.configintake import ImapAccount
from inboxd.core.mail import Mail
from inboxd.core.parse import parse
from inboxd.core.ticket import Message
from inboxd.intake.imap import begin, poll_folder
from inboxd.intake.imap_folder import Folder
from inboxd.intake.imap_mailbox import MailboxSession, open_mailbox
from inboxd.intake.imap_session import Session, open_session
from inboxd.jobs.drafts import settle_drafts
from inboxd.loops import until_idle
from inboxd.mailboxes import Round
from inboxd.outgoing.deliver import Delivery, deliver_one
from inboxd.outgoing.transmit import Outcome, Parcel, Reply
from inboxd.pipeline import process_one
from inboxd.secretsource import SecretSource
from inboxd.store import core_tables, drafts, mails, tickets
from inboxd.store.drafts import Draft
from inboxd.store.engine import read
from inboxd.store.mails import StoredMail

_numbers = itertools.count(1)
QUESTION = "<question@customer.test>"
_SUFFIXES = ("in", "sent", "drafts")


@dataclass
class Office:
    """The desk, its mailbox, and what both sides do to it."""

    server: ImapServer
    stage: Any
    account: ImapAccount
    delivered: list[Parcel] = field(default_factory=list)
    _reading: Session | None = None
    _round: tuple[MailboxSession, Round] | None = None

    def arrives(self, raw: bytes) -> None:
        """Let a customer's mail arrive in the mailbox, and the desk take it."""
        self.puts(self.account.folder, raw)
        self.fetch()
        self.settle()

    def asks(self, mail: Callable[..., bytes], *, suggested: str = "") -> None:
        """Let Carla ask; with ``suggested`` that article is likely and not sure."""
        if suggested:
            self.stage.shelf.knows(suggested, 0.7, sure=False)
        self.arrives(mail(message_id=QUESTION))
        self.look()

    def answers(self, body: str) -> None:
        """Let the operator answer her question from the mailbox, half an hour later."""
        self.stage.clock.advance(minutes=30)
        self.sends(self.writes(body, In_Reply_To=QUESTION))
        self.look()

    def fetch(self) -> None:
        """Read the folder of questions to its end."""
        folder = Folder(self.account, self.stage.desk.engine, self.stage.clock)
        if self._reading is None:
            self._reading = open_session(self.account)
            begin(folder, self._reading)
        else:
            poll_folder(folder, self._reading)

    def settle(self) -> None:
        """Process and deliver whatever is due."""
        delivery = Delivery(self.stage.desk.engine, self.stage.clock, self._deliver)
        until_idle((lambda: process_one(self.stage.desk), lambda: deliver_one(delivery)))

    def look(self) -> None:
        """Let the desk look into the mailbox: read Sent, look after the drafts, make its changes, process."""
        self.fetch()
        self.round_trip()
        self.settle()
        settle_drafts(self.stage.desk, self.stage.clock())
        self.round_trip()

    def round_trip(self) -> None:
        """Look and work once, on a connection that is kept: a login takes longer than all that is done with it."""
        if self._round is None:
            desk = self.stage.desk
            session = open_mailbox(self.account)
            self._round = (session, Round(desk.config, self.account, desk.engine, self.stage.clock))
        session, one = self._round
        one.look(session)
        one.work(session)

    def hang_up(self) -> None:
        """Close the desk's connections; the next look makes new ones."""
        for session in (self._reading, self._round[0] if self._round else None):
            if session is not None:
                session.close()
        self._reading = self._round = None

    def writes(self, body: str, to: str = "Carla <carla@customer.test>", **headers: str) -> EmailMessage:
        """Return a mail as the operator's client would write it in this mailbox."""
        mail = EmailMessage()
        fields = {
            "From": "Ada <support@acme.test>",
            "To": to,
            "Subject": "Re: Export",
            "Date": "Mon, 16 Nov 2026 10:30:00 +0000",
            "Message-ID": f"<client{next(_numbers)}@acme.test>",
        }
        for name, value in (
            fields | {name.replace("_", "-"): value for name, value in headers.items()}
        ).items():
            mail[name] = value
        mail.set_content(body)
        return mail

    def sends(self, mail: EmailMessage) -> None:
        """Let the operator send a mail from the mailbox: his client keeps a copy in Sent."""
        self.puts(self.account.sent, mail.as_bytes())

    def saves_draft(self, uid: int, raw: bytes) -> None:
        """Let the operator save an edited draft: his client puts a new mail there and removes the old one."""
        self.puts(self.account.drafts, raw, (r"\Draft",))
        self.removes_draft(uid)

    def removes_draft(self, uid: int) -> None:
        """Let the operator's client remove a draft."""
        with self.server.client() as client:
            client.select_folder(self.account.drafts)
            client.delete_messages([uid])
            client.expunge([uid])

    def lying(self, folder: str) -> dict[int, Mail]:
        """Return what lies in a folder, by UID."""
        with self.server.client() as client:
            if not client.folder_exists(folder):
                return {}
            client.select_folder(folder, readonly=True)
            uids = client.search()
            found = client.fetch(uids, ["BODY.PEEK[]"]) if uids else {}
            return {uid: parse(items[b"BODY[]"]) for uid, items in sorted(found.items())}

    def flags(self, folder: str, uid: int) -> set[bytes]:
        """Return the flags of a mail."""
        with self.server.client() as client:
            client.select_folder(folder, readonly=True)
            return {flag.lower() for flag in client.get_flags([uid])[uid]}

    def draft(self, draft_id: int = 1) -> Draft:
        """Return a draft as the desk knows it."""
        with read(self.stage.desk.engine) as connection:
            found = drafts.find(connection, draft_id)
        assert found is not None
        return found

    def events(self, kind: str) -> list[dict[str, Any]]:
        """Return the details of the events of a kind."""
        return [dict(one.detail) for one in self.stage.events(kind)]

    def mails(self) -> list[StoredMail]:
        """Return all mails the desk took, oldest first."""
        with read(self.stage.desk.engine) as connection:
            ids = connection.execute(select(core_tables.mail.c.id).order_by(core_tables.mail.c.id)).scalars()
            return [one for mail_id in ids if (one := mails.find(connection, mail_id)) is not None]

    def lines(self, direction: str) -> list[Message]:
        """Return what stands on the first ticket in a direction."""
        with read(self.stage.desk.engine) as connection:
            return [one for one in tickets.list_messages(connection, 1) if one.direction == direction]

    def puts(self, folder: str, raw: bytes, flags: tuple[str, ...] = ()) -> None:
        """Put a mail into a folder, as his client or the provider does."""
        with self.server.client() as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            client.append(folder, raw, flags, self.stage.clock())

    def _deliver(self, parcel: Parcel) -> Reply:
        self.delivered.append(parcel)
        return Reply(Outcome.SENT, "250 OK")


@contextlib.contextmanager
def open_office(server: ImapServer, stage: Any, folder: Path, **changes: Any) -> Iterator[Office]:
    """Yield an office in folders of its own, which are removed in the end."""
    password = folder / "password"
    password.write_text(server.password)
    name = f"Office{next(_numbers)}"
    account = ImapAccount(
        "127.0.0.1",
        server.port,
        "none",
        server.user,
        SecretSource(file=password),
        f"{name}in",
        timeout=dt.timedelta(seconds=10),
        sent=f"{name}sent",
        drafts=f"{name}drafts",
    )
    account = replace(account, **changes)
    stage.configure(intake=replace(stage.desk.config.intake, imap=(account,)))
    with server.client() as client:
        client.create_folder(account.folder)
        client.create_folder(f"{name}sent")
    office = Office(server, stage, account)
    office.look()
    yield office
    office.hang_up()
    with server.client() as client:
        client.select_folder("INBOX", readonly=True)
        _remove(client, name)


def _remove(client: IMAPClient, name: str) -> None:
    for suffix in _SUFFIXES:
        if client.folder_exists(name + suffix):
            client.delete_folder(name + suffix)
