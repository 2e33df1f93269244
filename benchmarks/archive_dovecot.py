"""How Dovecot shows an archive's conversations to mail clients (RFC 5256), beside ``archive_threads.py``.

``REFS`` goes by References and In-Reply-To, ``REFERENCES`` also puts together what has the same subject. Of an old
In-Reply-To such as ``Message from Ada <ada@x.test> of "Monday" <1@x.test>`` Dovecot takes the address for the id; so it is
asked twice, the second time about mails with nothing but ids in that field.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from archive_threads import message_id, without_people
from imapclient import IMAPClient
from surgery_dovecot import PASSWORD, PROGRAM, USER, Dovecot

_FIELD = "BODY[HEADER.FIELDS (MESSAGE-ID)]"
_AT_ONCE = 500


def dovecot_threads(box: Path) -> dict[str, dict[str, str]]:
    """Return the conversation of each Message-ID, in three ways; nothing where Dovecot is not installed."""
    if PROGRAM is None:
        return {}
    # Not below a folder of ours alone: Dovecot reads mail as nobody.
    folder = Path(tempfile.mkdtemp(prefix="inboxd-archive-"))
    server = Dovecot(folder)
    try:
        _fill(server, box)
        server.start()
        with IMAPClient("127.0.0.1", server.port, ssl=False) as client:
            client.login(USER, PASSWORD)
            return {
                "THREAD=REFS": _threads(client, "INBOX", "REFS"),
                "THREAD=REFS, nobody's address in In-Reply-To": _threads(client, "Ids", "REFS"),
                "THREAD=REFERENCES, by subject as well": _threads(client, "Ids", "REFERENCES"),
            }
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _fill(server: Dovecot, box: Path) -> None:
    folders = (server.path_of("INBOX"), server.path_of("Ids"))
    for folder in folders:
        for name in ("cur", "new", "tmp"):
            (folder / name).mkdir(parents=True)
    for number, forms in enumerate(without_people(box)):
        for folder, raw in zip(folders, forms, strict=True):
            (folder / "cur" / f"{number:08}.archive:2,S").write_bytes(raw)
    keeper = server.maildir.parents[1].stat()
    for path, names, files in os.walk(server.maildir.parent):
        for name in (".", *names, *files):
            os.chown(Path(path) / name, keeper.st_uid, keeper.st_gid)


def _threads(client: IMAPClient, folder: str, algorithm: str) -> dict[str, str]:
    client.select_folder(folder, readonly=True)
    ids = dict(_ids(client))
    threads: Any = client.thread(algorithm, "ALL")
    return {ids[uid]: str(number) for number, one in enumerate(threads) for uid in _flat(one) if ids[uid]}


def _ids(client: IMAPClient) -> Iterator[tuple[int, str]]:
    found = client.search("ALL")
    for begin in range(0, len(found), _AT_ONCE):
        for uid, data in client.fetch(
            found[begin : begin + _AT_ONCE], [_FIELD.replace("[", ".PEEK[", 1)]
        ).items():
            yield uid, message_id(data[_FIELD.encode()])


def _flat(thread: Any) -> Iterator[int]:
    waiting = [thread]
    while waiting:
        one = waiting.pop()
        if isinstance(one, tuple | list):
            waiting += one
        else:
            yield one
