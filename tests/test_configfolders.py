"""Queue folders in config.toml: off until the table stands there, every mistake at its line."""

import datetime as dt
from pathlib import Path

import pytest

from inboxd.config import load_config
from inboxd.configintake import ImapAccount
from inboxd.errors import ConfigError

MAILBOX = """[[intake.imap]]
host = "imap.acme.test"
user = "support@acme.test"
password_file = "imap-password"
"""


def account(folder: Path, text: str = "", before: str = "") -> ImapAccount:
    """Return the mailbox with ``text`` behind its table."""
    path = folder / "config.toml"
    path.write_text(MAILBOX + before + text, encoding="utf-8")
    return load_config(path).intake.imap[0]


def problem(folder: Path, text: str, before: str = "") -> str:
    """Return the one problem as ``line: message``."""
    with pytest.raises(ConfigError) as raised:
        account(folder, text, before)
    (found,) = raised.value.problems
    return f"{found.line}: {found.message}"


def test_off_by_default(tmp_path: Path) -> None:
    """A mailbox has no queue folders unless its table says so, and ``enabled = false`` takes them back."""
    assert account(tmp_path).folders is None
    assert account(tmp_path, "[intake.imap.folders]\nenabled = false\n").folders is None


def test_the_table_alone_is_enough(tmp_path: Path) -> None:
    """Written without a key, the table makes every queue a folder below Desk."""
    folders = account(tmp_path, "[intake.imap.folders]\n").folders

    assert folders is not None
    assert folders.names == {
        "open": "Desk/Open",
        "waiting": "Desk/Waiting",
        "late": "Desk/Late",
        "done": "Desk/Done",
        "spam": "Desk/Spam",
        "snooze": "Desk/Snooze",
        "snooze/Tomorrow": "Desk/Snooze/Tomorrow",
        "snooze/Monday": "Desk/Snooze/Monday",
        "snooze/Next week": "Desk/Snooze/Next week",
    }
    assert folders.look_every == dt.timedelta(seconds=15)


def test_names_of_ones_own(tmp_path: Path) -> None:
    """Every folder may have another name, two may be missing, and snooze folders are whatever is written."""
    text = """[intake.imap.folders]
open = ""
late = ""
waiting = "Warten"
snooze = "Später"
[intake.imap.folders.snoozes]
Morgen = "tomorrow"
"In zwei Tagen" = "2d"
"""
    folders = account(tmp_path, text).folders

    assert folders is not None
    assert folders.names == {
        "waiting": "Warten",
        "done": "Desk/Done",
        "spam": "Desk/Spam",
        "snooze": "Später",
        "snooze/Morgen": "Später/Morgen",
        "snooze/In zwei Tagen": "Später/In zwei Tagen",
    }
    assert folders.snoozes == {
        "snooze": "tomorrow",
        "snooze/Morgen": "tomorrow",
        "snooze/In zwei Tagen": "2d",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('waiting = "Desk//Waiting"', "6: 'intake.imap[1].folders.waiting': 'Desk//Waiting' is no folder"),
        ('waiting = ""', "6: 'intake.imap[1].folders.waiting': '' is no folder"),
        ('wating = "Wait"', "6: unknown key 'intake.imap[1].folders.wating'; did you mean 'waiting'?"),
        ('done = "Desk/Spam"', "5: 'intake.imap[1].folders': 'Desk/Spam' is the folder of two queues"),
        (
            'snoozes = { Soon = "some day" }',
            "6: 'intake.imap[1].folders.snoozes.Soon': 'some day' is no time",
        ),
        (
            'snoozes = { Xmas = "2026-12-24" }',
            "6: 'intake.imap[1].folders.snoozes.Xmas': '2026-12-24' comes only",
        ),
        ("open = true", "6: 'intake.imap[1].folders.open' must be a text"),
    ],
)
def test_mistakes_have_a_line(tmp_path: Path, text: str, said: str) -> None:
    """What cannot be a folder, a time or a key is told with its line and its name."""
    assert problem(tmp_path, f"[intake.imap.folders]\n{text}\n").startswith(said)


def test_two_movers_are_one_too_many(tmp_path: Path) -> None:
    """A mailbox whose mails are moved once they are kept cannot have queue folders too."""
    found = problem(tmp_path, "[intake.imap.folders]\n", 'after = "move"\nmove_to = "Archive"\n')

    assert "after = 'move' and queue folders: choose one" in found
