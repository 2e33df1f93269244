import datetime as dt
import logging

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from inboxd.errors import TransientError
from inboxd.intake.accept import Arrival, accept
from inboxd.store import mails
from inboxd.store import settings as store_settings
from inboxd.store.engine import open_engine, read, write

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
RAW = b"Message-ID: <a@customer.test>\r\nFrom: carla@customer.test\r\nSubject: secret words\r\n\r\nHello\r\n"


def arrival(raw: bytes = RAW, **values: object) -> Arrival:
    given_values = {
        "reverse_path": "carla@customer.test",
        "forward_paths": ("support@acme.test",),
        "source": "smtp",
    }
    return Arrival(raw, **(given_values | values))  # type: ignore[arg-type]


def test_a_receipt_for_each_in_order(engine: Engine) -> None:
    """Every arrival gets its receipt, in order; a repeat inside one batch is recognised like any other."""
    receipts = accept(engine, [arrival(), arrival(RAW + b"more"), arrival()], NOW)
    assert [(one.mail_id, one.duplicate) for one in receipts] == [(1, False), (2, False), (1, True)]
    with read(engine) as connection:
        assert mails.load_raw(connection, 1) == RAW


def test_the_same_mail_by_two_ways(engine: Engine) -> None:
    """What came over SMTP and is then found in the mailbox, with other trace fields on top, is the same mail."""
    accept(engine, [arrival()], NOW)
    trace = (
        b"Return-Path: <carla@customer.test>\r\nReceived: from a by b; Mon, 16 Nov 2026 10:00:00 +0000\r\n"
    )
    (again,) = accept(engine, [arrival(trace + RAW, source="imap")], NOW + dt.timedelta(days=30))
    assert again.duplicate


def test_a_reused_message_id_with_other_content_is_kept(engine: Engine) -> None:
    """Two different mails under one Message-ID are two mails; throwing one away would lose a customer's words."""
    first, second = accept(engine, [arrival(), arrival(RAW.replace(b"Hello", b"Help!"))], NOW)
    assert not second.duplicate
    assert second.mail_id != first.mail_id


def test_without_message_id_the_bytes_of_a_day(engine: Engine) -> None:
    """A mail without Message-ID is a repeat when the same bytes came within a day, and new after that."""
    nameless = arrival(RAW.partition(b"\r\n")[2])
    accept(engine, [nameless], NOW)
    assert accept(engine, [nameless], NOW + dt.timedelta(hours=23))[0].duplicate
    assert not accept(engine, [nameless], NOW + dt.timedelta(hours=25))[0].duplicate


def test_all_in_one_transaction(engine: Engine) -> None:
    """However many mails arrive together, they cost one commit."""
    commits: list[object] = []
    sa.event.listen(engine, "commit", commits.append)
    accept(engine, [arrival(RAW + str(n).encode()) for n in range(20)], NOW)
    assert len(commits) == 1


def test_all_or_none(engine: Engine) -> None:
    """What is written along with the mails (a folder's cursor) is committed with them, or none of it is."""

    def also(connection: sa.Connection, receipts: object) -> None:
        store_settings.save(connection, "cursor", {"receipts": len(receipts)}, NOW)  # type: ignore[arg-type]
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        accept(engine, [arrival()], NOW, also)
    with read(engine) as connection:
        assert mails.find(connection, 1) is None
        assert store_settings.load(connection, "cursor") is None


def test_a_store_that_is_away(lite_engine: Engine) -> None:
    """While the store cannot be written nothing is accepted, and the sender is to try later."""
    impatient = open_engine(str(lite_engine.url))
    sa.event.listen(impatient, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=20"))
    with write(lite_engine), pytest.raises(TransientError):
        accept(impatient, [arrival()], NOW)
    impatient.dispose()


def test_the_log_has_ids_only(lite_engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """Accepting a mail is logged by its id; no word of it stands in the log."""
    with caplog.at_level(logging.INFO):
        accept(lite_engine, [arrival()], NOW)
    assert [record.getMessage() for record in caplog.records if record.name == "inboxd.mail"] == [
        "accepted mail 1"
    ]
    assert "secret" not in caplog.text
    assert "carla" not in caplog.text


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00",
        b"\xff\xfe\x00garbage",
        b"Message-ID: <a\x00b@x>\r\n\r\n",
        b"Message-ID: <\xff\xed\xa0\x80@x>\r\nSubject: \x00\r\n\r\n\x00",
        b"Message-ID: " + b"<" * 5000 + b"\r\n\r\n",
        b"Message-ID: <" + b"a" * 200_000 + b"@x>\r\n\r\n",
    ],
)
def test_hostile_bytes_are_kept(engine: Engine, raw: bytes) -> None:
    """Bytes that are no mail are accepted like any other, once: refusing them is not ours to do."""
    (first,) = accept(engine, [arrival(raw, helo="mx\x00", peer="", submitter="\udcff\x00")], NOW)
    (again,) = accept(engine, [arrival(raw)], NOW)
    assert not first.duplicate
    assert again.duplicate
    with read(engine) as connection:
        assert mails.load_raw(connection, first.mail_id) == raw


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=300), path=st.none() | st.text(max_size=30))
def test_whatever_arrives_is_kept(lite_engine: Engine, raw: bytes, path: str | None) -> None:
    """No bytes and no envelope whatever can keep a mail from being accepted unchanged."""
    (receipt,) = accept(lite_engine, [arrival(raw, reverse_path=path)], NOW)
    with read(lite_engine) as connection:
        assert mails.load_raw(connection, receipt.mail_id) == raw
