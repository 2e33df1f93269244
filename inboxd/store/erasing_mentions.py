"""Taking a person out of everything else: letters that tell of him, mails of others that name him, and any other text.

Every table is looked through, those of tomorrow as well: what is text or JSON loses his addresses and full names.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    String,
    Table,
    and_,
    cast,
    delete,
    func,
    or_,
    select,
    update,
)

from inboxd.core.erasure import LETTERS, Traces
from inboxd.core.mail_rewriting import rewrite_mail
from inboxd.core.parse import parse
from inboxd.store import core_tables
from inboxd.store.erasing_scope import Scope

_ENCODED = re.compile(rb"(?i)base64|quoted-printable|=\?|&#")
_ESCAPE = "\\"
_PAGE = 100
_ESCAPED = re.compile(r"([\\%_])")


def erase_letters(connection: Connection, scope: Scope) -> dict[str, int]:
    """Empty the letters to operators, and operators' own mails, that tell of him or of a ticket of his."""
    letters, raw = core_tables.outbox, core_tables.outbox_raw
    of_the_desk = letters.c.kind.in_(sorted(LETTERS))
    told = _told(connection, letters, raw, raw.c.outbox_id, of_the_desk, scope.traces)
    for key in told:
        connection.execute(update(raw).where(raw.c.outbox_id == key).values(raw=b""))
        connection.execute(update(letters).where(letters.c.id == key).values(subject="", why={}))
        waiting = (letters.c.id == key, letters.c.state == "queued")
        connection.execute(update(letters).where(*waiting).values(state="cancelled"))
    mails, mail_raw = core_tables.mail, core_tables.mail_raw
    from_operators = mails.c.sender.in_(sorted(scope.own))
    written = _told(connection, mails, mail_raw, mail_raw.c.mail_id, from_operators, scope.traces)
    for key in written:
        connection.execute(update(mail_raw).where(mail_raw.c.mail_id == key).values(raw=b""))
        connection.execute(update(mails).where(mails.c.id == key).values(subject=""))
    return {"letters": len(told) + len(written)}


def redact_mails(connection: Connection, scope: Scope) -> dict[str, int]:
    """Take his addresses and full names out of mails that are others'; return how many named him."""
    count = 0
    for table, key, columns in (
        (core_tables.mail_raw, "mail_id", ("raw",)),
        (core_tables.outbox_raw, "outbox_id", ("raw",)),
        (core_tables.draft_raw, "draft_id", ("raw", "kept")),
    ):
        for row in _pages(connection, table, table.c[key]):
            old = {name: bytes(getattr(row, name)) for name in columns if getattr(row, name)}
            new = {name: _rewritten(raw, scope.traces) for name, raw in old.items()}
            if new != old:
                count += 1
                one = table.c[key] == getattr(row, key)
                connection.execute(update(table).where(one).values(new))
    return {"mails_of_others": count}


def redact_texts(connection: Connection, scope: Scope) -> dict[str, int]:
    """Take his addresses and full names out of every text and JSON there is; return how many rows named him."""
    return {
        "mentions": sum(
            _redact_table(connection, table, scope.traces) for table in core_tables.metadata.sorted_tables
        )
    }


def _told(
    connection: Connection, rows: Table, raw: Table, key: Any, where: ColumnElement[bool], traces: Traces
) -> list[int]:
    found = []
    for row in _pages(connection, raw, key, key.in_(select(rows.c.id).where(where))):
        mail = parse(bytes(row.raw))
        names = (f"{one.display_name} {one.addr_spec}" for one in (mail.from_, *mail.to, *mail.cc))
        if traces.is_told_in("\n".join((mail.subject, mail.text, *names))):
            found.append(int(row[0]))
    return found


def _pages(connection: Connection, table: Table, key: Any, *where: ColumnElement[bool]) -> Iterator[Any]:
    """Yield all rows, some at a time: what is changed meanwhile disturbs nothing, and memory stays flat."""
    last = 0
    query = select(key, *(one for one in table.c if one is not key)).where(*where).order_by(key).limit(_PAGE)
    while rows := connection.execute(query.where(key > last)).all():
        yield from rows
        last = rows[-1][0]


def _rewritten(raw: bytes, traces: Traces) -> bytes:
    """Return a mail of others without him. Where nothing is encoded, the words must stand there as they are."""
    if not _ENCODED.search(raw) and not traces.is_in(raw.decode("utf-8", "replace")):
        return raw
    return rewrite_mail(raw, traces.redact)


def _redact_table(connection: Connection, table: Table, traces: Traces) -> int:
    keys = list(table.primary_key.columns)
    texts = [one for one in table.c if isinstance(one.type, String | JSON)]
    if not texts or not traces.words:
        return 0
    touched = 0
    for row in connection.execute(select(table).where(_names_him(texts, traces))).mappings().all():
        one = and_(*(key == row[key.name] for key in keys))
        if any(isinstance(row[key.name], str) and traces.is_in(row[key.name]) for key in keys):
            connection.execute(delete(table).where(one))
            touched += 1
            continue
        new = {text.name: traces.redact_value(row[text.name]) for text in texts if text not in keys}
        changed = {name: value for name, value in new.items() if value != row[name]}
        if changed:
            connection.execute(update(table).where(one).values(changed))
            touched += 1
    return touched


def _names_him(columns: list[Any], traces: Traces) -> ColumnElement[bool]:
    """Return a condition that holds for all rows that name him, and for some that do not."""
    wanted = []
    for column in columns:
        text = func.lower(cast(column, String) if isinstance(column.type, JSON) else column)
        for word in traces.words:
            # Inside of JSON a letter beyond ASCII may stand as it is or escaped.
            forms = {word, json.dumps(word)[1:-1]} if isinstance(column.type, JSON) else {word}
            wanted += [text.like(_like(form), escape=_ESCAPE) for form in forms]
    return or_(*wanted)


def _like(word: str) -> str:
    """Return a pattern for the ASCII part of a word: SQLite lowers no other letters."""
    plain = "".join(one.lower() if one.isascii() and not one.isspace() else "\0" for one in word)
    return "%" + re.sub("\0+", "%", _ESCAPED.sub(r"\\\1", plain)) + "%"
