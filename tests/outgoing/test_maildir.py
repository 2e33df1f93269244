import os
from dataclasses import replace
from pathlib import Path

import pytest

from inboxd.outgoing.maildir import transmit
from inboxd.outgoing.transmit import Outcome, Parcel

PARCEL = Parcel(
    "support+b1.x@acme.test",
    ("carla@customer.test", "x@customer.test"),
    "<m1@acme.test>",
    b"Subject: hi\r\n\r\nHi\r\n",
)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_one_file_in_new(tmp_path: Path) -> None:
    """The mail stands in ``new/``, complete, with its envelope on top; ``tmp/`` is empty again."""
    reply = transmit(tmp_path / "var" / "outgoing", PARCEL)
    (file,) = files(tmp_path)
    assert reply.outcome is Outcome.SENT
    assert file.parent == tmp_path / "var" / "outgoing" / "new"
    assert file.name in reply.text
    assert file.read_bytes() == (
        b"Return-Path: <support+b1.x@acme.test>\r\nDelivered-To: carla@customer.test\r\n"
        b"Delivered-To: x@customer.test\r\n" + PARCEL.raw
    )
    assert all((tmp_path / "var" / "outgoing" / name).is_dir() for name in ("tmp", "new", "cur"))


def test_a_repeat_writes_once(tmp_path: Path) -> None:
    """The same mail again, after a crash before it was recorded, leaves one file and counts as sent."""
    assert transmit(tmp_path, PARCEL).outcome is Outcome.SENT
    assert transmit(tmp_path, PARCEL).outcome is Outcome.SENT
    assert len(files(tmp_path)) == 1


@pytest.mark.parametrize("flags", ["", ":2,", ":2,RS"])
def test_a_repeat_of_a_read_mail(tmp_path: Path, flags: str) -> None:
    """A mail that a client has moved to ``cur/`` meanwhile, with whatever flags, is not written again."""
    transmit(tmp_path, PARCEL)
    (file,) = files(tmp_path)
    file.rename(tmp_path / "cur" / f"{file.name}{flags}")
    assert transmit(tmp_path, PARCEL).outcome is Outcome.SENT
    assert len(files(tmp_path)) == 1


def test_another_mail_or_recipient_is_another_file(tmp_path: Path) -> None:
    """Another Message-ID is another mail, and so is the same one to somebody else."""
    for parcel in (
        PARCEL,
        replace(PARCEL, message_id="<m2@acme.test>"),
        replace(PARCEL, recipients=("y@z.test",)),
    ):
        transmit(tmp_path, parcel)
    assert len(files(tmp_path)) == 3


def test_a_half_written_file_is_not_in_the_way(tmp_path: Path) -> None:
    """What a crash left in ``tmp/`` is written over."""
    transmit(tmp_path, PARCEL)
    (file,) = files(tmp_path)
    content = file.read_bytes()
    file.unlink()
    (tmp_path / "tmp" / file.name).write_bytes(b"half")
    transmit(tmp_path, PARCEL)
    assert [path.read_bytes() for path in files(tmp_path)] == [content]


def test_it_is_on_the_disk_before_it_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is synced before it appears in ``new/``, and the folder after it."""
    seen: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda _handle: seen.append(len(list((tmp_path / "new").iterdir()))))
    transmit(tmp_path, PARCEL)
    assert seen == [0, 1]


def test_a_folder_that_cannot_be_written_is_later(tmp_path: Path) -> None:
    """A full or missing disk costs no mail."""
    (tmp_path / "file").write_text("no folder")
    reply = transmit(tmp_path / "file" / "outgoing", PARCEL)
    assert reply.outcome is Outcome.LATER
    assert "Not a directory" in reply.text
