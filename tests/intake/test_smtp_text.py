import asyncio
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.intake.smtp_text import Room, TextError, read_text

_MOST = 1_000_000
_NOT_THE_END = [
    b"\n.\n",
    b"\r\n.\n",
    b"\n.\r\n",
    b"\r.\r",
    b"\r.\r\n",
    b"\r\n.\r",
    b"\n.\r",
    b"\r\n..\r\n",
    b"\x00.\r\n",
]


def read(
    *pieces: bytes, max_size: int = _MOST, limit: int = 64, room: int = 10**9, end: bool = True
) -> tuple[bytes, bytes]:
    """Return the text that is read from what comes in these pieces, and what is left for the next command."""

    async def run() -> tuple[bytes, bytes]:
        reader, held = asyncio.StreamReader(limit=limit), 0

        def hold(octets: int) -> bool:
            nonlocal held
            held += octets
            return held <= room

        async def feed() -> None:
            for piece in pieces:
                reader.feed_data(piece)
                await asyncio.sleep(0)
            if end:
                reader.feed_eof()

        feeding = asyncio.create_task(feed())
        text = await read_text(reader, Room(max_size, hold, lambda _octets: None))
        await feeding
        return text, await reader.read()

    return asyncio.run(run())


def stuffed(text: bytes) -> bytes:
    """Return a text as a client sends it (RFC 5321 4.5.2), with its end."""
    lines = text.split(b"\r\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b".\r\n"


@given(
    st.lists(
        st.sampled_from([b"a", b".", b"..", b"\r", b"\n", b"\r\n", b"\r\n.", b"x" * 90, b"\n.\n"]),
        max_size=30,
    ),
    st.integers(1, 70),
)
@settings(max_examples=150, deadline=None)
def test_what_is_sent_is_what_is_read(parts: list[bytes], size: int) -> None:
    """Whatever the text and however it is cut on its way: every octet of it comes, and not one of what follows."""
    text = b"".join(parts) + b"\r\n"
    sent = stuffed(text) + b"QUIT\r\n"
    assert read(*(sent[at : at + size] for at in range(0, len(sent), size))) == (text, b"QUIT\r\n")


def test_an_empty_text_is_one_dot() -> None:
    """The line end of DATA itself begins the end (RFC 5321 4.1.1.4)."""
    assert read(b".\r\n", b"NOOP\r\n") == (b"", b"NOOP\r\n")


@pytest.mark.parametrize("sequence", _NOT_THE_END)
def test_nothing_else_is_an_end(sequence: bytes) -> None:
    """What careless servers take for an end is text like any other: no second mail hides behind it."""
    hidden = b"MAIL FROM:<ada@acme.test>\r\n"
    text, rest = read(b"one" + sequence + hidden + b"\r\n.\r\n", limit=1024)
    assert hidden in text
    assert rest == b""


def test_no_size_too_many_and_none_too_few() -> None:
    """A text of exactly the size is taken, one octet more is not, wherever the pieces are cut."""
    for size in (10, 64, 65, 200):
        text = b"x" * (size - 2) + b"\r\n"
        assert read(text + b".\r\n", max_size=size)[0] == text
        with pytest.raises(TextError, match="too large"):
            read(b"x" + text + b".\r\n", max_size=size)


def test_the_end_of_a_large_text_is_read() -> None:
    """A text that is not kept is read to its end, so that the next command is one (RFC 5321 4.2.5)."""

    async def run() -> bytes:
        reader = asyncio.StreamReader(limit=64)
        reader.feed_data(b"x" * 150 + b"\r\n.\r\nNOOP\r\n")
        reader.feed_eof()
        with pytest.raises(TextError) as raised:
            await read_text(reader, Room(100, lambda _octets: True, lambda _octets: None))
        assert not raised.value.endless
        return await reader.read()

    assert asyncio.run(run()) == b"NOOP\r\n"


def test_a_text_without_end_is_cut_off() -> None:
    """Twice the size is enough: whoever goes on is not listened to any longer."""
    with pytest.raises(TextError) as raised:
        read(b"x" * 1000, max_size=100, end=False)
    assert raised.value.endless


def test_without_room_it_is_later_not_never() -> None:
    """Where there is no room the text is read and thrown away, and it is not its size that was wrong."""
    with pytest.raises(TextError) as raised:
        read(b"x" * 1000 + b"\r\n.\r\n", room=500)
    assert not raised.value.too_large


def test_many_short_lines_cost_no_more_than_long_ones() -> None:
    """A million empty lines take a few times their octets: no object is made of each (aiosmtpd took 60 times as much)."""
    text = b"\r\n" * 1_000_000
    tracemalloc.start()
    try:
        got, _ = read(text, b".\r\n", max_size=3_000_000, limit=65_536)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert got == text
    assert peak < 6 * len(text)
