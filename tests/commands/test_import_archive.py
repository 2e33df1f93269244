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
    for name in ("import_archive", "import_mails", "archive_threads", "archive_dovecot", "surgery_dovecot"):
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
    truth, mails = bench.conversations(box)
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


# Shapes of real lists of 2002, in other words: (folder's file, header section, which conversation).
INDEX = "AcJqYq67m17NyZhYQJ+UtliQ471QSQ"
SHAPES = (
    ("a", "Message-ID: <a1@x.test>\nFrom: Ada <ada@x.test>\nSubject: Proxy", 1),
    ("b", "Message-ID: <b1@x.test>\nFrom: Ada <ada@x.test>\nSubject: Scores", 2),
    # exmh names the person it answers, and the mail.
    (
        "c",
        'In-Reply-To: Message from Ada <ada@x.test> of "Mon, 26 Aug." <a1@x.test>\nMessage-ID: <c@y.test>',
        1,
    ),
    (
        "d",
        'In-Reply-To: Message from Ada <ada@x.test>\n   of "Mon, 26 Aug." <b1@x.test>\nMessage-ID: <d@y.test>',
        2,
    ),
    # Gnus and Z-Mail name the person alone: nobody knows which mail.
    ("e", 'In-Reply-To: ada@x.test\'s message of "Tue, 27 Aug 2002"\nMessage-ID: <e@z.test>', 3),
    ("f", 'In-Reply-To: Ada <ada@x.test> "Re: Scores" (Aug 27,  9:37pm)\nMessage-ID: <f@z.test>', 4),
    # Both answer a mail that the archive has not, and the second names one more.
    ("g", "In-Reply-To: <gone@x.test>\nMessage-ID: <g@y.test>", 5),
    ("h", "References: <a2@x.test>\n\t<gone@x.test>\nMessage-ID: <h@z.test>", 5),
    ("i", "In-Reply-To: <a2@x.test>\nMessage-ID: <i@y.test>", 5),
    # A ticket system of old names its ticket in every mail, also in its receipt.
    ("p", "Auto-Submitted: auto-replied\nReferences: <RT-5@x.test> <i@y.test>\nMessage-ID: <p@x.test>", 5),
    ("q", "References: <RT-5@x.test>\nMessage-ID: <q@x.test>", 5),
    # MH noted above the separator of the mailbox to whom it replied.
    ("j", "Replied: Ada <ada@x.test>\nFrom list@x.test  Mon Aug 26 15:41:16 2002\nMessage-ID: <j@x.test>", 6),
    ("k", "In-Reply-To: <j@x.test>; from ada@x.test on Mon, Feb 04, 2002\nMessage-ID: <k@y.test>", 6),
    # Outlook answered by Thread-Index alone; an id is torn by folding; another has spaces in it.
    ("l", f"Thread-Index: {INDEX}==\nSubject: Issues\nMessage-ID: <l@x.test>", 7),
    ("m", f"Thread-Index: {INDEX}ABBryQAAqB/lA=\nSubject: RE: Issues\nMessage-ID: <m@x.test>", 7),
    ("n", "Message-ID: <20 GOLD/C=GB/@mhs>", 8),
    ("o", "In-Reply-To: <20\n GOLD/C=GB/@m hs>\nMessage-ID: <o@x.test>", 8),
)


def test_shapes_of_real_lists(bench: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What clients of 2002 wrote into In-Reply-To leads to the mail that is meant, and brings nobody's mails together."""
    lists = tmp_path / "list"
    lists.mkdir()
    for number, (name, header, _) in enumerate(SHAPES):
        date = f"Date: Mon, 26 Aug 2002 10:{number:02}:00 +0000"
        more = "" if "Subject:" in header else "\nSubject: Re: Scores"
        sender = "" if "\nFrom:" in header else f"\nFrom: {name}@z.test"
        text = f"{header}\n{date}{more}{sender}\nTo: list@lists.test\n\nFrom here on words.\n"
        (lists / f"{20 - number:02}").write_text(text, encoding="utf-8")
    make_desk(tmp_path / "desk")
    monkeypatch.chdir(tmp_path / "desk")
    box = bench.gather(lists, Path("list.mbox"))

    said = CliRunner().invoke(app, ["import", "mbox", "list.mbox", "--json"], catch_exceptions=False)

    (truth, mails), ours = bench.conversations(box, outlook=True), bench._tickets(Path("var/inboxd.db"))
    assert (json.loads(said.stdout)["imported"], mails) == (len(SHAPES), len(SHAPES))
    assert bench._differences(truth, ours) == 0
    assert len(set(truth.values())) == len({conversation for _, _, conversation in SHAPES})
