import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from inboxd import maillog


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Log in a given form; read the lines."""
    stream = io.StringIO()
    root = logging.getLogger()
    before = (root.handlers[:], root.level)

    def read(form: str) -> Any:
        # Here and not sooner: between the phases of a test pytest puts its own stream there.
        monkeypatch.setattr(sys, "stderr", stream)
        maillog.configure(verbose=True, form=form)
        return lambda: stream.getvalue().splitlines()

    yield read
    root.handlers[:], level = before[0], before[1]
    root.setLevel(level)


@pytest.fixture
def lines(written: Any) -> Iterator[Any]:
    """Read what was logged to stderr, one document per line."""
    read = written("json")
    yield lambda: [json.loads(line) for line in read()]


def test_one_json_document_per_event(lines: Any) -> None:
    """Each event is one line with its action, its ids and the id of the mail in work."""
    with maillog.about(12):
        maillog.accepted(12, "smtp", 300, duplicate=False)
        maillog.accepted(12, "smtp", 300, duplicate=True)
        maillog.processed(12, "file", "a person answers", 3)
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
    """aiosmtpd would log addresses, every command, and words of texts that it takes for commands; only its faults are kept."""
    logging.getLogger("mail.log").info("RCPT TO carla@customer.test")
    logging.getLogger("mail.log").warning("unrecognised: PASSWORD:")
    assert lines() == []


def test_odd_values_are_written_anyway(lines: Any) -> None:
    """Text in any script and broken text are logged without failing."""
    maillog.held(1, "退款 \udcff")
    assert lines()[0]["reason"].startswith("退款")


def test_the_form_for_people(written: Any) -> None:
    """As text an event is still one line: time, level, what happened, then its values, quoted where they are no words."""
    read = written("text")
    with maillog.about(12):
        maillog.processed(12, "hold", "a forgery\nreally", None)
        maillog.problem('rules/a.toml:1: x = "y"')
    try:
        int("one\ntwo")
    except ValueError as error:
        maillog.failed(7, error, held=False)
    first, second, third = read()
    assert first.split(" ", 1)[1] == (
        r'info processed mail_id=12 disposition=hold reason="a forgery\nreally" ticket=None'
    )
    assert second.split(" ", 1)[1] == r'error problem mail_id=12 message="problem rules/a.toml:1: x = \"y\""'
    assert "error failed mail_id=7 held=False traceback=" in third


def test_a_library_s_line_has_the_mail_too(written: Any) -> None:
    """Whatever is logged while a mail is in work carries its id, also what a library says; after it nothing does."""
    read = written("json")
    with maillog.about(12), maillog.about(None):
        logging.getLogger("dkim").warning("key too short: %d", 512)
    logging.getLogger("dkim").warning("done")
    first, second = map(json.loads, read())
    assert (first["mail_id"], first["message"], first["action"]) == (12, "key too short: 512", "dkim")
    assert "mail_id" not in second


def test_a_peer_s_words_lose_their_addresses(lines: Any) -> None:
    """Whoever could not be reached stays out of the log; his domain is enough."""
    maillog.transmitted(3, "failed", "550 5.1.1 <carla.h@customer.test>: no such user, ask it@customer.test")
    (found,) = lines()
    assert found["reply"] == "550 5.1.1 <…@customer.test>: no such user, ask …@customer.test"


def test_no_card_number_is_logged(lines: Any) -> None:
    """What a library repeats of a mail in its error is logged without numbers and passwords nobody should read."""
    try:
        int("4111 1111 1111 1111, password: unknown4all")
    except ValueError as error:
        maillog.failed(7, error, held=True)
    (found,) = lines()
    assert "4111" not in str(found)
    assert "unknown4all" not in str(found)
    assert "[card], password: [secret]" in found["traceback"]
