"""Transmit into a Maildir: the embedded default, readable by any mail client.

A repeat after a crash finds its own file again, because the name is made from the Message-ID.
"""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from inboxd.outgoing.transmit import Outcome, Parcel, Reply


def transmit(folder: Path, parcel: Parcel) -> Reply:
    """Write the mail durably into ``new/`` (https://cr.yp.to/proto/maildir.html); the same mail is written once."""
    try:
        _make_folders(folder)
        name = file_name(parcel.message_id, parcel.recipients)
        if not _is_there(folder, name):
            _write(folder, name, _with_envelope(parcel))
    except OSError as error:
        return Reply(Outcome.LATER, f"{folder}: {error.strerror}")
    return Reply(Outcome.SENT, f"250 written as {name}")


def file_name(message_id: str, recipients: Sequence[str]) -> str:
    """Return the name of the file a mail is written into; mail clients append their flags to it."""
    digest = hashlib.sha256(message_id.encode() + b"\0" + ",".join(recipients).encode()).hexdigest()
    return f"{digest[:32]}.inboxd"


def _make_folders(folder: Path) -> None:
    for name in ("tmp", "new", "cur"):
        place = os.path.join(folder, name)  # noqa: PTH118  for every mail; paths as objects cost five times as much
        if not os.path.isdir(place):  # noqa: PTH112  likewise
            os.makedirs(place, exist_ok=True)  # noqa: PTH103  likewise


def _is_there(folder: Path, name: str) -> bool:
    if os.path.exists(os.path.join(folder, "new", name)):  # noqa: PTH110, PTH118  for every mail; paths as objects cost five times as much
        return True
    # A mail client moves what was read to cur/ and appends its flags.
    with os.scandir(os.path.join(folder, "cur")) as entries:  # noqa: PTH118  likewise
        return any(entry.name.startswith(name) for entry in entries)


def _with_envelope(parcel: Parcel) -> bytes:
    """Keep the envelope as the final delivery would (RFC 5321 4.4 Return-Path; Delivered-To is common use)."""
    trace = [f"Return-Path: <{parcel.reverse_path}>", *(f"Delivered-To: {one}" for one in parcel.recipients)]
    return "".join(f"{line}\r\n" for line in trace).encode() + parcel.raw


def _write(folder: Path, name: str, content: bytes) -> None:
    draft = folder / "tmp" / name
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(folder / "new" / name)
    # The rename is durable only once the directory is.
    handle = os.open(folder / "new", os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
