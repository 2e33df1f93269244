r"""The text of a mail as it comes after DATA (RFC 5321 4.1.1.4): only ``<CRLF>.<CRLF>`` ends it.

Read in pieces as large as they come and never by the line: a mail of 35 million empty lines costs no more than any
other. ``<LF>.<LF>`` and what else careless servers take for an end is text like any other (SMTP smuggling,
https://sec-consult.com/blog/detail/smtp-smuggling-spoofing-e-mails-worldwide/).
"""

import asyncio
import io
from collections.abc import Callable
from dataclasses import dataclass

_END = b"\r\n.\r\n"
_LINE_END = b"\r\n"
# Beyond twice of what we said we take (RFC 1870), nobody waits for the end to be told no.
_PATIENCE = 2


@dataclass(frozen=True, slots=True)
class Room:
    """How much text is taken: ``max_size`` octets; ``hold`` is asked for more room, ``came`` told of every piece."""

    max_size: int
    hold: Callable[[int], bool]
    came: Callable[[int], None]


class TextError(Exception):
    """The text was not kept. The end has been read, unless ``endless``."""

    def __init__(self, *, too_large: bool, endless: bool = False) -> None:
        super().__init__("too large" if too_large else "no room")
        self.too_large = too_large
        self.endless = endless


async def read_text(reader: asyncio.StreamReader, room: Room) -> bytes:
    """Return the text without its end and its added dots. Raises ``TextError`` when it is too large or has no room."""
    # RFC 5321 4.1.1.4: the CRLF of the DATA command is the first half of an end, so an empty text is one dot.
    reader._buffer[:0] = _LINE_END  # type: ignore[attr-defined]  # noqa: SLF001  as aiosmtpd does; there is no public way
    text, came, refused = _Text(), 0, None
    ended = False
    while not ended:
        piece, ended = await _piece(reader)
        came += len(piece)
        room.came(came)
        if refused is None:
            # The line end that is ours and the end are no text.
            too_large = came - (len(_END) if ended else len(_LINE_END)) > room.max_size
            if too_large or not room.hold(len(piece)):
                refused = TextError(too_large=too_large)
                text.clear()
            else:
                text.add(piece, ended=ended)
        if refused is not None and not ended and came > _PATIENCE * room.max_size:
            raise TextError(too_large=refused.too_large, endless=True)
    if refused is not None:
        raise refused
    return text.taken()


async def _piece(reader: asyncio.StreamReader) -> tuple[bytes, bool]:
    """Return what has come, and whether it is the last of the text."""
    try:
        return await reader.readuntil(_END), True
    except asyncio.LimitOverrunError as error:
        # As much as cannot be the beginning of the end.
        return await reader.read(error.consumed), False


class _Text:
    """A text as it grows: without our line end, its end, and the dot each line that began with one was given (RFC 5321 4.5.2).

    Nothing of it is ever copied as a whole: what was written is what is taken (``io.BytesIO``).
    """

    def __init__(self) -> None:
        self._written = io.BytesIO()
        # What may be the first half of a line end and a dot, until what follows has come.
        self._held = b""
        self._ours = len(_LINE_END)

    def add(self, piece: bytes, *, ended: bool) -> None:
        """Take what has come; the last piece has the end of the text."""
        data = self._held + piece
        if ended:
            data = data[: len(data) - len(_END) + len(_LINE_END)]
        whole = len(data) if ended else len(data.removesuffix(b"\r").removesuffix(_LINE_END))
        self._held = data[whole:]
        transparent = data[:whole].replace(_LINE_END + b".", _LINE_END)
        self._written.write(transparent[self._ours :])
        self._ours = max(self._ours - len(transparent), 0)

    def clear(self) -> None:
        """Let go of what has come."""
        self._written, self._held = io.BytesIO(), b""

    def taken(self) -> bytes:
        """Return the text."""
        return self._written.getvalue()
