"""Taking in 2,000 mails from Dovecot over a line of some length, beside fetching them with nothing behind it."""

import asyncio
import shutil
import tempfile
import threading
import time
from pathlib import Path

from bench_mails import mixed_mail
from bench_table import Line, NotRun, Row
from imapclient import IMAPClient
from surgery_desk import Desk
from surgery_dovecot import PASSWORD, PROGRAM, USER, Dovecot, free_port

MAILS = 2000
BATCH = 200
ROUND_TRIPS = (0, 20, 80)
_GIVE_UP_SECONDS = 240.0
_CHUNK = 65536


def imap_rows(mails: int = MAILS, round_trips: tuple[int, ...] = ROUND_TRIPS) -> list[Line]:
    """Return a row for every round trip in milliseconds."""
    if PROGRAM is None:
        return [NotRun("IMAP", "Dovecot is not installed (Debian: dovecot-imapd)")]
    lines: list[Line] = []
    folder = Path(tempfile.mkdtemp(prefix="inboxd-bench-"))
    server = Dovecot(folder)
    server.start()
    try:
        _deliver(server, mails)
        for milliseconds in round_trips:
            port = _line(server.port, milliseconds / 2000)
            bare, ours = _bare(port, mails), _ours(folder / f"{milliseconds}", port, mails)
            beside = f"{ours:.0f} and {bare:.0f} mails/s"
            lines.append(
                Row(
                    f"IMAP, {milliseconds} ms round trip / bare fetch",
                    ours / bare,
                    "times",
                    0.5,
                    beside=beside,
                )
            )
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return lines


def _deliver(server: Dovecot, mails: int) -> None:
    server.tool("doveadm", "mailbox", "status", "-u", USER, "messages", "INBOX")
    server.tool("dovecot-lda", "-d", USER, "-m", "INBOX", stdin=mixed_mail(0)[1])
    new = server.maildir / "new"
    for number in range(1, mails):
        path = new / f"{int(time.time())}.{number}.bench"  # noqa: TID251  a Maildir name, not the desk's clock
        path.write_bytes(mixed_mail(number)[1])
        server.own(path)


def _bare(port: int, mails: int) -> float:
    """Return the mails a second of fetching in batches, and nothing else."""
    with IMAPClient("127.0.0.1", port, ssl=False) as client:
        client.login(USER, PASSWORD)
        client.select_folder("INBOX", readonly=True)
        began = time.perf_counter()
        found = client.search()
        for start in range(0, len(found), BATCH):
            client.fetch(found[start : start + BATCH], ["BODY.PEEK[]", "INTERNALDATE"])
        return mails / (time.perf_counter() - began)


def _ours(folder: Path, port: int, mails: int) -> float:
    """Return the mails a second of a real desk, from its first to its last commit of a mail."""
    folder.mkdir()
    desk = Desk(folder, port, {"INBOX": ""})
    desk.start()
    began, first = 0.0, 0
    until = time.monotonic() + _GIVE_UP_SECONDS
    try:
        while time.monotonic() < until:
            there = desk.counts("select count(*) from mail")[0]
            if there and not began:
                began, first = time.perf_counter(), there
            if there >= mails:
                return (
                    (there - first) / max(time.perf_counter() - began, 1e-3)
                    if there > first
                    else float(there)
                )
            time.sleep(0.01)
        return (there - first) / (time.perf_counter() - began)
    finally:
        desk.kill()


def _line(to_port: int, one_way: float) -> int:
    """Return the port of a line to a server on which every octet takes so many seconds."""
    port = free_port()
    ready = threading.Event()
    threading.Thread(target=lambda: asyncio.run(_serve(port, to_port, one_way, ready)), daemon=True).start()
    ready.wait(10)
    return port


async def _serve(port: int, to_port: int, one_way: float, ready: threading.Event) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", to_port)
        await asyncio.gather(
            _carry(reader, server_writer, one_way),
            _carry(server_reader, writer, one_way),
            return_exceptions=True,
        )

    server = await asyncio.start_server(connected, "127.0.0.1", port)
    ready.set()
    await server.serve_forever()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, one_way: float) -> None:
    """Hand on what comes, each piece after its time, in order: a long line delays, it does not narrow."""
    loop = asyncio.get_running_loop()
    while chunk := await reader.read(_CHUNK):
        if one_way:
            loop.call_later(one_way, writer.write, chunk)
        else:
            writer.write(chunk)
    loop.call_later(one_way, writer.close)
