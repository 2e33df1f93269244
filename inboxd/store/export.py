"""Everything out and in again: a folder with every mail as a file and every row as a line of JSON.

``desk.json`` names the form, the schema and each file's rows and SHA-256; ``Maildir`` holds what came in, its folder
``.Sent`` what went out; one ``.jsonl`` per table, in the order of its keys. Two exports of the same state are equal byte
for byte, on SQLite and on PostgreSQL.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Engine, Select, String, Table, Text, delete, insert, select

from inboxd.errors import PermanentError
from inboxd.store.core_tables import mail as _mail
from inboxd.store.core_tables import mail_raw as _raw
from inboxd.store.core_tables import metadata
from inboxd.store.core_tables import outbox as _outbox
from inboxd.store.core_tables import outbox_raw as _sent_raw
from inboxd.store.engine import read, schema_version, write
from inboxd.store.export_form import from_line, to_line
from inboxd.store.row_copy import MOST_BYTES, MOST_ROWS, set_sequences

FORM = 1
_CONTENTS = "desk.json"
_UNFINISHED = ".unfinished"
# What any desk makes anew, and which processes are at work just now.
_LEFT_OUT = frozenset({"passage_vector", "leader"})
# A desk that was only looked at has rows in these.
_BEFORE_ANY_MAIL = frozenset({"setting", "job_run"})


@dataclass(frozen=True, slots=True)
class _Box:
    """A table of mails' bytes and the folder its mails are files in; ``key`` names the mail, ``at`` its time."""

    table: Table
    folder: str
    key: Column[int]
    id: Column[int]
    at: Column[Any]


_BOXES = (
    _Box(_raw, "Maildir", _raw.c.mail_id, _mail.c.id, _mail.c.accepted_at),
    _Box(_sent_raw, "Maildir/.Sent", _sent_raw.c.outbox_id, _outbox.c.id, _outbox.c.created_at),
)
_IN_BOXES = frozenset(box.table.name for box in _BOXES)


def export(engine: Engine, folder: Path) -> dict[str, int]:
    """Write everything into ``folder``, whole or not at all; return how many rows and mails there are, by name.

    The desk may go on working meanwhile: it is written as it is at one moment. Raises ``PermanentError`` when the
    folder holds anything.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PermanentError(f"{folder} is not empty; nothing was written")
    draft = folder.with_name(f"{folder.name}.partial")
    _begin(draft)
    snapshot = engine
    if engine.dialect.name == "postgresql":
        snapshot = engine.execution_options(isolation_level="REPEATABLE READ")
    with read(snapshot) as connection:
        schema = schema_version(connection)
        files = {table.name: _write_table(connection, table, draft) for table in _tables()}
        mails = {box.folder: _write_box(connection, box, draft) for box in _BOXES}
    contents = {"form": FORM, "schema": schema, "rows": files, "mails": mails}
    (draft / _CONTENTS).write_text(json.dumps(contents, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    (draft / _UNFINISHED).unlink()
    os.sync()
    draft.replace(folder)
    return _counted(files, mails)


def load(engine: Engine, folder: Path) -> dict[str, int]:
    """Put an export into an empty store, whole or not at all; return how many rows and mails there are, by name.

    Raises ``PermanentError`` when the store holds mail, when the export is of another schema, and when it was changed.
    """
    contents = _contents(folder)
    with write(engine) as connection:
        _refuse_used(connection)
        schema = schema_version(connection)
        if (contents["form"], contents["schema"]) != (FORM, schema):
            raise PermanentError(
                f"the export has schema {contents['schema']}, this inboxd {schema}: load it with the version that wrote it"
            )
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
        for table in metadata.sorted_tables:
            if table.name in contents["rows"]:
                _read_table(connection, table, folder, contents["rows"][table.name])
        for box in _BOXES:
            _read_box(connection, box, folder, contents["mails"][box.folder])
        if engine.dialect.name == "postgresql":
            set_sequences(connection, metadata.sorted_tables)
    return _counted(contents["rows"], contents["mails"])


def _counted(rows: Mapping[str, Any], mails: Mapping[str, int]) -> dict[str, int]:
    return {name: int(one["rows"]) for name, one in rows.items()} | dict(mails)


def _begin(draft: Path) -> None:
    if draft.exists():
        if not (draft / _UNFINISHED).exists():
            raise PermanentError(f"{draft} is in the way, and no export that was broken off")
        shutil.rmtree(draft)
    # Customers' words come into it: nobody else may read it.
    draft.mkdir(mode=0o700, parents=True)
    (draft / _UNFINISHED).touch()


def _tables() -> Iterator[Table]:
    for table in metadata.sorted_tables:
        if table.name not in _LEFT_OUT | _IN_BOXES:
            yield table


def _write_table(connection: Connection, table: Table, draft: Path) -> dict[str, Any]:
    """Write the rows of a table; return how many there are and the SHA-256 of the file."""
    digest, rows = hashlib.sha256(), 0
    query = select(table).order_by(*(_ordered(connection, column) for column in table.primary_key))
    with (draft / f"{table.name}.jsonl").open("wb") as file:
        for row in _stream(connection, query, MOST_ROWS):
            line = to_line(row).encode()
            digest.update(line)
            file.write(line)
            rows += 1
    return {"rows": rows, "sha256": digest.hexdigest()}


def _ordered(connection: Connection, column: Column[Any]) -> Any:
    """Return the key to order by: text by its bytes, as SQLite does, and not as the server's language would."""
    is_text = isinstance(column.type, String | Text)
    return column.collate("C") if is_text and connection.dialect.name == "postgresql" else column


def _stream(connection: Connection, query: Select[Any], at_once: int) -> Iterator[Mapping[str, Any]]:
    options = {"stream_results": True, "yield_per": at_once}
    for row in connection.execute(query, execution_options=options).mappings():
        yield dict(row)


def _write_box(connection: Connection, box: _Box, draft: Path) -> int:
    """Write mails as files of a Maildir (https://cr.yp.to/proto/maildir.html); return how many."""
    for part in ("cur", "new", "tmp"):
        (draft / box.folder / part).mkdir(parents=True)
    query = select(box.id, box.at, box.table.c.raw).join(box.table, box.key == box.id).order_by(box.id)
    mails = 0
    for row in _stream(connection, query, 4):
        key, at, raw = row.values()
        name = f"{int(at.timestamp())}.{key}.inboxd:2,S"
        (draft / box.folder / "cur" / name).write_bytes(raw)
        mails += 1
    return mails


def _contents(folder: Path) -> dict[str, Any]:
    try:
        contents: dict[str, Any] = json.loads((folder / _CONTENTS).read_text("utf-8"))
        return {name: contents[name] for name in ("form", "schema", "rows", "mails")}
    except (OSError, ValueError, KeyError) as error:
        raise PermanentError(f"{folder} is no export of inboxd: {_CONTENTS} cannot be read") from error


def _refuse_used(connection: Connection) -> None:
    for table in metadata.sorted_tables:
        harmless = table.name in _LEFT_OUT | _BEFORE_ANY_MAIL
        if not harmless and connection.execute(select(table).limit(1)).first() is not None:
            raise PermanentError(
                "this desk is not empty: an export is loaded into a new one; nothing was changed"
            )


def _read_table(connection: Connection, table: Table, folder: Path, told: Mapping[str, Any]) -> None:
    digest, size = hashlib.sha256(), 0
    batch: list[dict[str, Any]] = []
    path = folder / f"{table.name}.jsonl"
    with path.open("rb") as file:
        for line in file:
            digest.update(line)
            batch.append(from_line(table, line.decode()))
            size += len(line)
            if len(batch) == MOST_ROWS or size > MOST_BYTES:
                connection.execute(insert(table), batch)
                batch, size = [], 0
    if batch:
        connection.execute(insert(table), batch)
    found = digest.hexdigest()
    if found != told["sha256"]:
        raise PermanentError(f"{path} is not as it was written; nothing was changed")


def _read_box(connection: Connection, box: _Box, folder: Path, told: int) -> None:
    mails = 0
    for file in sorted((folder / box.folder / "cur").iterdir()):
        _, key, *_ = file.name.split(".")
        row = {box.key.name: int(key), "raw": file.read_bytes()}
        connection.execute(insert(box.table), row)
        mails += 1
    if mails != told:
        raise PermanentError(
            f"{folder / box.folder} holds {mails} mails instead of {told}; nothing was changed"
        )
