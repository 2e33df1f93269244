"""Reading mails from a CSV (RFC 4180) whose first row names the columns, as other programs' exports can be brought to.

``from``, ``date``, ``subject`` and ``text`` are read, and ``to``, ``message-id`` and ``in-reply-to`` where they are there.
"""

import csv
from collections.abc import Iterator, Mapping
from email.utils import format_datetime
from pathlib import Path
from typing import TextIO

from inboxd.core.address_list import read_addresses
from inboxd.core.date_time import read_date
from inboxd.core.header_fields import address_field, id_field, text_field
from inboxd.errors import PermanentError
from inboxd.intake.mbox import PastMail

_NEEDED = frozenset({"from", "date", "subject", "text"})
# A conversation that was copied into one field.
_LONGEST_FIELD = 10_000_000


def open_csv(path: Path) -> TextIO:
    """Return a CSV to be read; raise ``PermanentError`` when columns are missing."""
    file = path.open(encoding="utf-8-sig", errors="replace", newline="")
    try:
        names = {_column(one) for one in next(csv.reader(file), [])}
    except csv.Error:
        names = set()
    if missing := _NEEDED - names:
        file.close()
        raise PermanentError(f"{path} has no column {', '.join(sorted(missing))}")
    file.seek(0)
    return file


def read_csv(file: TextIO, desk_address: str) -> Iterator[PastMail]:
    """Yield a mail for every row, written to the desk where the row does not say to whom."""
    before = csv.field_size_limit(_LONGEST_FIELD)
    try:
        for number, row in enumerate(csv.DictReader(file), start=1):
            fields = {_column(name): value or "" for name, value in row.items() if isinstance(name, str)}
            yield PastMail(_mail(fields, desk_address), None, number)
    except csv.Error as error:
        raise PermanentError(f"the CSV cannot be read on: {error}") from error
    finally:
        csv.field_size_limit(before)


def _column(name: str) -> str:
    return name.strip().lower().replace("_", "-")


def _mail(fields: Mapping[str, str], desk_address: str) -> bytes:
    """Return a row as RFC 5322 would have it."""
    date = read_date(fields["date"])
    header = (
        address_field("From", read_addresses(fields["from"])[:1]),
        address_field("To", read_addresses(fields.get("to", "") or desk_address)),
        text_field("Subject", fields["subject"]),
        f"Date: {format_datetime(date)}\r\n" if date else "",
        id_field("Message-ID", (fields.get("message-id", ""),)),
        id_field("In-Reply-To", (fields.get("in-reply-to", ""),)),
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
    )
    body = "\r\n".join(fields["text"].splitlines())
    return f"{''.join(header)}{body}\r\n".encode("utf-8", "replace")
