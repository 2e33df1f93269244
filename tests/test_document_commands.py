"""Every `inboxd` command that a document shows, in a block or in a sentence, is run on one desk."""

import json
import re
import shlex
from pathlib import Path

import pytest
from shown import DOCUMENTS, ROOT, Piece, command_of, find_command, shell_lines
from shown_desk import ShownDesk, shown_desk, with_words

__all__ = ["shown_desk"]

# What needs a server, a provider or minutes is run by the test named: what it must hold is how it runs the command.
ELSEWHERE = {
    "run": ("tests/running_desk.py", '"run"'),
    "-c ../desk/config.toml run": ("tests/intake/test_new_users_path.py", '["check", "run"]'),
    "-c ../desk/config.toml check": ("tests/intake/test_new_users_path.py", '"check"'),
    "init ../desk": ("tests/intake/test_new_users_path.py", "*commands[1][1:-1]"),
    "login": ("tests/commands/test_login.py", "log_in(config"),
    "doctor": ("tests/commands/test_doctor.py", "examine("),
    "-c ../desk/config.toml doctor": ("tests/commands/test_doctor.py", "examine("),
    "migrate-store": ("tests/store/test_move.py", '["migrate-store", source, target'),
    "import imap": ("tests/intake/test_past_imap.py", '"import", "imap", url'),
    "import zammad": ("tests/intake/test_zammad.py", '"import", "zammad"'),
    "import freescout": ("tests/intake/test_freescout.py", '"import", "freescout"'),
    "import mbox": ("tests/test_moving_document.py", '["import", "mbox"]'),
    "import maildir": ("tests/test_moving_document.py", '["import", "maildir"]'),
    "import csv": ("tests/test_moving_document.py", '["import", "csv"]'),
    "import export": ("tests/test_moving_document.py", '["import", "export"]'),
    "export": ("tests/test_moving_document.py", '["export", "everything"]'),
    "init /srv/inboxd": ("tests/test_document_shell.py", "deploying.md"),
}
# What is written for any name, as the desk of these tests has it; a question in SQL asks the store.
STANDS_FOR = {
    ("kb", "FILE"): "questions.jsonl",
    ("kb", "SLUG"): "export",
    ("explain", "FILE"): "question.eml",
    ("inspect", "FILE"): "question.eml",
    ("backup", "FILE"): "other.backup",
    ("restore", "FILE"): "other.backup",
    ("held", "ID"): "select max(id) from mail where disposition = 'hold'",
    ("outbox", "ID"): "select max(id) from outbox where state = 'failed'",
}
# Exit code 1 is the answer "no": why it is the right one on this desk.
NO = {
    "kb check --since HEAD~1": "answers relied on a text that was changed since",
    "kb tune": "two phrasings are too few to learn from",
    "kb tune --revert": "no tuned model is in use",
    "customer carla@acme.example --merge carla@home.example": "customers.csv has said so already",
}
# Commands that change what others look at stand behind them, in this order.
LATE = ("outbox retry", "held release", "held drop", "customer carla", "rules hook", "restore")


def shown_commands() -> list[Piece]:
    """Return each command once, what changes the desk behind what looks at it."""
    found: dict[str, Piece] = {}
    for document in DOCUMENTS:
        for line in shell_lines(document):
            if command := command_of(line.text):
                found.setdefault(command, Piece(line.document, line.line, "inboxd", command))
    return sorted(found.values(), key=lambda one: _lateness(one.text))


def _lateness(command: str) -> tuple[int, bool]:
    late = next((number for number, name in enumerate(LATE, 1) if command.startswith(name)), 0)
    return late, "--erase" in command


def elsewhere(command: str) -> tuple[str, str] | None:
    """Return the file that runs a command and how it does, when it is not run here."""
    words = command.split()
    return ELSEWHERE.get(command) or ELSEWHERE.get(" ".join(words[:2])) or _alone(words)


def _alone(words: list[str]) -> tuple[str, str] | None:
    # `run --until-idle` and `restore` are run here; `run`, `export …` and `migrate-store …` are not.
    return None if words[0] in {"run", "init", "import", "-c"} else ELSEWHERE.get(words[0])


def is_a_name(command: str) -> bool:
    """Return whether this is only how a command is called: it lacks what it needs (`inboxd backup` keeps …)."""
    found, rest = find_command(command)
    return command in {"accept", "outbox retry"} or (not rest and any(one.required for one in found.params))


HERE = [one for one in shown_commands() if not is_a_name(one.text) and elsewhere(one.text) is None]


@pytest.fixture(autouse=True)
def here(shown_desk: ShownDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in the folder of the desk, with words in place of the model."""
    monkeypatch.chdir(shown_desk.folder)
    with_words(monkeypatch)


@pytest.mark.parametrize("shown", HERE, ids=lambda one: one.text)
def test_every_command_shown_runs(shown: Piece, shown_desk: ShownDesk) -> None:
    """It ends well, or says no where that is the right answer; what it reports is also one JSON document."""
    words = _filled_in(shown.text, shown_desk)
    if words[0] == "restore":  # on another machine, where nothing is yet
        assert Path(words[1]).exists() or not shown_desk.run(["backup", words[1]]).exit_code
        for file in Path("var").glob("inboxd.db*"):
            file.unlink()

    done = shown_desk.run(words)

    assert done.exit_code == (1 if shown.text in NO else 0), (shown.where, done.output, done.exception)
    if "--json" in words:
        json.loads(done.stdout)


REPORTING = sorted({tuple(one.text.split()[:2]): one.text for one in reversed(HERE)}.values(), key=_lateness)


@pytest.mark.parametrize(
    "command",
    [
        one
        for one in REPORTING
        if "--json" in (option for each in find_command(one)[0].params for option in each.opts)
        and not one.startswith(("customer carla", "run", *LATE))
        and not {"--json", "--csv", "--html"} & set(one.split())
    ],
)
def test_every_report_is_also_one_json_document(command: str, shown_desk: ShownDesk) -> None:
    """With --json exactly one document stands on stdout, and nothing else."""
    done = shown_desk.run([*_filled_in(command, shown_desk), "--json"])

    assert done.exit_code in {0, 1}, (done.output, done.exception)
    json.loads(done.stdout)


def test_output_shown_is_what_is_printed(shown_desk: ShownDesk) -> None:
    """The line of figures below `inboxd reconcile` has the form of what the command says."""
    (shown,) = [line.text for line in shell_lines(ROOT / "docs" / "backup.md") if line.text[0].isdigit()]

    said = shown_desk.run(["reconcile"]).stdout.strip()

    # What is held or was dropped is counted apart, where there is any.
    assert set(re.sub(r"\d+", "", shown).split(",")) <= set(re.sub(r"\d+", "", said).split(","))


def test_what_is_run_elsewhere_is_run_there() -> None:
    """Each file named exists and runs the command; and a command that no document shows any more is named no longer."""
    used = [elsewhere(one.text) for one in shown_commands()]

    assert [
        name for name, (file, how) in ELSEWHERE.items() if how not in (ROOT / file).read_text("utf-8")
    ] == []
    assert [name for name, what in ELSEWHERE.items() if what not in used] == []


def test_every_name_of_a_command_is_run_with_what_it_needs() -> None:
    """Where a sentence calls a command by name alone, another place shows it whole, or the desk was made with it."""
    run = {find_command(one.text)[0].name for one in shown_commands() if not is_a_name(one.text)} | {"accept"}
    names = [one for one in shown_commands() if is_a_name(one.text) and elsewhere(one.text) is None]

    assert names
    assert [one.where for one in names if find_command(one.text)[0].name not in run] == []


def test_exceptions_are_used() -> None:
    """What stands in the tables above is still shown: nothing is excused that is not there."""
    texts = [one.text for one in HERE]

    assert set(NO) <= set(texts)
    assert {name for _, name in STANDS_FOR} <= {word for text in texts for word in text.split()}
    assert all(any(text.startswith(name) for text in texts) for name in LATE)


def _filled_in(command: str, desk: ShownDesk) -> list[str]:
    """Return the words of a command line with what stands for names replaced."""
    words = shlex.split(command)
    filled = [STANDS_FOR.get((words[0], word), word) for word in words]
    filled = [str(desk.sql(word)[0][0]) if word.startswith("select ") else word for word in filled]
    return [word.replace("/backups/", f"{desk.folder.parent}/") for word in filled]
