from pathlib import Path

import pytest

from inboxd.commands.check import check_desk
from inboxd.commands.init import make_desk


@pytest.mark.parametrize(
    ("table", "line", "message"),
    [
        ('command = ["no-such-program-of-inboxd"]', 2, "there is no program"),
        ('address = "support@acme.test"\nhost = "smtp.home.test"', 2, "the desk's own"),
        (
            'address = "ada@home.test"\nhost = "smtp.home.test"\nuser = "ada"\npassword_file = "none"',
            5,
            "no such file",
        ),
    ],
)
def test_a_channel_that_cannot_work(tmp_path: Path, table: str, line: int, message: str) -> None:
    """A missing program, alarms to the desk itself and a missing password file are told at their line."""
    make_desk(tmp_path / "desk")
    path = tmp_path / "desk" / "config.toml"
    before = path.read_text("utf-8")
    path.write_text(f"{before}[alarm]\n{table}\n", encoding="utf-8")
    (problem,) = [one for one in check_desk(path) if "alarm" in one.message]
    assert (problem.file, problem.line) == ("config.toml", before.count("\n") + line)
    assert message in problem.message


def test_a_channel_that_may_work(tmp_path: Path) -> None:
    """A program that is there is no problem; whether it tells anybody is the doctor's business."""
    make_desk(tmp_path / "desk")
    path = tmp_path / "desk" / "config.toml"
    path.write_text(path.read_text("utf-8") + '[alarm]\ncommand = ["sh", "-c", "true"]\n', encoding="utf-8")
    assert check_desk(path) == ()
