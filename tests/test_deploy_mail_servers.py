"""What lies in deploy/ for mail servers, and, where Postfix is installed, a Postfix that works by it."""

import re
import shutil
import smtplib
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer.main
from bench_postfix import PROGRAM, SBIN, running_postfix
from peers import free_port
from running_desk import running_desk, until

from inboxd.cli import app
from inboxd.config import default_config

DEPLOY = Path(__file__).parents[1] / "deploy"
POSTFIX = DEPLOY / "postfix"
# What the examples say comes behind it.
_MAIN = """
myhostname = mail.acme.test
mydestination = acme.test
alias_maps =
"""
_DESK = """
[desk]
address = "support@acme.test"

[kb]
path = "no-articles"

[intake.smtp]
listen = "127.0.0.1:{port}"
"""
# In the place of inboxd: keeps what it is given and ends as it is told.
_KEEPER = """#!/bin/sh
{{ echo "$@"; cat; }} > {folder}/kept/$$
exit $(cat {folder}/code)
"""


def example(name: str) -> str:
    """Return an example without its comments."""
    lines = (POSTFIX / name).read_text("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("#"))


def pipe_script(program: str) -> str:
    """Return deploy/inboxd-accept with another program in the place of inboxd."""
    return (DEPLOY / "inboxd-accept").read_text("utf-8").replace("/opt/inboxd/.venv/bin/inboxd", program)


def test_each_address_goes_a_way_that_exists() -> None:
    """Both ways of the transport table are services of master.cf, and main.cf knows the pipe by its name."""
    ways = re.findall(r"^#?support@\S+\s+([\w-]+):", (POSTFIX / "transport").read_text("utf-8"), re.MULTILINE)
    services = re.findall(r"^(\S+) +unix", example("master.cf"), re.MULTILINE)
    assert ways == services == ["inboxd-smtp", "inboxd-pipe"]
    assert "inboxd-pipe_destination_recipient_limit = 1" in example("main.cf")


def test_they_speak_to_the_port_the_desk_listens_on() -> None:
    """The examples for SMTP name the address and the size that a desk without configuration has."""
    smtp = default_config(Path()).intake.smtp
    assert f"[{smtp.host}]:{smtp.port}" in example("transport")
    assert f"smtp://{smtp.host}:{smtp.port}" in (DEPLOY / "opensmtpd" / "smtpd.conf").read_text("utf-8")
    assert int(re.findall(r"message_size_limit = (\d+)", example("main.cf"))[0]) <= smtp.max_size


@pytest.mark.parametrize("name", ["postfix/master.cf", "opensmtpd/smtpd.conf"])
def test_the_pipe_runs_a_command_that_exists(name: str) -> None:
    """Both servers run deploy/inboxd-accept, with options that `inboxd accept` has."""
    text = (DEPLOY / name).read_text("utf-8")
    (line,) = re.findall(r"/usr/local/bin/inboxd-accept ([^\"\n]*)", text)
    accept = getattr(typer.main.get_command(app), "commands")["accept"]  # noqa: B009  typer's own click has no types
    known = {option for one in accept.params for option in one.opts}
    assert set(re.findall(r"--\w+", line)) == {"--from", "--to"} <= known
    assert re.search(r"inboxd -c /srv/inboxd/config.toml accept ", pipe_script("inboxd"))


@pytest.mark.parametrize(
    ("program", "code"), [("true", 0), ("false", 75), ("/nowhere/inboxd", 75), ("sh -c 'kill -9 $$' --", 75)]
)
def test_the_pipe_knows_two_answers(program: str, code: int) -> None:
    """Whatever becomes of inboxd, a mail server hears 0 or 75, so that it never bounces a customer's mail."""
    done = subprocess.run(["sh", "-c", pipe_script(program)], input=b"", capture_output=True, check=False)
    assert done.returncode == code


@dataclass(frozen=True)
class Postfix:
    """A running Postfix that works by the examples; ``desk`` is the port its SMTP transport delivers to."""

    folder: Path
    port: int
    desk: int

    def send(self, sender: str, to: str) -> None:
        """Hand it a mail."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=20) as client:
            client.sendmail(sender, [to], f"From: carla@example.test\r\nSubject: To {to}\r\n\r\nHello\r\n")

    def kept(self) -> list[str]:
        """Return what the pipe was given: its options, a line end, the mail."""
        return [path.read_text("utf-8") for path in (self.folder / "kept").iterdir() if path.stat().st_size]

    def says(self, word: str) -> Callable[[], bool]:
        """Return whether its log says something, as a question to be asked again."""
        return lambda: word in (self.folder / "log").read_text("utf-8", "replace")


@pytest.fixture
def postfix() -> Iterator[Postfix]:
    """Run a Postfix with the examples as they are, the paths and the port of the desk apart; or say that there is none."""
    if PROGRAM is None:
        pytest.skip("NOT PLAYED: there is no Postfix here, or no root to start it (Debian: postfix)")
    folder = Path(tempfile.mkdtemp(prefix="inboxd-postfix-"))
    (folder / "kept").mkdir()
    (folder / "kept").chmod(0o777)
    desk = free_port()
    try:
        main, master = _configuration(folder, desk)
        with running_postfix(folder, main, master, folder / "transport") as port:
            yield Postfix(folder, port, desk)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _configuration(folder: Path, desk: int) -> tuple[str, str]:
    """Return the examples' main.cf and master.cf for this folder, and write what they name there."""
    keeper, script = folder / "keeper", folder / "inboxd-accept"
    keeper.write_text(_KEEPER.format(folder=folder), "utf-8")
    script.write_text(pipe_script(str(keeper)), "utf-8")
    keeper.chmod(0o755)
    script.chmod(0o755)
    (folder / "code").write_text("0", "ascii")
    over_smtp = example("transport").replace(":8025", f":{desk}")
    piped = over_smtp.replace("support@", "pipe@").replace(over_smtp.split()[1], "inboxd-pipe:")
    (folder / "transport").write_text(over_smtp + piped, "utf-8")
    main = example("main.cf").replace("/etc/postfix/transport", f"{folder}/transport")
    master = example("master.cf").replace("/usr/local/bin/inboxd-accept", str(script))
    return _MAIN + main, master.replace("user=inboxd", "user=nobody")


def test_postfix_obeys_the_pipe(postfix: Postfix) -> None:
    """A mail reaches the program with its envelope, plus addresses and bounces too; 75 keeps it in the queue until it is 0."""
    postfix.send("carla@example.test", "pipe+t1.abc@acme.test")
    postfix.send("", "pipe@acme.test")
    until(lambda: len(postfix.kept()) == 2)
    options = {text.partition("\n")[0].partition(" accept ")[2] for text in postfix.kept()}
    assert options == {"--from=carla@example.test --to=pipe+t1.abc@acme.test", "--from= --to=pipe@acme.test"}

    (postfix.folder / "code").write_text("1", "ascii")
    postfix.send("carla@example.test", "pipe@acme.test")
    until(postfix.says("status=deferred"))
    (postfix.folder / "code").write_text("0", "ascii")
    subprocess.run([f"{SBIN}/postqueue", "-c", str(postfix.folder / "config"), "-f"], check=True)
    until(lambda: len(re.findall("status=sent", (postfix.folder / "log").read_text("utf-8"))) == 3)
    assert not postfix.says("status=bounced")()


def test_postfix_delivers_to_the_running_desk(postfix: Postfix, tmp_path: Path) -> None:
    """Over SMTP a mail to a plus address is kept by a real desk, and to addresses nobody has there is none."""
    (tmp_path / "rules").mkdir()
    config = tmp_path / "config.toml"
    config.write_text(_DESK.format(port=postfix.desk), "utf-8")
    with running_desk(config) as desk:
        postfix.send("carla@example.test", "support+x@acme.test")
        until(desk.tickets)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        postfix.send("carla@example.test", "nobody-at-all@acme.test")
