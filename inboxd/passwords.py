"""Operators' passwords for our submission port: only a scrypt hash (RFC 7914) is kept, each in a file of its own."""

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
import tempfile
from pathlib import Path

from inboxd.errors import PermanentError

# 32 MiB and 0.3 s a try, which password crackers pay too (OWASP, Password Storage Cheat Sheet, scrypt).
_LOG2_N, _R, _P = 15, 8, 3
_SALT_BYTES, _KEY_BYTES = 16, 32
_MAX_MEMORY = 256 * 1024 * 1024
_LONGEST = 1024
_FORM = re.compile(r"scrypt\$ln=([0-9]{1,2}),r=([0-9]{1,2}),p=([0-9]{1,2})\$([\w+/=]{8,88})\$([\w+/=]{8,88})")
_HIGHEST_LOG2_N = 18
SHORTEST = 12
# Without what looks alike when it is read out or typed: 0 and o, 1 and l.
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def new_password() -> str:
    """Return a random password of 100 bits, in groups that can be typed."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(20))
    return "-".join(letters[start : start + 5] for start in range(0, 20, 5))


def hash_password(password: str) -> str:
    """Return what is kept instead of the password."""
    salt = secrets.token_bytes(_SALT_BYTES)
    key = _derive(password, salt, _LOG2_N, _R, _P)
    return f"scrypt$ln={_LOG2_N},r={_R},p={_P}${_base64(salt)}${_base64(key)}"


def is_right(password: str, kept: str) -> bool:
    """Return whether ``kept`` was made from this password, in constant time; False for what is no hash of ours.

    Takes as long for an empty ``kept``, so that nobody learns which names have a password.
    """
    found = _FORM.fullmatch(kept.strip())
    if found is None or len(password) > _LONGEST or int(found[1]) > _HIGHEST_LOG2_N:
        _derive("", b"nobody's salt", _LOG2_N, _R, _P)
        return False
    try:
        salt, key = base64.b64decode(found[4], validate=True), base64.b64decode(found[5], validate=True)
        return hmac.compare_digest(_derive(password, salt, int(found[1]), int(found[2]), int(found[3])), key)
    except (binascii.Error, ValueError):
        return False


def save_hash(path: Path, kept: str) -> None:
    """Write the file, readable by its owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(kept + "\n")
    Path(draft).rename(path)


def load_hash(path: Path | None) -> str:
    """Return what is kept for an operator; empty when he has no password. Raises ``PermanentError`` otherwise."""
    if path is None or not path.exists():
        return ""
    try:
        kept = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise PermanentError(f"{path} cannot be read: {type(error).__name__}") from error
    if not _FORM.fullmatch(kept):
        raise PermanentError(f"{path} holds no password hash: make one with `inboxd password`")
    return kept


def _derive(password: str, salt: bytes, log2_n: int, r: int, p: int) -> bytes:
    secret = password.encode("utf-8", "surrogateescape")
    return hashlib.scrypt(secret, salt=salt, n=1 << log2_n, r=r, p=p, maxmem=_MAX_MEMORY, dklen=_KEY_BYTES)


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")
