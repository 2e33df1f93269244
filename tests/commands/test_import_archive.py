"""A list's archive moves in as the archive shows it, and the measurement of it measures (``make bench-import``)."""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner

from inboxd.cli import app
from inboxd.commands.init import make_desk

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The script, which looks for its parts beside itself."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield importlib.import_module("import_archive")
    for name in ("import_archive", "import_mails"):
        sys.modules.pop(name, None)


def test_conversations_are_those_of_the_archive(
    bench: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """References of any form, mails twice, dates before what they answer: one ticket for each conversation."""
    make_desk(tmp_path / "desk")
    monkeypatch.chdir(tmp_path / "desk")
    box = Path("list.mbox")
    parts = list(bench.archive(90, seed=11, early=0.3))
    box.write_bytes(b"".join((*parts, *parts[:2])))

    said = CliRunner().invoke(app, ["import", "mbox", "list.mbox", "--json"], catch_exceptions=False)

    done = json.loads(said.stdout)
    truth, mails = bench._conversations(box)
    ours = bench._tickets(Path("var/inboxd.db"))
    assert (done["imported"] + done["duplicates"], done["held"]) == (mails, 0)
    assert done["duplicates"] >= 2
    assert set(ours) == set(truth)
    assert bench._differences(truth, ours) == 0


def test_a_stray_mail_is_seen(bench: ModuleType) -> None:
    """A mail on a ticket of its own, and one on another's, are each counted."""
    truth = {"a": "x", "b": "x", "c": "y"}
    assert bench._differences(truth, {"a": 1, "b": 1, "c": 2}) == 0
    assert bench._differences(truth, {"a": 1, "b": 3, "c": 2}) == 1
    assert bench._differences(truth, {"a": 1, "b": 1, "c": 1}) == 1
