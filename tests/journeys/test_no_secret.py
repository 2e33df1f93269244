"""A whole journey with known secrets, among servers that repeat them; afterwards nothing the desk said holds one."""

import base64
import contextlib
import datetime as dt
import json
import shutil
import smtplib
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trustme
from bare_daemon import kill_daemon, start_daemon
from journey_stage import REPOSITORY, free_port
from talkative_servers import Imap, Smtp, Tokens, serving

from inboxd.clock import system_clock
from inboxd.config import load_config
from inboxd.core.tokens import Tokens as SignedIds
from inboxd.oauthtokens import SignIn, load_sign_in, save_sign_in
from inboxd.passwords import hash_password

_DEADLINE = 90.0
TOKEN_KEY = b"the key of every token: 0123456789abcdef"
SECRETS = {
    "smarthost": "smarthost-Pa55phrase",
    "mailbox": "mailbox-Pa55phrase",
    "access token": "ya29.access-T0ken",
    "fresh token": "ya29.fresh-T0ken",
    "refresh token": "1//refresh-T0ken",
    "client secret": "client-S3cret",
    "operator": "operator-Pa55phrase",
    "wrong guess": "guessed-Pa55phrase",
}
# Words of the customer's: in the subject, the text, his name, a file's name.
_FILE = b'Content-Type: text/plain; name="zanzibar.txt"\r\n'
WORDS = ("xylophone", "marmalade", "quartzite", "zanzibar")
_COMMANDS = (
    "outbox --json",
    "held --json",
    "check",
    "explain 1",
    "digest --preview",
    "-v run --until-idle",
    "backup copy.db",
)
_END = "(end of command)"
# In one process, which loads the program once.
_ONE_AFTER_THE_OTHER = f"""
import contextlib, sys
from inboxd.entrance import main
for words in sys.argv[1:]:
    sys.argv = ["inboxd", *words.split()]
    with contextlib.suppress(SystemExit):
        main()
    print({_END!r}, flush=True)
"""


@dataclass(slots=True)
class Journey:
    """A desk that lived through it all: what it printed and wrote, by where."""

    folder: Path
    said: dict[str, str] = field(default_factory=dict)

    @property
    def log(self) -> str:
        """Return what the daemon wrote to stderr."""
        return (self.folder / "log").read_text("utf-8")


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    """Live through it once; every test looks at what it left."""
    folder = tmp_path_factory.mktemp("desk")
    with serving(Smtp) as smtp, serving(Imap) as imap, serving(Tokens) as tokens:
        ports = {name: free_port() for name in ("smtp", "submission", "metrics")}
        authority = _write_desk(folder, smtp, imap, tokens, ports)
        lived = Journey(folder)
        process = start_daemon(folder)
        try:
            _wait_for(lambda: process.poll() is not None or _is_well(ports["metrics"]))
            assert process.poll() is None, lived.log[-2000:]
            _send_mails(ports, authority)
            _wait_for(lambda: lived.log.count('"processed"') >= 3 and "535" in lived.log)
            _wait_for(lambda: bool(Smtp.seen and Imap.seen and Tokens.seen))
            for page in ("metrics", "healthz"):
                lived.said[page] = _get(ports["metrics"], page)
            process.terminate()
            process.wait(_DEADLINE)
        finally:
            kill_daemon(process, _DEADLINE)
        _run_commands(lived)
    yield lived


def _write_desk(folder: Path, smtp: int, imap: int, tokens: int, ports: dict[str, int]) -> trustme.CA:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    issued.private_key_and_cert_chain_pem.write_to_path(folder / "cert.pem")
    (folder / "kb").mkdir()
    (folder / "var").mkdir()
    shutil.copytree(REPOSITORY / "rules", folder / "rules", ignore=shutil.ignore_patterns("examples"))
    for name in ("smarthost", "mailbox", "client secret"):
        (folder / name.replace(" ", "-")).write_text(SECRETS[name] + "\n")
    (folder / "var" / "secret").write_bytes(TOKEN_KEY)
    (folder / "ada.hash").write_text(hash_password(SECRETS["operator"]))
    now = system_clock()
    expired, later = now - dt.timedelta(days=1), now + dt.timedelta(hours=1)
    for name, token, until in (("old", "access token", expired), ("new", "fresh token", later)):
        sign_in = SignIn(SECRETS[token], SECRETS["refresh token"], until, expired, expired)
        save_sign_in(folder / f"{name}.json", sign_in)
    oauth2 = (
        '[intake.imap.oauth2]\nprovider = "custom"\nclient_id = "desk"\nclient_secret_file = "client-secret"\n'
        f'token_url = "http://127.0.0.1:{tokens}/token"\ndevice_url = "http://127.0.0.1:{tokens}/device"\n'
    )
    account = f'host = "127.0.0.1"\nport = {imap}\ntls = "none"\nsent = ""\ndrafts = ""\npoll = "1s"\n'
    (folder / "config.toml").write_text(
        '[desk]\nname = "Acme"\naddress = "support@acme.test"\n'
        '[[operators]]\nname = "Ada"\naddress = "ada@acme.test"\npassword_hash_file = "ada.hash"\n'
        f'[intake.smtp]\nlisten = "127.0.0.1:{ports["smtp"]}"\n'
        f'[intake.submission]\nenabled = true\nlisten = "127.0.0.1:{ports["submission"]}"\n'
        'tls_cert = "cert.pem"\ntls_key = "cert.pem"\n'
        f'[[intake.imap]]\nuser = "support@acme.test"\npassword_file = "mailbox"\n{account}'
        f'[[intake.imap]]\nuser = "old@acme.test"\n{account}{oauth2}token_file = "old.json"\n'
        f'[[intake.imap]]\nuser = "new@acme.test"\n{account}{oauth2}token_file = "new.json"\n'
        f'[outgoing]\ntransport = "smtp"\nhost = "127.0.0.1"\nport = {smtp}\ntls = "none"\n'
        f'user = "support@acme.test"\npassword_command = "cat {folder / "smarthost"}"\n'
        '[alarm]\naddress = "ada@elsewhere.test"\ntransport = "maildir"\nmaildir = "var/alarms"\n'
        f'[metrics]\nlisten = "127.0.0.1:{ports["metrics"]}"\n'
    )
    return authority


def _send_mails(ports: dict[str, int], authority: trustme.CA) -> None:
    """A question, the same again, a robot's mail, a broken one; the operator signs in wrongly and rightly."""
    question = _mail("Quartzite Sand <eve@sand.example>", "The xylophone", "Where is my marmalade?", _FILE)
    robot = _mail("eve@sand.example", "xylophone", "marmalade", b"Auto-Submitted: auto-replied\r\n")
    broken = (
        b"From: \xff\xfe<>>\r\nContent-Type: multipart/mixed\r\nSubject: =?xylophone?Q?=ZZ?=\r\n\r\nmarmalade"
    )
    with smtplib.SMTP("127.0.0.1", ports["smtp"], timeout=30) as client:
        for raw in (question, question, robot, broken):
            client.sendmail("eve@sand.example", ["support@acme.test"], raw)
    context = ssl.create_default_context()
    authority.configure_trust(context)
    with smtplib.SMTP("127.0.0.1", ports["submission"], timeout=30) as client:
        client.starttls(context=context)
        with contextlib.suppress(smtplib.SMTPAuthenticationError):
            client.login("ada@acme.test", SECRETS["wrong guess"])
    with smtplib.SMTP("127.0.0.1", ports["submission"], timeout=30) as client:
        client.starttls(context=context)
        client.login("ada@acme.test", SECRETS["operator"])
        reply = _mail("Ada <ada@acme.test>", "Re: [#1] xylophone", "Your marmalade is here.")
        client.sendmail("ada@acme.test", ["support@acme.test"], reply)


def _mail(author: str, subject: str, text: str, more: bytes = b"") -> bytes:
    head = f"From: {author}\r\nTo: support@acme.test\r\nSubject: {subject}\r\n"
    number = f"Message-ID: <{abs(hash((author, text)))}@sand.example>\r\n"
    return (head + number).encode() + more + b"\r\n" + text.encode() + b"\r\n"


def _run_commands(lived: Journey) -> None:
    """Ask everything that prints; the digest as it would go out; a backup."""
    done = subprocess.run(
        [sys.executable, "-c", _ONE_AFTER_THE_OTHER, *_COMMANDS],
        cwd=lived.folder,
        capture_output=True,
        text=True,
        timeout=_DEADLINE,
        check=False,
    )
    *printed, rest = done.stdout.split(_END)
    assert (len(printed), rest.strip()) == (len(_COMMANDS), ""), done.stdout + done.stderr
    lived.said |= dict(zip(_COMMANDS, printed, strict=True)) | {"standard error": done.stderr}
    assert (lived.folder / "copy.db").exists(), done.stdout + done.stderr


def test_the_servers_repeated_them(journey: Journey) -> None:
    """The test tests something: each secret was used, and the servers said it back to the desk."""
    heard = "\n".join((*Smtp.seen, *Imap.seen, *Tokens.seen))
    for line in Smtp.seen:
        with contextlib.suppress(ValueError):
            heard += base64.b64decode(line.split()[-1]).decode("latin-1")
    for name in ("smarthost", "mailbox", "client secret"):
        assert SECRETS[name] in heard, name
    assert "refresh-T0ken" in heard
    assert "you said: " in journey.log
    assert "[secret]" in journey.log


def test_no_secret_in_anything_said(journey: Journey) -> None:
    """Log, commands, metrics, alarms, outbox and the backup hold no secret in any form it is sent in."""
    everything = {"log": journey.log, **journey.said}
    for path in (journey.folder / "var").rglob("*"):
        if path.is_file() and path.name != "secret":
            everything[str(path)] = path.read_bytes().decode("latin-1")
    everything["backup"] = (journey.folder / "copy.db").read_bytes().decode("latin-1")
    assert len(everything) > 10
    for place, text in everything.items():
        for name, form in _forms():
            assert form not in text, f"the {name} stands in {place}"


def test_no_customer_in_the_log(journey: Journey) -> None:
    """At INFO and above the log has ids and events: no word of a subject, a text, a name or an address of a customer."""
    said = journey.log.lower()
    assert '"processed"' in said
    for word in (*WORDS, "eve@", "carla@"):
        assert word not in said, word


def test_every_line_is_an_event(journey: Journey) -> None:
    """Whatever went wrong, the log is one JSON document per line, and what is about a mail names it."""
    lines = [json.loads(line) for line in journey.log.splitlines()]
    about_mail = {"accepted", "duplicate", "processed", "held", "enqueued", "transmitted", "failed"}
    without = [one for one in lines if one["action"] in about_mail and not one.get("mail_id")]
    # An alarm goes out without a mail that it answers.
    assert [one for one in without if one.get("kind") != "alarm" and one["action"] != "transmitted"] == []


def test_no_secret_in_a_repr(journey: Journey) -> None:
    """What ends in tracebacks by its repr shows where secrets are, not what they are."""
    shown = repr(load_config(journey.folder / "config.toml")) + repr(SignedIds(TOKEN_KEY))
    shown += repr(load_sign_in(journey.folder / "old.json"))
    for name, form in _forms():
        assert form not in shown, name


def _forms() -> Iterator[tuple[str, str]]:
    for name, secret in SECRETS.items():
        yield name, secret
        yield name, base64.b64encode(secret.encode()).decode()
        # URL-encoded, as in a form.
        yield name, secret.replace("/", "%2F")
    for user, name, wrapped in (
        ("support@acme.test", "smarthost", "\0{}\0{}"),
        ("new@acme.test", "fresh token", "user={}\x01auth=Bearer {}\x01\x01"),
    ):
        yield name, base64.b64encode(wrapped.format(user, SECRETS[name]).encode()).decode()
    yield "token key", TOKEN_KEY.decode()
    yield "token key", TOKEN_KEY.hex()
    yield "token key", base64.b64encode(TOKEN_KEY).decode()


def _is_well(port: int) -> bool:
    try:
        return '"ok": true' in _get(port, "healthz")
    except OSError:
        return False


def _get(port: int, page: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{page}", timeout=20) as reply:
        text: str = reply.read().decode()
        return text


def _wait_for(ask: Callable[[], bool]) -> None:
    until = time.monotonic() + _DEADLINE
    while not ask():
        assert time.monotonic() < until
        time.sleep(0.1)
