"""Reading a Maildir with its subfolders: https://cr.yp.to/proto/maildir.html, and Maildir++ for the folders within."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from inboxd.errors import PermanentError
from inboxd.intake.mbox import PastMail

# What was thrown away or never sent is no history of the desk.
_LEFT_OUT = frozenset({"drafts", "trash", "deleted messages", "deleted items", "junk", "spam"})
_DRAFT, _TRASHED = "D", "T"
_PARTS = ("cur", "new")


def list_maildir(root: Path) -> tuple[Path, ...]:
    """Return the files of all mails below ``root`` in a stable order, without drafts, trash and junk.

    Raises ``PermanentError`` for a folder that is no Maildir.
    """
    folders = [one for one in (root, *sorted(root.rglob("*"))) if one.is_dir() and (one / "cur").is_dir()]
    if not folders:
        raise PermanentError(f"{root} is no Maildir: there is no folder cur in it")
    kept = [one for one in folders if not _is_left_out(one.relative_to(root))]
    files = (file for folder in kept for part in _PARTS for file in sorted((folder / part).glob("*")))
    return tuple(file for file in files if file.is_file() and not _is_unsent(file.name))


def read_maildir(files: tuple[Path, ...]) -> Iterator[PastMail]:
    """Yield the mails in their order; one that was moved away meanwhile is passed by."""
    for number, file in enumerate(files, start=1):
        try:
            raw, changed = file.read_bytes(), file.stat().st_mtime
        except FileNotFoundError:
            continue
        yield PastMail(raw, dt.datetime.fromtimestamp(changed, dt.UTC), number)


def _is_left_out(folder: Path) -> bool:
    # Maildir++: .Archive.2024 is the folder 2024 in the folder Archive.
    names = str(folder).strip("./").lower().replace("/", ".").split(".")
    return any(name in _LEFT_OUT for name in names)


def _is_unsent(name: str) -> bool:
    flags = name.rpartition(":2,")[2] if ":2," in name else ""
    return name.startswith(".") or _DRAFT in flags or _TRASHED in flags
