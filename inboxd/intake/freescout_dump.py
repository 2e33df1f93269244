"""Reading a FreeScout desk from a dump of its database, for all who have no API module: ``mysqldump --xml``.

The rows are put into a scratch database that is gone with the process, so that a dump of any size needs no memory. The
tables stand in database/migrations of https://github.com/freescout-help-desk/freescout, the numbers in app/Thread.php
and app/Conversation.php.
"""

import contextlib
import datetime as dt
import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

from inboxd.core.date_time import read_date
from inboxd.core.mail import Address
from inboxd.core.past import Wrote
from inboxd.core.past_article import PastFile
from inboxd.errors import PermanentError
from inboxd.intake.freescout import MISSING, STATUS, Conversation, Line, write_lines
from inboxd.intake.past_api import MOST_BYTES
from inboxd.intake.past_desk import ListedTicket, PastTicket

# Which column of a table says to whom its rows belong.
_PARENT = {
    "conversations": "id",
    "threads": "conversation_id",
    "attachments": "thread_id",
    "customers": "id",
    "emails": "customer_id",
    "users": "id",
    "mailboxes": "id",
    "tags": "id",
    "conversation_tag": "conversation_id",
}
_NEEDED = ("conversations", "threads", "customers", "emails", "users", "mailboxes")
_STATUS = {"1": "active", "2": "pending", "3": "closed"}
_WROTE = {"1": Wrote.CUSTOMER, "2": Wrote.DESK, "3": Wrote.NOTE}
_PUBLISHED = "2"

Row = Mapping[str, str]


@contextlib.contextmanager
def open_dump(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield the rows of a dump that matter. Raises ``PermanentError`` for what is no such dump."""
    # An empty name is a file of its own that SQLite removes (https://www.sqlite.org/inmemorydb.html#temp_db).
    with contextlib.closing(sqlite3.connect("")) as rows:
        rows.execute("create table kept (name text, parent integer, row text)")
        try:
            rows.executemany("insert into kept values (?, ?, ?)", _read_rows(path))
        except (ET.ParseError, OSError) as error:
            raise PermanentError(f"{path} is no dump made by mysqldump --xml: {error}") from error
        rows.execute("create index at on kept (name, parent)")
        there = {name for (name,) in rows.execute("select distinct name from kept")}
        if missing := [name for name in _NEEDED if name not in there]:
            raise PermanentError(f"{path} lacks the tables {', '.join(missing)}")
        yield rows


class FreescoutDump:
    """A FreeScout desk in a dump; ``files`` is where its attachments lie, None: they are left out."""

    def __init__(self, rows: sqlite3.Connection, desk_address: str, files: Path | None) -> None:
        self._rows = rows
        self._desk = Address("", desk_address)
        self._files = files.resolve() if files else None

    @property
    def name(self) -> str:
        """Return what its tickets are kept under."""
        return "freescout dump"

    def list_tickets(self) -> Iterator[ListedTicket]:
        """Yield all conversations that are neither spam nor deleted nor never sent, the oldest first."""
        query = "select row from kept where name = 'conversations' order by parent"
        total = self._rows.execute("select count(*) from kept where name = 'conversations'").fetchone()[0]
        for position, (text,) in enumerate(self._rows.execute(query), start=1):
            row = json.loads(text)
            if row.get("status") in _STATUS and row.get("state") == _PUBLISHED:
                changed = f"{row['status']} {row.get('updated_at', '')}"
                number = row.get("number") or row["id"]
                yield ListedTicket(number, changed, position, total, document=row)

    def read_ticket(self, listed: ListedTicket) -> PastTicket:
        """Return a conversation with its lines."""
        row: Row = listed.document
        customer = self._customer(row.get("customer_id", ""))
        mailbox = self._one("mailboxes", row.get("mailbox_id", ""))
        conversation = Conversation(
            "dump.invalid",
            row.get("subject", ""),
            customer or Address("", f"conversation-{row['id']}@dump.invalid"),
            Address(mailbox.get("name", ""), mailbox["email"]) if mailbox.get("email") else self._desk,
        )
        threads = self._all("threads", row["id"])
        lines = [
            self._line(one) for one in threads if one.get("type") in _WROTE and one.get("state") == _PUBLISHED
        ]
        return PastTicket(
            STATUS[_STATUS[row["status"]]], self._tags(row["id"]), write_lines(conversation, lines)
        )

    def _line(self, row: Row) -> Line:
        wrote = _WROTE[row["type"]]
        customer = row.get("created_by_customer_id") or row.get("customer_id", "")
        author = (
            self._customer(customer)
            if wrote is Wrote.CUSTOMER
            else self._user(row.get("created_by_user_id", ""))
        )
        return Line(
            key=int(row.get("id", "0")),
            wrote=wrote,
            author=author,
            to=_addresses(row.get("to", "")),
            cc=_addresses(row.get("cc", "")),
            at=_moment(row.get("created_at", "")),
            body=row.get("body", ""),
            files=tuple(self._attached(row.get("id", ""))),
            message_id=row.get("message_id", "").strip(),
        )

    def _attached(self, thread_id: str) -> Iterator[PastFile]:
        for one in self._all("attachments", thread_id):
            name = one.get("file_name") or "attachment"
            content = self._content(one.get("file_dir", ""), name)
            if content is None:
                yield PastFile(f"{name}.missing.txt", "text/plain", MISSING)
            else:
                yield PastFile(name, one.get("mime_type", ""), content)

    def _content(self, folder: str, name: str) -> bytes | None:
        if self._files is None:
            return None
        path = (self._files / folder.strip("/") / name).resolve()
        # A name in the dump leads nowhere else on this machine.
        if not path.is_relative_to(self._files) or not path.is_file() or path.stat().st_size > MOST_BYTES:
            return None
        return path.read_bytes()

    def _tags(self, conversation_id: str) -> tuple[str, ...]:
        links = self._all("conversation_tag", conversation_id)
        return tuple(
            name for one in links if (name := self._one("tags", one.get("tag_id", "")).get("name", ""))
        )

    def _customer(self, customer_id: str) -> Address | None:
        mails = self._all("emails", customer_id)
        person = self._one("customers", customer_id)
        return Address(_name(person), mails[0]["email"]) if mails and mails[0].get("email") else None

    def _user(self, user_id: str) -> Address | None:
        person = self._one("users", user_id)
        return Address(_name(person), person["email"]) if person.get("email") else None

    def _one(self, name: str, parent: str) -> Row:
        return next(iter(self._all(name, parent)), {})

    def _all(self, name: str, parent: str) -> list[Row]:
        if not parent.isdigit():
            return []
        found = self._rows.execute(
            "select row from kept where name = ? and parent = ? order by rowid", (name, int(parent))
        )
        return [json.loads(text) for (text,) in found]


def _read_rows(path: Path) -> Iterator[tuple[str, int, str]]:
    """Yield (table, to whom it belongs, the row as JSON); what is NULL is left out."""
    table, rows = "", None
    # Expat itself refuses entities that grow without bound (https://docs.python.org/3/library/xml.html#xml-security).
    for event, element in ET.iterparse(path, events=("start", "end")):  # noqa: S314  the operator's own database
        if event == "start":
            if element.tag == "table_data":
                table, rows = element.get("name", ""), element
            continue
        if element.tag != "row" or rows is None:
            continue
        row = {str(one.get("name")): one.text for one in element if one.text is not None}
        parent = row.get(_PARENT.get(table, ""), "")
        if parent.isdigit() and row.get("id", "0").isdigit():
            yield table, int(parent), json.dumps(row)
        # What was read is forgotten, or the whole dump would be in memory at its end.
        rows.clear()


def _name(person: Row) -> str:
    return " ".join(filter(None, (person.get("first_name", ""), person.get("last_name", "")))).strip()


def _addresses(text: str) -> tuple[Address, ...]:
    try:
        found = json.loads(text) if text else []
    except ValueError:
        return ()
    return tuple(Address("", one) for one in found if isinstance(one, str) and "@" in one) if found else ()


def _moment(text: str) -> dt.datetime | None:
    """Return a time of the database, which FreeScout keeps in UTC unless it was told otherwise."""
    return read_date(text)
