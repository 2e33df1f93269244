import datetime as dt
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from inboxd import __version__
from inboxd.cli import main
from inboxd.store import mails
from inboxd.store.engine import open_store, read

NOW = "2026-11-16T10:00:00+00:00"
CONFIG = """
[desk]
name = "Acme Support"
address = "support@acme.test"

[[operators]]
name = "Ada"
address = "ada@acme.test"

[kb]
path = "kb"
"""
RULE = '[[rule]]\nname = "all"\non = ["ticket.created"]\nthen.reply = "acknowledgement"\nthen.notify = []\n'

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desk's folder with one rule and no articles; commands run in it."""
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "rules").mkdir()
    (tmp_path / "kb").mkdir()
    (tmp_path / "rules" / "10.toml").write_text(RULE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line; return its exit code, its stdout and its stderr."""

    def call(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["inboxd", "--now", NOW, *arguments])
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return call


def accept(run: Run, raw: bytes, *options: str) -> Any:
    code, out, _ = run("accept", "--json", *options, stdin=raw)
    assert code == 0
    return json.loads(out)


def test_accept_from_a_pipe(desk: Path, run: Run, mail: Any) -> None:
    """An MTA that pipes a mail gets exit 0 and a receipt once it is kept, and the same id for the same mail."""
    raw = mail()
    options = ("--from", "carla@customer.test", "--to", "support@acme.test")
    assert accept(run, raw, *options) == [{"mail_id": 1, "duplicate": False}]
    assert accept(run, raw, *options) == [{"mail_id": 1, "duplicate": True}]
    engine = open_store(f"sqlite:///{desk / 'var' / 'inboxd.db'}")
    with read(engine) as connection:
        stored = mails.find(connection, 1)
    engine.dispose()
    assert stored is not None
    assert (stored.reverse_path, stored.forward_paths) == ("carla@customer.test", ("support@acme.test",))
    assert stored.accepted_at == dt.datetime.fromisoformat(NOW)


def test_others_on_the_machine_cannot_read_it(desk: Path, run: Run, mail: Any) -> None:
    """The folder of the store is made for its owner alone, whatever the umask is."""
    accept(run, mail())
    assert (desk / "var").stat().st_mode & 0o777 == 0o700


def test_a_bounce_has_the_null_path(desk: Path, run: Run, mail: Any) -> None:
    """``--from '<>'`` is the null reverse-path, and no ``--from`` is an unknown one."""
    accept(run, mail(), "--from", "<>")
    accept(run, mail())
    engine = open_store(f"sqlite:///{desk / 'var' / 'inboxd.db'}")
    with read(engine) as connection:
        paths = [one.reverse_path for n in (1, 2) if (one := mails.find(connection, n))]
    engine.dispose()
    assert paths == ["", None]


def _no_store(desk: Path) -> None:
    (desk / "var" / "inboxd.db").mkdir(parents=True)


def _broken_config(desk: Path) -> None:
    (desk / "config.toml").write_text("[desk]\nnmae = 1\n", encoding="utf-8")


TROUBLES: dict[str, tuple[list[str], Callable[[Path], None]]] = {
    "a file that is missing": (["accept", "missing.eml"], lambda _: None),
    "a store that cannot be opened": (["accept"], _no_store),
    "a mistake in config.toml": (["-c", "config.toml", "accept"], _broken_config),
    "a disk that is not mounted": (["-c", "disk/config.toml", "accept"], lambda _: None),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_accept_that_cannot_says_75(desk: Path, run: Run, mail: Any, trouble: str) -> None:
    """Whatever keeps us from accepting, the MTA is told to keep the mail and try again (sysexits EX_TEMPFAIL)."""
    arguments, happen = TROUBLES[trouble]
    happen(desk)
    code, out, err = run(*arguments, stdin=mail())
    assert (code, out) == (75, "")
    assert err.strip()
    assert "Traceback" not in err


def test_a_fault_of_ours_says_75(desk: Path, run: Run, mail: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error nobody thought of makes no MTA bounce a customer's mail either."""
    monkeypatch.setattr("inboxd.commands.accept.accept_files", lambda *_: 1 / 0)
    code, _, err = run("accept", stdin=mail())
    assert code == 75
    assert "division by zero" in err


def test_a_whole_round(desk: Path, run: Run, mail: Any) -> None:
    """Accept, run until idle, look: the ticket, the explanation and the mails are there, each as one JSON document."""
    accept(run, mail(), "--from", "carla@customer.test")
    assert run("run", "--until-idle")[0] == 0
    (ticket,) = json.loads(run("tickets", "--json")[1])
    assert (ticket["number"], ticket["subject"], ticket["status"]) == (1, "Export", "new")
    assert (ticket["customer"], ticket["breached"]) == ("carla@customer.test", False)
    whole = json.loads(run("ticket", "1", "--json")[1])
    assert [one["direction"] for one in whole["messages"]] == ["in", "out"]
    assert whole["messages"][0]["text"].strip() == "How do I export my data?"
    assert {"asked"} <= {one["kind"] for one in whole["events"]}
    for what in ("1", "#1"):
        said = json.loads(run("explain", what, "--json")[1])
        assert {"thread", "kb", "rules", "actions", "reason"} <= said.keys()
    assert json.loads(run("outbox", "--json")[1]) == []
    assert json.loads(run("held", "--json")[1]) == []
    assert len(list((desk / "var" / "outgoing" / "new").iterdir())) == 2


def test_twice_until_idle_sends_once(desk: Path, run: Run, mail: Any) -> None:
    """A second run finds nothing to do, and one a week later sends nothing stale to the customer."""
    accept(run, mail(), "--from", "carla@customer.test")
    for now in (NOW, NOW, "2026-11-24T12:00:00+00:00", "2026-11-24T12:00:00+00:00"):
        assert run("--now", now, "run", "--until-idle")[0] == 0
    sent = [path.read_bytes() for path in (desk / "var" / "outgoing" / "new").iterdir()]
    assert sum(b"Delivered-To: carla@customer.test" in one for one in sent) == 1
    assert sum(b"X-Inboxd-Kind: digest" in one for one in sent) == 1


def test_people_get_tables(desk: Path, run: Run, mail: Any) -> None:
    """Without ``--json`` a person reads tables; what customers wrote is never taken for mark-up."""
    accept(run, mail(subject="[red]Export[/red] {x}"), "--from", "carla@customer.test")
    run("run", "--until-idle")
    for command in (("tickets",), ("ticket", "1"), ("outbox",), ("held",), ("explain", "1")):
        code, out, _ = run(*command)
        assert code == 0
        assert out.strip()
    assert "[red]Export[/red]" in run("ticket", "1")[1]


def test_explain_a_file(desk: Path, run: Run, mail: Any) -> None:
    """A mail that was never accepted is explained as if it came now, and nothing is written."""
    (desk / "a.eml").write_bytes(mail())
    said = json.loads(run("explain", "a.eml", "--json")[1])
    assert (said["thread"]["ticket"], said["disposition"]) == (None, "answer")
    assert json.loads(run("tickets", "--json")[1]) == []


@pytest.mark.parametrize("what", ["99", "#99", "#x", "missing.eml"])
def test_explain_nothing(desk: Path, run: Run, what: str) -> None:
    """What is no file, no mail and no ticket is an answer of "no" in a sentence."""
    code, out, err = run("explain", what, "--json")
    assert (code, out) == (1, "")
    assert "is no file, no mail and no ticket" in err


def test_no_such_ticket(desk: Path, run: Run) -> None:
    """A ticket that is not there is exit 1."""
    assert run("ticket", "99")[0] == 1


def test_held_mail(desk: Path, run: Run, mail: Any) -> None:
    """A held mail is listed with its reason, shown, released and dropped; twice is "no"."""
    (desk / "rules" / "10.toml").write_text(
        '[[rule]]\nname = "h"\nwhy = "odd"\non = ["ticket.created"]\nthen.hold = "odd"\n', encoding="utf-8"
    )
    accept(run, mail(), "--from", "carla@customer.test")
    run("run", "--until-idle")
    (held,) = json.loads(run("held", "--json")[1])
    assert (held["mail_id"], held["reason"]) == (1, "odd")
    assert "How do I export" in run("held", "show", "1")[1]
    assert run("held", "drop", "1")[0] == 0
    assert run("held", "drop", "1")[0] == 1
    assert run("held", "release", "99")[0] == 1
    assert run("held", "burn", "1")[0] == 2


def test_a_broken_config_is_2_with_its_place(desk: Path, run: Run) -> None:
    """A mistake in the configuration is exit 2 and a sentence with file and line, for every command alike."""
    (desk / "config.toml").write_text('[desk]\nadress = "x"\n', encoding="utf-8")
    for command in (("tickets",), ("run", "--until-idle"), ("check",)):
        code, out, err = run(*command)
        assert code == 2
        assert "config.toml:2" in out + err
        assert "Traceback" not in err


def test_check(desk: Path, run: Run) -> None:
    """``check`` says all is well, or every problem with file and line, as one document."""
    code, out, _ = run("check", "--json")
    assert (code, json.loads(out)) == (0, {"ok": True, "problems": []})
    (desk / "rules" / "10.toml").write_text("nonsense", encoding="utf-8")
    code, out, _ = run("check", "--json")
    document = json.loads(out)
    assert (code, document["ok"]) == (2, False)
    assert document["problems"][0]["file"].endswith("10.toml")
    assert document["problems"][0]["line"] == 1


def test_broken_rules_stop_no_mail(desk: Path, run: Run, mail: Any) -> None:
    """With a broken rule file mail is still filed, and the operator is told once."""
    (desk / "rules" / "10.toml").write_text("nonsense", encoding="utf-8")
    accept(run, mail(), "--from", "carla@customer.test")
    for _ in range(2):
        assert run("run", "--until-idle")[0] == 0
    assert len(json.loads(run("tickets", "--json")[1])) == 1
    sent = [path.read_bytes() for path in (desk / "var" / "outgoing" / "new").iterdir()]
    assert sum(b"X-Inboxd-Kind: alarm" in one for one in sent) == 1


@pytest.mark.parametrize("now", ["yesterday", "2026-11-16", "2026-11-16T10:00:00"])
def test_a_time_needs_its_offset(desk: Path, run: Run, now: str) -> None:
    """``--now`` without an offset is refused: nobody knows which ten o'clock is meant."""
    code, _, err = run("--now", now, "tickets")
    assert code == 2
    assert "ISO 8601" in err


def test_init_makes_a_desk_that_runs(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new desk passes its own check; a second ``init`` over it is refused and changes nothing."""
    assert run("init", str(tmp_path / "desk"))[0] == 0
    monkeypatch.chdir(tmp_path / "desk")
    assert {"config.toml", "rules", "kb", ".gitignore"} <= {path.name for path in Path().iterdir()}
    before = Path("config.toml").read_bytes()
    code, _, err = run("init", str(tmp_path / "desk"))
    assert (code, Path("config.toml").read_bytes()) == (1, before)
    assert "already" in err


def test_version_and_usage(run: Run) -> None:
    """``--version`` prints the version; an unknown command and a missing config file are usage errors."""
    assert run("--version")[1].strip() == __version__
    assert run("fly")[0] == 2
    assert run("--config", "missing.toml", "tickets")[0] == 2


def test_the_digest_preview(desk: Path, run: Run, mail: Any) -> None:
    """The preview is the mail as it would go out now, as text and HTML, and sends nothing."""
    accept(run, mail(), "--from", "carla@customer.test")
    run("run", "--until-idle")
    sent = len(list((desk / "var" / "outgoing" / "new").iterdir()))
    document = json.loads(run("digest", "--preview", "--html", "d.html", "--json")[1])
    assert {"subject", "text", "figures", "waiting"} <= document.keys()
    assert "<html" in (desk / "d.html").read_text(encoding="utf-8").lower()
    assert "Subject:" in run("digest", "--preview")[1]
    assert run("digest")[0] == 2
    assert len(list((desk / "var" / "outgoing" / "new").iterdir())) == sent


def test_outbox_retry_says_no_when_nothing_waits(desk: Path, run: Run) -> None:
    """``outbox retry ID`` ends with 1 for a mail that does not wait, and with 2 for an action there is not."""
    assert run("outbox", "retry", "7")[0] == 1
    assert run("outbox", "resend", "7")[0] == 2
    assert json.loads(run("outbox", "--json")[1]) == []
