import datetime as dt
import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import Engine

from inboxd.intake.pipe import accept_files, read_mail
from inboxd.store import mails
from inboxd.store.engine import read

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
RAW = b"Subject: x\r\n\r\nFrom here on it is text.\r\n"


@pytest.fixture
def standard_input(monkeypatch: pytest.MonkeyPatch) -> io.BytesIO:
    """What the program reads from its standard input."""
    stream = io.BytesIO()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=stream))
    return stream


@pytest.mark.parametrize(
    ("bytes_", "mail"),
    [
        (RAW, RAW),
        (b"From carla@customer.test Mon Nov 16 10:00:00 2026\n" + RAW, RAW),
        (b"From: carla@customer.test\r\n\r\n", b"From: carla@customer.test\r\n\r\n"),
        (b"From nowhere", b""),
        (b"", b""),
    ],
)
def test_only_the_mbox_line_is_dropped(bytes_: bytes, mail: bytes, tmp_path: Path) -> None:
    """The ``From `` line an MTA puts before a piped mail is dropped; a From field and the text are not touched."""
    (tmp_path / "mail").write_bytes(bytes_)
    assert read_mail(str(tmp_path / "mail")) == mail


def test_standard_input(standard_input: io.BytesIO, lite_engine: Engine) -> None:
    """Without a name, or with ``-``, the mail is read from standard input and kept byte for byte."""
    standard_input.write(RAW)
    standard_input.seek(0)
    (receipt,) = accept_files(lite_engine, [], None, (), NOW)
    with read(lite_engine) as connection:
        stored = mails.find(connection, receipt.mail_id)
        assert mails.load_raw(connection, receipt.mail_id) == RAW
    assert stored is not None
    assert (stored.source, stored.envelope) == ("pipe", None)


def test_each_file_is_committed_on_its_own(lite_engine: Engine, tmp_path: Path) -> None:
    """A file that cannot be read stops the line, but what came before it is kept."""
    (tmp_path / "one").write_bytes(RAW)
    names = [str(tmp_path / "one"), str(tmp_path / "missing")]
    receipts = accept_files(lite_engine, names, "carla@customer.test", ("support@acme.test",), NOW)
    assert next(receipts).mail_id == 1
    with pytest.raises(FileNotFoundError):
        next(receipts)
    with read(lite_engine) as connection:
        stored = mails.find(connection, 1)
    assert stored is not None
    assert stored.reverse_path == "carla@customer.test"
