"""The doctor looks at ports, mailbox, passwords and filters, and says what is wrong."""

import json
import socket
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme
from doctor_scene import checks_of, config, pymap_port, with_mailbox
from imapclient import IMAPClient
from peers import free_port

from inboxd.commands import doctor_desk
from inboxd.commands.doctor import examine
from inboxd.config import Config, Operator, default_config
from inboxd.configfolders import FoldersModel, read_folders
from inboxd.configlogin import Submission
from inboxd.passwords import save_hash
from inboxd.secretsource import SecretSource

__all__ = ["config", "pymap_port"]


def test_the_embedded_desk_is_well(tmp_path: Path, clock: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """With defaults and nothing running there is nothing wrong, and it says what was not looked at."""
    base = default_config(tmp_path)
    base = replace(base, intake=replace(base.intake, smtp=replace(base.intake.smtp, port=free_port())))

    assert examine(base, clock, 0.0, as_json=True) == 0

    document = json.loads(capsys.readouterr().out)
    assert set(document) == {"ok", "checks"}
    assert document["ok"] is True
    assert all(set(one) == {"name", "ok", "detail"} and one["detail"] for one in document["checks"])
    said = {one["name"]: one["detail"] for one in document["checks"]}
    assert "no test mail is sent" in said["round trip"]
    assert "not running" in said["smtp port"]


def test_something_wrong_is_exit_one(config: Config, clock: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """A smarthost that does not answer is told, and nothing raises."""
    assert examine(config, clock, 0.0, as_json=False) == 1
    assert "outgoing" in capsys.readouterr().out


def test_a_mailbox_that_lets_nobody_in(config: Config, clock: Any, pymap_port: int) -> None:
    """A wrong password is one failed check with the server's words."""
    wrong = with_mailbox(config, pymap_port, password=SecretSource(command="echo wrong"))
    found = checks_of(wrong, clock, wait=0.0)
    assert not found["login demouser@127.0.0.1"].ok


def test_queue_folders_are_looked_at(config: Config, clock: Any, pymap_port: int) -> None:
    """Where queue folders are on, the doctor names those that are there and those that will be made."""
    with IMAPClient("127.0.0.1", pymap_port, ssl=False, timeout=10) as client:
        client.login("demouser", "demopass")
        client.create_folder("Desk/Waiting")
    folders = read_folders(FoldersModel())
    found = checks_of(with_mailbox(config, pymap_port, folders=folders), clock, wait=0.0)
    there, _, to_come = found["queue folders"].detail.partition("; ")
    assert there == "there: Desk/Waiting"
    assert "Desk/Done" in to_come
    assert found["queue moves"].ok


def test_a_folder_that_is_not_there(config: Config, clock: Any, pymap_port: int) -> None:
    """A mistyped folder is a failed check."""
    found = checks_of(with_mailbox(config, pymap_port, folder="Supprot"), clock, wait=0.0)
    assert not found["folder Supprot"].ok


@pytest.mark.parametrize(
    ("greeting", "ok"),
    [(b"220 acme.test inboxd 0.1.0\r\n", True), (b"220 mail Postfix\r\n", False), (b"", False)],
)
def test_who_listens_at_our_port(config: Config, clock: Any, greeting: bytes, *, ok: bool) -> None:
    """The desk says its name; any other program there is in its way."""
    with socket.create_server(("127.0.0.1", config.intake.smtp.port)) as listener:

        def greet() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(greeting)

        thread = threading.Thread(target=greet)
        thread.start()
        found = {one.name: one for one in doctor_desk.check_ports(config, clock)}
        thread.join(10)
    assert found["smtp port"].ok is ok


def test_the_submission_port(config: Config, clock: Any, tmp_path: Path) -> None:
    """Its certificate is read, and that somebody has a password for it."""
    made = trustme.CA().issue_cert("localhost")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    place = Submission(True, "127.0.0.1", free_port(), cert, key)
    there = replace(config, intake=replace(config.intake, submission=place))
    found = {one.name: one for one in doctor_desk.check_ports(there, clock)}
    assert not found["certificate"].ok
    assert "inboxd password" in found["operators' passwords"].detail

    cert.write_bytes(made.cert_chain_pems[0].bytes())
    key.write_bytes(made.private_key_pem.bytes())
    save_hash(tmp_path / "ada", "scrypt$ln=15,r=8,p=3$AAAAAAAA$AAAAAAAA")
    there = replace(there, operators=(Operator("Ada", "ada@acme.test", (), (), tmp_path / "ada"),))
    found = {one.name: one for one in doctor_desk.check_ports(there, clock)}
    assert found["certificate"].ok
    assert found["operators' passwords"].ok


@pytest.mark.parametrize(
    ("program", "output", "ok", "words"),
    [
        ("rspamc", "Results for file: stdin\nAction: no action\nScore: 1.20 / 15.00", True, "1.2 of 15"),
        ("rspamc", "Score: 12.00 / 15.00", False, "12 of 15"),
        ("spamc", "0.9/5.0", True, "0.9 of 5"),
        ("spamc", "0/0", True, "not measured"),
        ("spamassassin", "X-Spam-Status: No, score=-0.1 required=5.0 tests=A", True, "-0.1 of 5"),
        ("spamassassin", "nonsense", True, "not measured"),
    ],
)
def test_spam_filters(
    config: Config,
    clock: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    program: str,
    output: str,
    words: str,
    *,
    ok: bool,
) -> None:
    """What a filter says about the desk's own acknowledgement is read; a filter that says nothing is no failure."""
    script = tmp_path / "bin" / program
    script.parent.mkdir()
    script.write_text(f"#!/bin/sh\ncat > {tmp_path}/got.eml\necho '{output}'\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}:/bin:/usr/bin")

    check = checks_of(config, clock, wait=0.0)["spam score"]

    assert (check.ok, words in check.detail) == (ok, True)
    assert b"X-Inboxd-Kind: acknowledgement" in (tmp_path / "got.eml").read_bytes()
