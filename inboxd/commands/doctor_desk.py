"""The doctor's look at the desk itself: store, ports, certificate, sign-ins, the way out."""

import contextlib
import datetime as dt
import os
import shutil
import smtplib
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

from cryptography import x509
from sqlalchemy.exc import SQLAlchemyError

from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.core.probe import Check
from inboxd.errors import InboxdError
from inboxd.intake.certificate import Certificate
from inboxd.jobs.signin import find_ending
from inboxd.outgoing import smtp_client
from inboxd.outgoing.transport import make_smarthost
from inboxd.passwords import load_hash
from inboxd.store import mails
from inboxd.store.engine import open_store, read

_CONNECT_SECONDS = 5.0
_SOON = dt.timedelta(days=14)
_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  read, not bound


def check_store(config: Config, _clock: Clock) -> Iterator[Check]:
    """Open the store, bring it to the newest schema, and read it."""
    try:
        engine = open_store(config.store_url)
        with read(engine) as connection:
            held = mails.count_by_state(connection).get("held", 0)
        engine.dispose()
    except (InboxdError, SQLAlchemyError, OSError) as error:
        yield Check("store", False, f"{type(error).__name__}: {error}"[:300])
        return
    yield Check("store", True, f"opens; {held} mails are held" if held else "opens; no mail is held")


def check_ports(config: Config, clock: Clock) -> Iterator[Check]:
    """Look who listens where the desk should, and at the certificates of these ports."""
    smtp, submission = config.intake.smtp, config.intake.submission
    if smtp.enabled:
        yield _greeting("smtp port", smtp.host, smtp.port)
    if submission.enabled:
        yield _greeting("submission port", submission.host, submission.port)
        yield _passwords(config)
    for cert, key in config.intake.certificates:
        yield _certificate(cert, key, clock())


def check_clock() -> Iterator[Check]:
    """Ask the system whether a time service sets its clock; the test mails compare it with the mail server's."""
    program = shutil.which("timedatectl")
    said = ""
    if program:
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            said = subprocess.run(  # noqa: S603  a program of the system, without a shell, fixed arguments
                (program, "show", "--property=NTPSynchronized", "--value"),
                capture_output=True,
                text=True,
                timeout=_CONNECT_SECONDS,
                check=False,
            ).stdout.strip()
    details = {"yes": "is set by a time service", "no": "no time service sets it: switch NTP on"}
    yield Check("time service", said != "no", details.get(said, "the system does not say: not measured"))


def check_sign_ins(config: Config, clock: Clock) -> Iterator[Check]:
    """Look whether every OAuth2 sign-in lasts."""
    for user, source in config.sign_ins:
        ending = find_ending(user, source, clock())
        yield Check(f"sign-in {user}", ending is None, ending[1] if ending else "lasts")


def check_outgoing(config: Config) -> Iterator[Check]:
    """Log in at the smarthost, or look at the folder that stands for it."""
    outgoing = config.outgoing
    if outgoing.transport == "maildir":
        there = next(
            (one for one in (outgoing.maildir, *outgoing.maildir.parents) if one.exists()), Path("/")
        )
        writable = there.is_dir() and os.access(there, os.W_OK)
        detail = f"mail goes into the folder {outgoing.maildir}, and no further"
        yield Check("outgoing", writable, detail if writable else f"{there} cannot be written")
        return
    where = f"{outgoing.host}:{outgoing.port}"
    try:
        with smtp_client.connect(make_smarthost(config)):
            pass
    except (smtplib.SMTPException, OSError, InboxdError) as error:
        yield Check("outgoing", False, f"{where}: {type(error).__name__}: {error}"[:300])
        return
    logged_in = f"lets {outgoing.user} in" if outgoing.user else "answers, without a login"
    clear = outgoing.tls == "none" and bool(outgoing.user)
    hint = '; the password crosses the net in the clear: set tls = "starttls"' if clear else ""
    yield Check(
        "outgoing", not clear or outgoing.host in {"127.0.0.1", "localhost"}, f"{where} {logged_in}{hint}"
    )


def _greeting(name: str, host: str, port: int) -> Check:
    where = f"{host}:{port}"
    try:
        with socket.create_connection(
            ("127.0.0.1" if host in _EVERYWHERE else host, port), _CONNECT_SECONDS
        ) as one:
            greeting = one.makefile("rb").readline(500).decode("ascii", "replace").strip()
    except ConnectionRefusedError:
        return Check(name, True, f"nobody listens at {where}: the desk is not running")
    except OSError as error:
        return Check(name, False, f"{where}: {error}")
    # RFC 5321 4.2: the desk says its name in the greeting.
    if greeting.startswith("220 ") and "inboxd" in greeting:
        return Check(name, True, f"the desk listens at {where}")
    return Check(name, False, f"another program listens at {where}: it says {greeting[:80]!r}")


def _certificate(cert: Path, key: Path, now: dt.datetime) -> Check:
    name = "certificate"
    try:
        Certificate(cert, key)
        ends = x509.load_pem_x509_certificate(cert.read_bytes()).not_valid_after_utc
    except (InboxdError, OSError, ValueError, ssl.SSLError) as error:
        return Check(name, False, str(error)[:300])
    return Check(
        name,
        ends - now > _SOON,
        f"is good until {ends:%Y-%m-%d}" + (": renew it" if ends - now <= _SOON else ""),
    )


def _passwords(config: Config) -> Check:
    having = []
    for one in config.operators:
        try:
            if load_hash(one.password_hash_file):
                having.append(one.name)
        except InboxdError as error:
            return Check("operators' passwords", False, str(error))
    if not having:
        return Check("operators' passwords", False, "nobody has one yet: run `inboxd password NAME`")
    return Check("operators' passwords", True, f"{', '.join(having)} can send through the desk")
