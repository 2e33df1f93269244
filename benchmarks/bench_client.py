"""A client that costs little: many SMTP sessions on one event loop, so that the server is what is measured.

    python bench_client.py PORT SESSIONS MAILS BYTES

It sends MAIL, RCPT and DATA in one piece (RFC 2920) and waits for every 250 before the next mail. Prints the seconds.
"""

import asyncio
import sys
import time

_HEADER = (
    "From: Customer {number} <customer{number}@shop.example>\r\nTo: support@acme.test\r\nSubject: Question {number}\r\n"
    "Date: Mon, 23 Nov 2026 09:00:00 +0000\r\nMessage-ID: <{number}.{sent}@shop.example>\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\n"
)
_LINE = "The export of our monthly report stops in the middle, what can we do about it?\r\n"


async def _session(port: int, numbers: range, size: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await _reply(reader)
    writer.write(b"EHLO bench.example\r\n")
    await _reply(reader)
    for number in numbers:
        writer.write(b"MAIL FROM:<customer@shop.example>\r\nRCPT TO:<support@acme.test>\r\nDATA\r\n")
        for _ in range(3):
            await _reply(reader)
        writer.write(_mail(number, size))
        code = await _reply(reader)
        if not code.startswith(b"250"):
            raise ConnectionError(code.decode("ascii", "replace"))
    writer.write(b"QUIT\r\n")
    writer.close()


async def _reply(reader: asyncio.StreamReader) -> bytes:
    while (line := await reader.readline())[3:4] == b"-":
        pass
    if line[:1] not in {b"2", b"3"}:
        raise ConnectionError(line.decode("ascii", "replace"))
    return line


def _mail(number: int, size: int) -> bytes:
    header = _HEADER.format(number=number, sent=time.monotonic_ns())
    lines = max(1, (size - len(header)) // len(_LINE))
    return f"{header}{_LINE * lines}.\r\n".encode("ascii")


async def _all(port: int, sessions: int, mails: int, size: int) -> None:
    await asyncio.gather(*(_session(port, range(first, mails, sessions), size) for first in range(sessions)))


if __name__ == "__main__":
    began = time.perf_counter()
    asyncio.run(_all(*map(int, sys.argv[1:5])))
    print(time.perf_counter() - began)
