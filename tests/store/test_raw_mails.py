"""The bytes of mails, small and large, on both databases."""

import datetime as dt

import pytest
from sqlalchemy import Engine

from inboxd.errors import TransientError
from inboxd.intake.accept import Arrival, accept
from inboxd.store import mails, raw_mails
from inboxd.store.engine import read, write

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
HEAD = b"From: a@b.example\r\nMessage-ID: <%d@b.example>\r\n\r\n"


@pytest.mark.parametrize("size", [0, 1, raw_mails.LARGE, raw_mails.LARGE + 1, 3 * raw_mails.LARGE])
def test_bytes_come_back_as_they_were_kept(engine: Engine, size: int) -> None:
    """Whatever the size, every octet comes back, NUL and line ends too."""
    raw = HEAD % size + b"\0\r\n\xff"[:size] + b"x" * (size - 4)
    (receipt,) = accept(engine, [Arrival(raw, "a@b.example", ("s@acme.test",), "smtp")], NOW)
    with read(engine) as connection:
        assert mails.load_raw(connection, receipt.mail_id) == raw
        assert mails.find_raw(connection, receipt.mail_id + 1) is None


def test_a_large_mail_is_kept_with_its_batch_or_not_at_all(engine: Engine) -> None:
    """What fails behind a large mail takes its bytes back with everything else."""

    def fail(*_: object) -> None:
        raise TransientError("the disk is full")

    raw = HEAD % 7 + b"x" * (raw_mails.LARGE + 5)
    arrival = Arrival(raw, "a@b.example", ("s@acme.test",), "smtp")
    with pytest.raises(TransientError):
        accept(engine, [arrival], NOW, also=fail)
    with read(engine) as connection:
        assert mails.find_raw(connection, 1) is None
    (receipt,) = accept(engine, [arrival], NOW)
    with write(engine) as connection:
        assert mails.load_raw(connection, receipt.mail_id) == raw
