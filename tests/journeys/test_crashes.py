"""A crash at every instant that matters: after the restart the same end state, one ticket and one receipt."""

import dataclasses
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from journey_stage import Stage, open_stage

from inboxd import maillog, pipeline
from inboxd.core.units import parse_duration
from inboxd.loops import until_idle
from inboxd.outgoing.deliver import Delivery, deliver_one
from inboxd.outgoing.transmit import Parcel, Reply
from inboxd.pipeline import process_one
from inboxd.store import mails, tickets
from inboxd.store.engine import open_engine, read

_MAIL = (
    b"From: Eve Sand <eve@sand.example>\r\nTo: support@acme.test\r\nSubject: Zeppelins\r\n"
    b"Message-ID: <one@sand.example>\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n\r\nDo you repair zeppelins?\r\n"
)
_MAILS_EXPECTED = {"acknowledgement": 1, "notification": 1}


class CrashError(BaseException):
    """The process is gone: nothing catches it."""


def _crash(*_args: Any, **_keywords: Any) -> Any:
    raise CrashError


def _patched(target: Any, name: str) -> Callable[[Stage, pytest.MonkeyPatch], None]:
    return lambda _stage, patch: patch.setattr(target, name, _crash)


def _transmit_crashes(*, after: bool) -> Callable[[Stage, pytest.MonkeyPatch], None]:
    def prepare(stage: Stage, _patch: pytest.MonkeyPatch) -> None:
        really = stage.delivery.transmit

        def transmit(parcel: Parcel) -> Reply:
            if after:
                really(parcel)
            raise CrashError

        stage.delivery = dataclasses.replace(stage.delivery, transmit=transmit)

    return prepare


CRASHES = {
    "before anything was gathered": _patched(pipeline, "gather"),
    "after the decision": _patched(pipeline, "work_out_mail"),
    "inside the second transaction": _patched(tickets, "add_event"),
    "at the end of the second transaction": _patched(mails, "mark_processed"),
    "after the second transaction": _patched(maillog, "processed"),
    "before the mail was transmitted": _transmit_crashes(after=False),
    "between the peer's 250 and our record": _transmit_crashes(after=True),
}


@pytest.mark.parametrize("moment", CRASHES)
def test_crash_and_restart(
    moment: str, store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the process dies, the restart ends with one ticket, one receipt and one notification."""
    with open_stage(tmp_path / "desk", store_url) as stage:
        stage.hand_over(_MAIL, "eve@sand.example", ["support@acme.test"])
        with monkeypatch.context() as patch:
            delivery = stage.delivery
            CRASHES[moment](stage, patch)
            with pytest.raises(CrashError):
                stage.settle()
        # The restart: nothing is left of the first process but the database and the Maildir.
        stage.desk.engine.dispose()
        engine = open_engine(store_url)
        stage.desk = dataclasses.replace(stage.desk, engine=engine)
        stage.delivery = Delivery(engine, stage.clock, delivery.transmit)
        stage.pass_time(parse_duration("2h"), parse_duration("10min"))
        with read(engine) as connection:
            found = tickets.list_tickets(connection)
            lines = tickets.list_messages(connection, 1)
        engine.dispose()

    assert [one.number for one in found] == [1]
    assert Counter(mail.header("X-Inboxd-Kind") for mail in stage.post) == _MAILS_EXPECTED
    assert [one.kind for one in lines] == ["mail", "acknowledgement"]


def test_poisoned_mail_blocks_nobody(store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail over which the program fails is held at the third time, and the mail behind it goes its way at once."""
    really = pipeline.gather

    def gather(desk: Any, stored: Any, now: Any) -> Any:
        if stored.mail_id == 1:
            raise RuntimeError("a bug")
        return really(desk, stored, now)

    monkeypatch.setattr(pipeline, "gather", gather)
    with open_stage(tmp_path / "desk", store_url) as stage:
        stage.hand_over(_MAIL.replace(b"one@", b"poison@"), "eve@sand.example", ["support@acme.test"])
        stage.send(_MAIL.replace(b"zeppelins?", b"balloons?"), "eve@sand.example", ["support@acme.test"])
        first_kinds = [mail.header("X-Inboxd-Kind") for mail in stage.post]
        stage.pass_time(parse_duration("2h"), parse_duration("10min"))
        with read(stage.desk.engine) as connection:
            held = mails.list_held(connection)

    assert first_kinds == ["acknowledgement", "notification"]
    assert [(one.mail_id, one.attempts) for one in held] == [(1, 3)]
    assert "RuntimeError" in held[0].reason
    assert "a bug" in held[0].detail


def test_same_bytes_after_a_lost_answer(store_url: str, tmp_path: Path) -> None:
    """A client that missed our 250 sends the same bytes again (RFC 1047): still one ticket and one receipt."""
    with open_stage(tmp_path / "desk", store_url) as stage:
        for _ in range(3):
            stage.send(_MAIL, "eve@sand.example", ["support@acme.test"])
        until_idle((lambda: process_one(stage.desk), lambda: deliver_one(stage.delivery)))

    assert Counter(mail.header("X-Inboxd-Kind") for mail in stage.post) == _MAILS_EXPECTED
