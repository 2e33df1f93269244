"""The hostile clients of the load test: each kind holds or floods the port in its own way. Addresses of 127.0.0.0/8 are peers."""

import asyncio
import contextlib
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator

_HEAD = b"EHLO x\r\nMAIL FROM:<eve@sand.example>\r\nRCPT TO:<support@acme.test>\r\nDATA\r\n"
_FORGED = (
    b"MAIL FROM:<ada@acme.test>\r\nRCPT TO:<support@acme.test>\r\nDATA\r\nSubject: forged\r\n\r\n#solved"
)
ENDINGS = (b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n", b"\r\n\x00.\r\n")
_MEGA = 1_000_000
_OVERSIZED = 60 * _MEGA
_BITE_SECONDS = 1.0


class Hostiles:
    """All hostile clients of one port; ``heard`` counts the codes each kind was answered with."""

    def __init__(self, port: int, tls_port: int) -> None:
        self.heard: dict[str, Counter[str]] = {}
        self._port = port
        self._tls_port = tls_port

    @property
    def kinds(self) -> dict[str, Callable[[str], Awaitable[None]]]:
        """Return what one client of each kind does, by name; its argument is the address it comes from."""
        return {
            "silent": self._silent,
            "an octet a second": self._drip,
            "an octet of text a second": self._drip_text,
            "never reads": self._deaf,
            "10,000 RCPTs": self._recipients,
            "pipelines without end": self._pipeline,
            "bare LF and smuggling": self._smuggle,
            "a line of 20 MB": self._long_line,
            "a mail of 60 MB": self._oversized,
            "a mail of 30 MB": self._large,
            "half-open TLS": self._half_open_tls,
            "TLS on a port without": self._wrong_tls,
            "connects and resets": self._reset,
        }

    async def _silent(self, source: str) -> None:
        await self._play("silent", source, [])

    async def _drip(self, source: str) -> None:
        await self._play(
            "an octet a second", source, (bytes([octet]) for octet in _HEAD * 100), _BITE_SECONDS
        )

    async def _drip_text(self, source: str) -> None:
        pieces = (_HEAD if turn == 0 else b"x" for turn in range(100_000))
        await self._play("an octet of text a second", source, pieces, _BITE_SECONDS)

    async def _deaf(self, source: str) -> None:
        await self._play("never reads", source, (b"EHLO x\r\n" * 2_000 for _ in range(100)), listens=False)

    async def _recipients(self, source: str) -> None:
        lines = [_HEAD[:-6], *[b"RCPT TO:<support@acme.test>\r\n" * 100] * 100]
        await self._play("10,000 RCPTs", source, lines)

    async def _pipeline(self, source: str) -> None:
        await self._play("pipelines without end", source, (b"NOOP\r\nRSET\r\n" * 1_000 for _ in range(1_000)))

    async def _smuggle(self, source: str) -> None:
        for ending in ENDINGS:
            text = b"Subject: smuggler\r\n\r\none" + ending + _FORGED + b"\r\n.\r\nQUIT\r\n"
            await self._play("bare LF and smuggling", source, [_HEAD, text])

    async def _long_line(self, source: str) -> None:
        await self._play("a line of 20 MB", source, [b"EHLO x\r\n", *[b"x" * _MEGA] * 20, b"\r\nQUIT\r\n"])

    async def _oversized(self, source: str) -> None:
        lines = [_HEAD, *[b"Subject: y\r\n" * (_MEGA // 12)] * (_OVERSIZED // _MEGA), b".\r\nQUIT\r\n"]
        await self._play("a mail of 60 MB", source, lines)

    async def _large(self, source: str) -> None:
        lines = [_HEAD, b"Subject: large\r\n\r\n", *[b"\r\n" * (_MEGA // 2)] * 30, b".\r\nQUIT\r\n"]
        await self._play("a mail of 30 MB", source, lines)

    async def _half_open_tls(self, source: str) -> None:
        lines = [b"EHLO x\r\n", b"STARTTLS\r\n", b"\x16\x03\x01\x02\x00"]
        await self._play("half-open TLS", source, lines, 0.3, port=self._tls_port)

    async def _wrong_tls(self, source: str) -> None:
        await self._play(
            "TLS on a port without", source, [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xaa" * 500]
        )

    async def _reset(self, source: str) -> None:
        for _ in range(1_000):
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self._port, local_addr=(source, 0))
                writer.transport.abort()

    async def _play(
        self,
        kind: str,
        source: str,
        pieces: "Iterator[bytes] | list[bytes]",
        pause: float = 0.0,
        *,
        listens: bool = True,
        port: int = 0,
    ) -> None:
        """Send the pieces with pauses between, hear what is said until the connection ends."""
        heard = self.heard.setdefault(kind, Counter())
        try:
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", port or self._port, local_addr=(source, 0)
            )
        except OSError:
            heard["not connected"] += 1
            return
        if not listens:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listening = asyncio.create_task(_listen(reader, heard)) if listens else None
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                if pause:
                    await asyncio.sleep(pause)
            if listening is not None:
                await listening
        except OSError:
            heard["cut off"] += 1
        finally:
            writer.transport.abort()
            if listening is not None:
                listening.cancel()


async def _listen(reader: asyncio.StreamReader, heard: Counter[str]) -> None:
    with contextlib.suppress(OSError, ValueError):
        while line := await reader.readline():
            if line[3:4] == b" ":
                heard[line[:3].decode("ascii", "replace")] += 1
