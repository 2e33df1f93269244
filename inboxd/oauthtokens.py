"""The file a sign-in is kept in: one JSON document, readable by its owner only, replaced as a whole."""

import contextlib
import datetime as dt
import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from inboxd.errors import TransientError

_TIMES = frozenset({"expires_at", "signed_in_at", "renewed_at", "refresh_expires_at"})


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a provider gave. ``refresh_expires_at`` is None when nobody knows; ``refused`` is why it is of no use now."""

    access_token: str
    refresh_token: str
    expires_at: dt.datetime
    signed_in_at: dt.datetime
    renewed_at: dt.datetime
    refresh_expires_at: dt.datetime | None = None
    refused: str = ""

    def __repr__(self) -> str:
        """Return no token: what is printed ends in logs."""
        return f"SignIn(signed_in_at={self.signed_in_at}, refused={self.refused!r})"


def load_sign_in(path: Path) -> SignIn | None:
    """Return what is kept; None when nobody signed in yet. Raises ``TransientError`` for a file that is none."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return SignIn(**{one.name: _read(one.name, document.get(one.name)) for one in fields(SignIn)})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, AttributeError, OverflowError) as error:
        raise TransientError(f"{path} holds no sign-in: {type(error).__name__}") from error


def save_sign_in(path: Path, sign_in: SignIn) -> None:
    """Replace the file; whoever reads meanwhile sees the old one or the new one."""
    document = {name: _written(value) for name, value in asdict(sign_in).items()}
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # mkstemp makes the file with mode 0600 (its documentation says so).
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=1)
            file.flush()
            # A provider that rotates refresh tokens forgets the old one at once: losing this file ends the sign-in.
            os.fsync(file.fileno())
        Path(draft).rename(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the sign-in against other threads and processes, so that two never renew it at once."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path.with_name(f"{path.name}.lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _read(name: str, value: Any) -> Any:
    if name == "refresh_expires_at" and value is None:
        return None
    if name in _TIMES:
        return dt.datetime.fromisoformat(value).astimezone(dt.UTC)
    if value is None and name == "refused":
        return ""
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime) else value
