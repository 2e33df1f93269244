"""The commands of docs/moving-in-and-out.md, run as they stand."""

import hashlib
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from inboxd.cli import app
from inboxd.commands.init import make_desk

DOCUMENT = Path(__file__).parents[1] / "docs" / "moving-in-and-out.md"
MAIL = (
    "From: Carla <carla@customer.test>\nTo: support@acme.test\nSubject: {subject}\n"
    "Date: Tue, 03 Mar 2015 10:00:00 +0000\nMessage-ID: <{subject}@x.test>\n\nHow?\n"
)


def commands() -> list[list[str]]:
    """Return the command lines of the document, without those that need the model or a server.

    Those are run where there is one: tests/commands/test_after_moving_in.py, tests/intake/test_past_imap.py,
    test_zammad.py and test_freescout.py.
    """
    blocks = re.findall(r"```sh\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    lines = [shlex.split(line)[1:] for block in blocks for line in block.splitlines()]
    elsewhere = (["kb", "gaps"], ["import", "imap"], ["import", "zammad"], ["import", "freescout"])
    return [line for line in lines if line[:2] not in elsewhere]


def run(command: list[str]) -> None:
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, (command, result.exception)


def hashes(folder: Path) -> list[tuple[str, str]]:
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    return [(str(one.relative_to(folder)), hashlib.sha256(one.read_bytes()).hexdigest()) for one in files]


def test_the_document_can_be_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """History in, everything out, into a new desk, and out again: the same byte for byte."""
    *here, move = commands()
    assert [one[:2] for one in (*here, move)] == [
        ["import", "mbox"],
        ["import", "maildir"],
        ["import", "csv"],
        ["rules", "backtest"],
        ["export", "everything"],
        ["import", "export"],
    ]
    for name in ("old", "new"):
        make_desk(tmp_path / name)
    monkeypatch.chdir(tmp_path / "old")
    box = "From x@y.test Tue Mar  3 10:00:00 2015\n" + MAIL.format(subject="Export") + "\n"
    Path("support.mbox").write_text(box, encoding="utf-8")
    (Path("Maildir") / "cur").mkdir(parents=True)
    (Path("Maildir") / "cur" / "1.x:2,S").write_text(MAIL.format(subject="Price"), encoding="utf-8")
    Path("tickets.csv").write_text("from,date,subject,text\na@b.test,2015-03-04,Hi,Hello\n", encoding="utf-8")
    for command in here:
        run(command)
    Path("everything").rename(tmp_path / "new" / "everything")

    monkeypatch.chdir(tmp_path / "new")
    run(move)
    run(["export", "again"])

    assert hashes(Path("again")) == hashes(Path("everything"))
