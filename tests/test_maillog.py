import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from inboxd import maillog


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Read what was logged to stderr, one document per line."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    maillog.configure(verbose=True)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], level = before[0], before[1]
    root.setLevel(level)


def test_one_json_document_per_event(lines: Any) -> None:
    """Each event is one line with its action, its ids and the id of the mail in work."""
    token = maillog.current_mail.set(12)
    maillog.accepted(12, "smtp", 300, duplicate=False)
    maillog.accepted(12, "smtp", 300, duplicate=True)
    maillog.processed(12, "file", "a person answers", 3)
    maillog.current_mail.reset(token)
    maillog.job_ran("digest", 2)
    found = lines()
    assert [one["action"] for one in found] == ["accepted", "duplicate", "processed", "job_ran"]
    assert [one.get("mail_id") for one in found] == [12, 12, 12, None]
    assert (found[2]["ticket"], found[2]["level"]) == (3, "info")


def test_a_failure_has_its_traceback_on_one_line(lines: Any) -> None:
    """A traceback does not break the form of the log."""
    try:
        int("line one\nline two")
    except ValueError as error:
        maillog.failed(7, error, held=True)
    (found,) = lines()
    assert (found["level"], found["mail_id"], found["held"]) == ("error", 7, True)
    assert "ValueError: invalid literal" in found["traceback"]


def test_levels(lines: Any) -> None:
    """What a person must look at is a warning or an error; what went well is information."""
    maillog.transmitted(1, "sent", "250 OK")
    maillog.transmitted(2, "later", "451")
    maillog.held(3, "forgery")
    maillog.worker_ended(-9, 3)
    maillog.problem("rules/a.toml:1: x")
    maillog.postponed(3, "model")
    maillog.enqueued(1, "answer", 1)
    maillog.suppressed("answer", "brake", 1)
    maillog.refused("192.0.2.1", 550, "foreign recipient")
    levels = {one["action"]: one["level"] for one in lines()}
    assert levels == {
        "transmitted": "warning",
        "held": "warning",
        "worker_ended": "error",
        "problem": "error",
        "postponed": "info",
        "enqueued": "info",
        "suppressed": "info",
        "refused": "info",
    }


def test_the_libraries_are_quiet(lines: Any) -> None:
    """aiosmtpd would log addresses and every command; only its warnings are kept."""
    logging.getLogger("mail.log").info("RCPT TO carla@customer.test")
    assert lines() == []


def test_odd_values_are_written_anyway(lines: Any) -> None:
    """Text in any script and broken text are logged without failing."""
    maillog.held(1, "退款 \udcff")
    assert lines()[0]["reason"].startswith("退款")
