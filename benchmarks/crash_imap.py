"""The mailbox of the crash driver: Dovecot where it is installed, else pymap."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from imapclient import IMAPClient
from surgery_dovecot import PASSWORD, PROGRAM, USER, Dovecot, free_port, wait_for_port


@contextlib.contextmanager
def imap_server(folder: Path, names: tuple[str, ...]) -> Iterator[int]:
    """Run a server with these folders; yield its port."""
    folder.mkdir()
    with _dovecot(folder) if PROGRAM else _pymap() as port:
        client = IMAPClient("127.0.0.1", port, ssl=False, timeout=30)
        client.login(USER, PASSWORD)
        for name in names:
            if not client.folder_exists(name):
                client.create_folder(name)
        client.logout()
        yield port


@contextlib.contextmanager
def _dovecot(folder: Path) -> Iterator[int]:
    server = Dovecot(folder)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


@contextlib.contextmanager
def _pymap() -> Iterator[int]:
    print("Dovecot is not installed: the mailbox is pymap's", file=sys.stderr)
    port = free_port()
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    command = [
        sys.executable,
        "-m",
        "pymap",
        *options,
        "dict",
        "--demo-user",
        USER,
        "--demo-password",
        PASSWORD,
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(10)
