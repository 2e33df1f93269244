r"""The text of a mail as it comes after DATA (RFC 5321 4.1.1.4): only ``<CRLF>.<CRLF>`` ends it.

Read in pieces as large as they come and never by the line: a mail of 35 million empty lines costs no more than any
other. ``<LF>.<LF>`` and what else careless servers take for an end is text like any other (SMTP smuggling,
https://sec-consult.com/blog/detail/smtp-smuggling-spoofing-e-mails-worldwide/).
"""

import asyncio
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
    text, came, refused = bytearray(), 0, None
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
                text += piece
        if refused is not None and not ended and came > _PATIENCE * room.max_size:
            raise TextError(too_large=refused.too_large, endless=True)
    if refused is not None:
        raise refused
    return _transparent(text)


async def _piece(reader: asyncio.StreamReader) -> tuple[bytes, bool]:
    """Return what has come, and whether it is the last of the text."""
    try:
        return await reader.readuntil(_END), True
    except asyncio.LimitOverrunError as error:
        # As much as cannot be the beginning of the end.
        return await reader.read(error.consumed), False


def _transparent(text: bytearray) -> bytes:
    """Take away the end, the line end that is ours, and the dot each line that began with one was given (RFC 5321 4.5.2)."""
    del text[len(text) - len(_END) + len(_LINE_END) :]
    if _LINE_END + b"." in text:
        text = text.replace(_LINE_END + b".", _LINE_END)
    with memoryview(text) as view:
        return bytes(view[len(_LINE_END) :])
