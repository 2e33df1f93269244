"""Moving in from FreeScout: by its API, and from a dump of its database."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import freescout_desk
import pytest
from desk_server import DeskServer, run_desk
from stages import ask
from typer.testing import CliRunner

from inboxd.cli import app
from inboxd.errors import PermanentError

KEY = ("X-FreeScout-API-Key", "s3cret-key")
TAKEN = {"imported": 4, "duplicates": 0, "held": 0, "tickets": 2}


@pytest.fixture
def server() -> Iterator[DeskServer]:
    with run_desk(freescout_desk.answer, KEY) as running:
        yield running


@pytest.fixture(autouse=True)
def desk(new_lite_desk: Path) -> Path:
    """A new desk that has a key for the other one."""
    Path("key").write_text("s3cret-key\n", encoding="utf-8")
    return new_lite_desk


def run(*words: str) -> Any:
    result = CliRunner().invoke(app, ["import", "freescout", *words, "--json"], catch_exceptions=False)
    return json.loads(result.stdout)


LINES = "select direction, author, author_name, at, text from message where ticket_number = 1 order by id"
CONVERSATION = [
    ("in", "carla@customer.test", "Carla Gomez", "2015-03-03", "How do I export?"),
    ("out", "ada@acme.test", "Ada Lovelace", "2015-03-04", "Open Settings,\npress Export."),
    ("note", "ada@acme.test", "Ada Lovelace", "2015-03-05", "He is a reseller."),
]


def lines() -> list[tuple[Any, ...]]:
    return [(*one[:3], str(one[3])[:10], one[4].strip()) for one in ask(LINES)]


def test_conversations_come_with_their_lines(server: DeskServer) -> None:
    """The oldest line first, users under their names, and neither spam nor what was never sent."""
    assert run(server.url, "--token-file", "key") == TAKEN

    assert lines() == CONVERSATION
    tickets = ask("select subject, status, tags from ticket order by number")
    assert [(one[0], one[1], json.loads(one[2])) for one in tickets] == [
        ("Export", "closed", ["how-to", "freescout"]),
        ("Price list", "open", ["freescout"]),
    ]
    assert run(server.url, "--token-file", "key")["imported"] == 0


def test_files_come_from_that_desk_alone(server: DeskServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said to lie on another host is not asked for: the key must reach nobody else."""
    asked: list[str] = []

    def elsewhere(path: str, _: dict[str, str]) -> Any:
        asked.append(path)
        return b"secret"

    with run_desk(elsewhere, ("Host", "")) as other:
        names = (f"{server.url}/storage/attachment/1/logo.png", f"{other.url}/metadata")
        attached = [
            {"fileName": "x.png", "fileUrl": url, "mimeType": "image/png", "size": 3} for url in names
        ]
        first = freescout_desk.thread(
            11, "customer", freescout_desk.CARLA, "03-03", "Look", _embedded={"attachments": attached}
        )
        monkeypatch.setitem(freescout_desk.THREADS, 101, [first])
        run(server.url, "--token-file", "key")

    assert asked == []
    assert json.loads(ask("select attachments from message where text = 'Look'")[0][0]) == [
        "x.png",
        "x.png.missing.txt",
    ]


def rows(**tables: list[dict[str, Any]]) -> str:
    """Return tables as ``mysqldump --xml`` writes them."""
    found = ['<?xml version="1.0"?>', "<mysqldump><database name='freescout'>"]
    for name, listed in tables.items():
        found.append(
            f"<table_structure name='{name}'><field Field='id'/></table_structure><table_data name='{name}'>"
        )
        for row in listed:
            fields = (
                f"<field name='{key}' xsi:nil='true' xmlns:xsi='x'/>"
                if value is None
                else f"<field name='{key}'>{escape(str(value))}</field>"
                for key, value in row.items()
            )
            found.append(f"<row>{''.join(fields)}</row>")
        found.append("</table_data>")
    return "".join((*found, "</database></mysqldump>"))


def thread(number: int, kind: int, day: str, body: str, **more: Any) -> dict[str, Any]:
    return {
        "id": number, "conversation_id": 101, "type": kind, "state": 2, "body": body, "to": '["support@acme.test"]',
        "cc": None, "customer_id": 7, "created_by_user_id": 1 if kind > 1 else None, "message_id": None,
        "created_by_customer_id": 7 if kind == 1 else None, "created_at": f"2015-{day} 10:00:00", **more,
    }  # fmt: skip


DUMP: dict[str, list[dict[str, Any]]] = {
    "attachments": [
        {"id": 1, "thread_id": 11, "file_dir": "1/2/1/", "file_name": "a.txt", "mime_type": "text/plain"},
        {"id": 2, "thread_id": 11, "file_dir": "../../", "file_name": "key", "mime_type": "text/plain"},
    ],
    "conversation_tag": [{"id": 1, "conversation_id": 101, "tag_id": 5}],
    "conversations": [
        {"id": 101, "number": 1, "status": 3, "state": 2, "subject": "Export", "customer_id": 7, "mailbox_id": 1},
        {"id": 102, "number": 2, "status": 1, "state": 2, "subject": "Price", "customer_id": 7, "mailbox_id": 1},
        {"id": 103, "number": 3, "status": 4, "state": 2, "subject": "WIN", "customer_id": 7, "mailbox_id": 1},
    ],
    "customers": [{"id": 7, "first_name": "Carla", "last_name": "Gomez"}],
    "emails": [{"id": 1, "customer_id": 7, "email": "carla@customer.test"}],
    "mailboxes": [{"id": 1, "name": "Acme", "email": "support@acme.test"}],
    "tags": [{"id": 5, "name": "How To"}],
    "threads": [
        thread(11, 1, "03-03", "<p>How do I export?</p>", message_id="q1@customer.test"),
        thread(12, 2, "03-04", "<p>Open Settings,<br>press Export.</p>", to='["carla@customer.test"]'),
        thread(13, 3, "03-05", "He is a reseller."),
        thread(14, 4, "03-05", ""),
        thread(15, 1, "04-03", "What does it cost?", conversation_id=102),
    ],
    "users": [{"id": 1, "first_name": "Ada", "last_name": "Lovelace", "email": "ada@acme.test"}],
}  # fmt: skip


def test_a_dump_gives_the_same_conversations(desk: Path) -> None:
    """Lines, people, states and tags; files from the folder beside it, and from nowhere else on the machine."""
    Path("dump.xml").write_text(rows(**DUMP), encoding="utf-8")
    place = Path("files/1/2/1")
    place.mkdir(parents=True)
    (place / "a.txt").write_text("x", encoding="utf-8")

    assert run("dump.xml", "--files", "files") == TAKEN

    assert lines() == CONVERSATION
    assert ask("select status from ticket order by number") == [("closed",), ("open",)]
    assert ask("select tags from ticket where number = 1") == [('["how-to", "freescout"]',)]
    ((names, message_id),) = ask("select attachments, message_id from message where id = 1")
    assert (json.loads(names), message_id) == (["a.txt", "key.missing.txt"], "<q1@customer.test>")
    assert run("dump.xml", "--files", "files")["imported"] == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [("-- MySQL dump 10.13", "no dump"), (rows(users=[{"id": 1}]), "lacks the tables conversations")],
)
def test_what_is_no_dump_is_refused(content: str, said: str) -> None:
    """Before anything is taken."""
    Path("dump.xml").write_text(content, encoding="utf-8")
    with pytest.raises(PermanentError, match=said):
        run("dump.xml")
