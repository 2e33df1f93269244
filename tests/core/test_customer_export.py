"""The files of a customer's archive."""

import datetime as dt
import json
from typing import Any

import pytest

from inboxd.core.customer_export import SOMEBODY_ELSE, Holdings, KeptMail, export_files, without_tokens
from inboxd.core.export_words import export_word

SIGNED = "abcdefghijkl2345"
HIS = "carla@customer.test"


def message(direction: str, author: str, text: str) -> dict[str, Any]:
    return {
        "direction": direction,
        "kind": "mail",
        "from": author,
        "at": "2026-11-16",
        "text": text,
        "message_id": "<1@x>",
    }


def holdings(*lines: dict[str, Any], raw: bytes = b"Subject: x\r\n\r\nhello") -> Holdings:
    ticket = {"number": 12, "subject": "Export", "status": "open", "created_at": "2026", "messages": lines}
    mail = KeptMail("received-1", raw)
    return Holdings({"name": "Carla"}, [ticket], {"surveys": []}, [mail], {HIS}, {"ada@acme.test"})


def test_his_words_and_ours_and_nobody_elses() -> None:
    """His mails, the desk's answers and the notes on him are written out; of another person only that he wrote."""
    lines = (
        message("in", HIS, "my question"),
        message("in", "dora@other.test", "dora's secret"),
        message("in", "ada@acme.test", "what ada mailed"),
        message("note", "ada@acme.test", "a hard one"),
    )
    files = dict(export_files(holdings(*lines)))
    text = files["tickets/12.txt"].decode()
    assert all(one in text for one in ("my question", "what ada mailed", "a hard one", SOMEBODY_ELSE))
    assert not [name for name, content in files.items() if b"dora" in content]
    document = json.loads(files["customer.json"])
    assert document["name"] == "Carla"
    assert document["mails"] == ["received-1"]
    assert document["tickets"][0]["messages"][1]["text"] == SOMEBODY_ELSE


def test_no_token_is_written_out() -> None:
    """Signatures are gone from every file: from Message-IDs, reply addresses and return paths."""
    tokens = (
        f"<t12.m34.{SIGNED}@a.test>",
        f"s+t12.{SIGNED}@a.test",
        f"s+o12.{SIGNED.upper()}@a.test",
        f"s+b3.{SIGNED}@a.test",
    )
    raw = f"In-Reply-To: {tokens[0]}\r\nTo: {tokens[1]}\r\n\r\n{' '.join(tokens)}".encode()
    files = dict(export_files(holdings(message("in", HIS, " ".join(tokens)), raw=raw)))
    assert not [name for name, content in files.items() if SIGNED.encode() in content.lower()]
    assert without_tokens(tokens[0]) == "<t12.m34.removed@a.test>"


def test_attachments_stay_in_their_folder() -> None:
    """Every attachment has a file of its own, whatever path its sender wanted it to have."""
    part = '--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename="{}"\r\n\r\n{}\r\n'
    body = part.format("../../etc/passwd", "one") + part.format("..", "two") + "--b--\r\n"
    raw = f"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{body}".encode()
    files = dict(export_files(holdings(raw=raw)))
    names = [name for name in files if name.startswith("attachments/")]
    assert len(names) == 2
    assert all(name.count("/") == 2 and ".." not in name.split("/") for name in names)
    assert {files[name].strip() for name in names} == {b"one", b"two"}


def test_times_are_iso_8601() -> None:
    """A time is written as programs and people read it."""
    line = {**message("in", HIS, "x"), "at": dt.datetime(2026, 11, 16, 10, 0, 0, 5, dt.UTC)}
    files = dict(export_files(holdings(line)))
    assert b"2026-11-16T10:00:00+00:00" in files["tickets/12.txt"]
    assert b'"2026-11-16T10:00:00+00:00"' in files["customer.json"]


@pytest.mark.parametrize("language", ["de", "fr", "es", "zh"])
def test_the_readable_part_is_in_his_language(language: str) -> None:
    """Every word of the desk's own has one in each language we write to customers in, and none is the English one."""
    terms = ("new", "open", "pending", "solved", "closed", "in", "out", "note", "relay", "survey", "else")
    terms = (*terms, "acknowledgement", "answer", "survey_answer", "thanks", "auto_reply")

    assert all(export_word(term, language) != export_word(term, "en") for term in terms)
    assert export_word("else", "it") == SOMEBODY_ELSE
    assert export_word("what_comes_later", language) == "what_comes_later"
