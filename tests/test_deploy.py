"""What lies in deploy/: the service file for systemd."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import typer.main

from inboxd.cli import app

ROOT = Path(__file__).parents[1]
SERVICE = ROOT / "deploy" / "inboxd.service"


def settings() -> dict[str, list[str]]:
    """Return the values of each setting of the service file, in order."""
    found: dict[str, list[str]] = {}
    for line in SERVICE.read_text("utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


def test_it_starts_a_command_that_exists() -> None:
    """ExecStart is our own program with options and a command it has, as a service that says when it is ready."""
    (start,) = settings()["ExecStart"]
    program, option, _, command = start.split()
    assert (Path(program).name, option) == ("inboxd", "-c")
    commands = getattr(typer.main.get_command(app), "commands")  # noqa: B009  typer's own click has no types
    assert command in commands
    assert settings()["Type"] == ["notify"]
    assert settings()["NotifyAccess"] == ["main"]


def test_it_takes_all_rights_away() -> None:
    """No capability, no new privilege, no writable program, no file but its own: the lines that must not get lost."""
    for name, value in {
        "User": "inboxd",
        "NoNewPrivileges": "yes",
        "CapabilityBoundingSet": "",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "MemoryDenyWriteExecute": "yes",
        "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
        "LimitCORE": "0",
        "UMask": "0077",
    }.items():
        assert settings()[name] == [value]
    assert settings()["ReadWritePaths"] == ["/srv/inboxd/var"]


def test_systemd_finds_little_exposed() -> None:
    """systemd's own judgement is below 2.5 of 10."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("NOT TESTED: there is no systemd-analyze here to judge deploy/inboxd.service")
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=25", str(SERVICE)],
        capture_output=True,
        text=True,
        check=False,
    )
    if "offline" in done.stderr:
        pytest.skip(f"NOT TESTED: this systemd-analyze is too old: {done.stderr.strip()}")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    found = re.search(r"exposure level[^:]*: ([0-9.]+)", done.stdout)
    assert found is not None
    assert float(found[1]) < 2.5
