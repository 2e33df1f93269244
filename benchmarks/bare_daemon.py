"""A desk without articles and its daemon as a program of its own: what several drivers and tests begin with."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

_RULES = Path(__file__).parents[1] / "rules"
_CONFIG = """\
[desk]
name = "Acme"
address = "support@acme.test"
[[operators]]
name = "Ada"
address = "ada@acme.test"
[intake.smtp]
listen = "127.0.0.1:{port}"
[digest]
enabled = false
"""


_ACCOUNT = """
[[intake.imap]]
host = "127.0.0.1"
port = {port}
tls = "none"
user = "{user}"
password_file = "password"
folder = "{folder}"
timeout = "{timeout}"
{more}
"""


def take_articles_away(desk: Path) -> None:
    """Leave a new desk without articles: then no model is loaded, and the figures are of what is measured."""
    shutil.rmtree(desk / "kb")
    (desk / "kb").mkdir()


def account_section(port: int, user: str, folder: str, *, timeout: str, more: str) -> str:
    """Return the part of config.toml that has a folder read, its password in the file ``password``."""
    return _ACCOUNT.format(port=port, user=user, folder=folder, timeout=timeout, more=more)


def write_desk(folder: Path, port: int, more: str = "") -> None:
    """Make a desk that takes mail at a port, by the shipped rules; ``more`` is what else its config.toml says."""
    (folder / "kb").mkdir(parents=True)
    (folder / "var").mkdir()
    # Several daemons of one desk must have the same.
    (folder / "var" / "secret").write_bytes(b"the same secret on every machine")
    shutil.copytree(_RULES, folder / "rules", ignore=shutil.ignore_patterns("examples"))
    (folder / "config.toml").write_text(_CONFIG.format(port=port) + more, "utf-8")


def start_daemon(folder: Path, **variables: str) -> "subprocess.Popen[bytes]":
    """Start ``inboxd run`` of the desk in a folder, in a process group of its own; what it says goes into ``log``."""
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "inboxd", "run"],
            cwd=folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, **variables},
        )


def kill_daemon(process: "subprocess.Popen[bytes]", seconds: float | None = None) -> None:
    """Kill front and worker at once, as a power cut would; return when the front is gone."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(seconds)
