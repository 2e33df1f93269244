"""Passwords never stand in a file of the desk: they come from a command or from a file of their own."""

import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from inboxd.errors import TransientError
from inboxd.redaction import hide

COMMAND_SECONDS = 30


@dataclass(frozen=True, slots=True)
class SecretSource:
    """Where a password comes from: at most one of ``command`` and ``file`` is set."""

    command: str = ""
    file: Path | None = None

    def __bool__(self) -> bool:
        """Return whether there is a password at all."""
        return bool(self.command or self.file)


def read_secret(source: SecretSource) -> str:
    """Return the first line of what the command prints or the file holds; empty when there is no source.

    Raises ``TransientError`` when it cannot be had now (the key ring is locked, the file not there): ask again later.
    """
    if not source:
        return ""
    text = _run(source.command) if source.command else _read(source.file)
    lines = text.splitlines()
    if not lines or not lines[0]:
        raise TransientError(f"{source.command or source.file} gives an empty password")
    return hide(lines[0])


def _run(command: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603  the operator's own command, taken apart without a shell
            shlex.split(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        raise TransientError(f"{command!r} ended with exit code {error.returncode}") from error
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError) as error:
        raise TransientError(f"{command!r} gives no password: {type(error).__name__}") from error
    return done.stdout


def _read(path: Path | None) -> str:
    try:
        return path.read_text(encoding="utf-8") if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise TransientError(f"{path} cannot be read: {type(error).__name__}") from error
