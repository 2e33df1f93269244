import os
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from inboxd.loops import until_idle
from inboxd.pipeline import process_one
from inboxd.store import mails
from inboxd.store.engine import read, write

CORPORA = Path(os.environ.get("INBOXD_CORPORA", Path(__file__).parents[2] / "shared" / "corpora"))
# Every n-th of the collection: the whole of it is parsed elsewhere, here each mail goes through a desk.
EVERY = 6
MAX_SIZE = 200_000

_REPORT = b"""\
From: MAILER-DAEMON@mx.sand.example
To: support@acme.test
Subject: Undelivered Mail Returned to Sender
Message-ID: <report@mx.sand.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It did not work.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.sand.example

Final-Recipient: rfc822; eve@sand.example
Action: failed
Status: 5.1.1
--b--
"""


def place(stage: Any, mail_id: int) -> str:
    """Return where an accepted mail ended: message, held, duplicate, or a word for nowhere."""
    stored = stage.stored(mail_id)
    if stored.state == "held":
        return "held"
    if stored.disposition == "discard":
        return "duplicate" if "duplicate" in stored.reason else "discarded"
    with read(stage.desk.engine) as connection:
        found = connection.scalar(
            sa.text("select count(*) from message where mail_id = :id"), {"id": mail_id}
        )
    return "message" if found == 1 else f"{stored.state}, {found} messages"


def test_whatever_arrives_ends_somewhere(stage: Any, mail: Any) -> None:
    """A person's mail, a machine's, a report, a forgery and our own mail: each ends as message, held or duplicate."""
    asked = stage.take(mail())
    receipt = stage.written("acknowledgement")[0]
    away = mail("I am away.", subject="Out of office", auto_submitted="auto-replied")
    bound = mail(
        "I am away.",
        subject="Out of office",
        auto_submitted="auto-replied",
        in_reply_to=receipt.mail.message_id,
    )
    posed = mail("Hello", from_="support@acme.test", subject="Ours?")

    assert place(stage, asked) == "message"
    assert place(stage, stage.take(bound)) == "message"
    assert place(stage, stage.take(away)) == "held"
    assert place(stage, stage.take(_REPORT, reverse_path="")) == "held"
    assert place(stage, stage.take(mail("#solved", from_="ada@acme.test"))) == "held"
    assert place(stage, stage.take(posed)) == "held"
    assert place(stage, stage.take(bytes(receipt.mail.mime))) == "duplicate"
    assert place(stage, stage.take(b"")) in {"message", "held"}
    assert [one.number for one in stage.tickets if one.subject == "Ours?"] == []


def test_what_a_person_lets_go_on_becomes_a_ticket(stage: Any, mail: Any) -> None:
    """Released, a report or a machine's mail that belongs to nothing is filed as a ticket, and nothing automatic answers."""
    ids = [
        stage.take(mail("I am away.", auto_submitted="auto-replied", message_id="<away@customer.test>")),
        stage.take(_REPORT, reverse_path=""),
        stage.take(mail("Hello", from_="support@acme.test")),
    ]
    for mail_id in ids:
        with write(stage.desk.engine) as connection:
            assert mails.release(connection, mail_id, stage.clock())
        until_idle((lambda: process_one(stage.desk),))

    assert [place(stage, mail_id) for mail_id in ids] == ["message"] * 3
    assert {one.queued.kind for one in stage.written()} <= {"notification"}


def test_history_is_filed_and_never_held(stage: Any, mail: Any) -> None:
    """Old reports and automatic replies of an imported mailbox are filed, not piled up before a person."""
    ids = [
        stage.take(raw, imported=True) for raw in (_REPORT, mail("I am away.", auto_submitted="auto-replied"))
    ]

    assert [place(stage, mail_id) for mail_id in ids] == ["message"] * 2
    assert stage.written() == []


@pytest.mark.corpora
@pytest.mark.skipif(
    not CORPORA.is_dir(),
    reason=f"THE CASE COLLECTION IS MISSING: {CORPORA} (set INBOXD_CORPORA); only our own mails were sent through",
)
def test_collected_mails_end_somewhere(lite_stage: Any) -> None:
    """Mails that other projects' tests were made of, hostile ones too, end as message, held or duplicate."""
    files = sorted(one for one in (CORPORA / "eml").rglob("*") if one.is_file())[::EVERY]
    taken = [
        lite_stage.take(raw, reverse_path="")
        for raw in (file.read_bytes() for file in files)
        if len(raw) <= MAX_SIZE
    ]
    places = {mail_id: place(lite_stage, mail_id) for mail_id in taken}

    assert {
        mail_id: where for mail_id, where in places.items() if where not in {"message", "held", "duplicate"}
    } == {}
