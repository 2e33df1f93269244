"""aiosmtpd's protocol for a port that faces the world: counted, patient with the slow, short with the hostile.

What is bounded: connections and mails per peer and over all, octets of mails on the way, commands and errors without a
mail, the time a text may take, and the time a peer gets to read our last line.
"""

import asyncio
import contextlib
import math
import re
import sys
from collections.abc import Iterator
from typing import Any, AnyStr, cast

from aiosmtpd.smtp import SMTP, Envelope, Session, TLSSetupException, syntax

from inboxd import maillog
from inboxd.intake.smtp_gate import FREE_OCTETS, TOO_MANY_MAILS, Gate, network_of
from inboxd.intake.smtp_text import Room, TextError, read_text

# RFC 1870 6.3 and RFC 3463 X.3.4: message too big for system; X.3.1: mail system full.
TOO_LARGE = "552 5.3.4 Message larger than this server takes"
# RFC 5321 4.5.3.1.10.
TOO_MANY_RECIPIENTS = "452 4.5.3 Too many recipients"
# RFC 3207 4.2: a client must not ask for TLS within TLS.
TLS_ALREADY = "503 5.5.1 TLS is there already"
NO_ROOM = "452 4.3.1 Too much mail at once, please try again later"
# RFC 5321 3.8: 421 says that the connection ends now. RFC 3463 X.4.2: bad connection.
TOO_SLOW = "421 4.4.2 Too slow, goodbye"
TOO_MANY_ERRORS = "421 4.7.0 Too many errors, goodbye"
TOO_MANY_COMMANDS = "421 4.7.0 Too many commands without a mail, goodbye"

# Between two mails: Postfix's smtpd_hard_error_limit, and its smtpd_recipient_overshoot_limit.
_MOST_ERRORS = 20
_MOST_COMMANDS = 1000
# A text may come in the time of a silent connection, and in a second more for each of these.
_OCTETS_A_SECOND = 10_000
# Whoever asks for TLS has it by then, or never.
_HANDSHAKE_SECONDS = 30.0
# A peer that reads nothing gets so long for what we said last; then the connection is cut.
_LAST_WORD_SECONDS = 5.0
_SHORTEST = 0.001
_NEVER = math.inf
# Whoever pipelines (RFC 2920) lets the others have their turn after so many replies, and hears no more than this at once.
_TURN = 16
_MOST_UNSAID = 4096
_MOST_AT_ONCE = 16 * 1024
# What nearly all addresses look like (RFC 5321 4.1.2 Mailbox of dot-strings); aiosmtpd's parser takes half a millisecond.
_PLAIN = re.compile(
    r"<([\w!#$%&'*+/=?^`{|}~-]{1,64}(?:\.[\w!#$%&'*+/=?^`{|}~-]{1,64}){0,30}@"
    r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,30})>(.*)",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)
_LONGEST_LOCAL_PART = 64


class DeskSMTP(SMTP):
    """One connection, which ``gate`` counted in and must count out; ``most_recipients`` are the commands one mail may well need."""

    # What of a command is held before its line ends; texts have no lines here (smtp_text.py).
    line_length_limit = FREE_OCTETS

    def __init__(self, handler: Any, *, gate: Gate, most_recipients: int, **options: Any) -> None:
        super().__init__(handler, **options)
        self._gate = gate
        self._most_recipients = most_recipients
        self._most_commands = _MOST_COMMANDS + most_recipients
        self._errors = 0
        self._commands = 0
        self._inside = True
        self._network = ""
        # What is to be said in one piece with the next reply, and whether a command is in work that allows it.
        self._unsaid = b""
        self._in_group = False
        self._deadline = self._timer_at = _NEVER

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin. Of each connection a little is read at a time, so that one that floods is no more than one of many."""
        # asyncio's own transport reads 256 kB at once; TLS has another, which keeps what it has.
        if hasattr(transport, "max_size"):
            transport.max_size = _MOST_AT_ONCE
        super().connection_made(transport)
        self._network = network_of(address_of(self.session))

    async def push(self, status: AnyStr) -> None:
        """Say a line; end the connection of whoever does nothing but errors or commands."""
        if self.transport is None:
            return
        said = status.encode("utf-8") if isinstance(status, str) else status
        self._unsaid += said + b"\r\n"
        self._commands += 1
        # Ours (4yz) are no errors of his.
        self._errors += said.startswith(b"5")
        if self._errors >= _MOST_ERRORS:
            self._end(TOO_MANY_ERRORS)
        elif self._commands >= self._most_commands:
            self._end(TOO_MANY_COMMANDS)
        elif not self._may_wait():
            self._say()
            await self._writer.drain()
        if self._commands % _TURN == 0:
            await asyncio.sleep(0)

    def _may_wait(self) -> bool:
        """Return whether replies go out with the next one, as those to MAIL and RCPT should (RFC 2920 3.2).

        Never when that was all the peer has asked for by now: he may wait for it before he says more.
        """
        pipelined = self._in_group and b"\n" in self._reader._buffer  # type: ignore[attr-defined]  # noqa: SLF001  no public way
        return pipelined and len(self._unsaid) < _MOST_UNSAID

    def _say(self) -> None:
        said, self._unsaid = self._unsaid, b""
        self._writer.write(said)

    @syntax("STARTTLS", when="tls_context")
    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802  aiosmtpd's name
        """Go over to TLS (RFC 3207), soon or not at all: a handshake nobody ends must not keep a place for minutes."""
        if self.session is not None and self.session.ssl is not None:
            await self.push(TLS_ALREADY)
            return
        self._reset_timeout(min(_HANDSHAKE_SECONDS, self._timeout_duration))
        try:
            await super().smtp_STARTTLS(arg)
        except TLSSetupException as error:
            if self._gate.is_news(self._network):
                maillog.refused(address_of(self.session), 454, f"no TLS: {error.__cause__}")
            raise

    @syntax("MAIL FROM: <address>", extended=" [SP <mail-parameters>]")
    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802  aiosmtpd's name
        """Begin a mail, unless its peer has sent more than anybody needs to lately: then not now (RFC 5321 4.2.2)."""
        with self._group():
            if self._gate.may_send(self._network):
                await super().smtp_MAIL(arg)
                return
            if self._gate.is_news(self._network):
                maillog.refused(address_of(self.session), 450, TOO_MANY_MAILS[4:])
            await self.push(TOO_MANY_MAILS)

    @syntax("RCPT TO: <address>", extended=" [SP <mail-parameters>]")
    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802  aiosmtpd's name
        """Take a recipient; one too many (RFC 5321 4.5.3.1.10) is told so before anybody reads who it is."""
        envelope = self.envelope
        with self._group():
            if envelope is not None and len(envelope.rcpt_tos) >= self._most_recipients:
                await self.push(TOO_MANY_RECIPIENTS)
            else:
                await super().smtp_RCPT(arg)

    @contextlib.contextmanager
    def _group(self) -> Iterator[None]:
        self._in_group = True
        try:
            yield
        finally:
            self._in_group = False

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  aiosmtpd's name
        """Take the text of a mail and hand it on (RFC 5321 4.1.1.4)."""
        if await self.check_helo_needed() or await self.check_auth_needed("DATA"):
            return
        envelope = cast("Envelope", self.envelope)
        if not envelope.rcpt_tos:
            # RFC 5321 4.1.1.4 allows 503 or 554 where no recipient was accepted.
            await self.push("503 5.5.1 Error: need RCPT command")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        self._gate.sends(self._network)
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        await self.push(await self._take(envelope))

    async def _take(self, envelope: Envelope) -> str:
        peer, held, began = self._network, 0, self.loop.time()

        def hold(octets: int) -> bool:
            nonlocal held
            if held + octets > FREE_OCTETS and not self._gate.hold(peer, octets):
                return False
            held += octets
            return True

        def came(octets: int) -> None:
            left = began + self._timeout_duration + octets / _OCTETS_A_SECOND - self.loop.time()
            self._reset_timeout(max(min(left, self._timeout_duration), _SHORTEST))

        try:
            room = Room(self.data_size_limit or sys.maxsize, hold, came)
            envelope.content = envelope.original_content = await read_text(self._reader, room)
            said: str = await self._call_handler_hook("DATA")
        except TextError as error:
            said = TOO_LARGE if error.too_large else NO_ROOM
            if error.endless:
                self._end(said)
        else:
            self._errors = self._commands = 0
        finally:
            self._gate.let_go(peer, held)
            self._set_post_data_state()  # type: ignore[no-untyped-call]  # aiosmtpd says nothing of it
            self._reset_timeout()
        return said

    async def _handle_client(self) -> None:
        try:
            await super()._handle_client()
        finally:
            self._leave()

    def eof_received(self) -> bool:
        """Close: aiosmtpd would leave that to its handler, which never runs for whoever is gone before he was greeted."""
        super().eof_received()
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """Give the place back: who is gone before he was greeted was never handled."""
        super().connection_lost(error)
        self._leave()

    def _leave(self) -> None:
        if self._inside:
            self._inside = False
            self._gate.leave(self._network)

    def _end(self, line: str) -> None:
        """Say a last line and do nothing more of what the peer has already asked for."""
        transport = cast("asyncio.Transport | None", self.transport)
        if transport is None:
            return
        maillog.refused(address_of(self.session), int(line[:3]), line[4:])
        self._unsaid += _line(line)
        self._say()
        if transport.can_write_eof():
            transport.write_eof()
            transport.set_protocol(_Unheard())
            transport.resume_reading()
        else:
            transport.close()
        # The writer closes what it writes to when nobody has it any more.
        self.loop.call_later(_LAST_WORD_SECONDS, _cut, transport, self._writer)
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()
        # This is what aiosmtpd looks at before each command.
        self.transport = None

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        plain = _PLAIN.fullmatch(arg)
        if plain is None or plain[1].index("@") > _LONGEST_LOCAL_PART:
            address: tuple[str | None, str | None] = super()._getaddr(arg)
            return address
        return plain[1], plain[2]

    def _reset_timeout(self, duration: float | None = None) -> None:
        """Give the peer so many seconds from now. The timer is left as it is where it ends before: it looks again then."""
        self._deadline = self.loop.time() + (duration or self._timeout_duration)
        if self._timer_at > self._deadline:
            if self._timeout_handle is not None:
                self._timeout_handle.cancel()
            self._set_timer()

    def _set_timer(self) -> None:
        self._timer_at = self._deadline
        self._timeout_handle = self.loop.call_at(self._deadline, self._look_at_clock)

    def _look_at_clock(self) -> None:
        self._timer_at = _NEVER
        if self.loop.time() < self._deadline:
            self._set_timer()
        else:
            self._timeout_cb()

    def _timeout_cb(self) -> None:
        """Hang up; also on a peer that reads nothing, and in a handshake that nobody ends."""
        transport = cast("asyncio.Transport | None", self.transport)
        if transport is not None:
            transport.write(self._unsaid + _line(TOO_SLOW))
            transport.close()
            self.loop.call_later(_LAST_WORD_SECONDS, _cut, transport, self._handler_coroutine)


class _Unheard(asyncio.Protocol):
    """Whatever still comes is thrown away. Closing with octets unread sends RST, and the peer never sees why."""


def _cut(transport: asyncio.Transport, kept: object) -> None:
    """End a connection whose peer does not, and whoever still waits for him."""
    transport.abort()
    if isinstance(kept, asyncio.Task):
        kept.cancel()


def _line(said: str) -> bytes:
    return said.encode("ascii") + b"\r\n"


def address_of(session: Session | None) -> str:
    """Return the address of a peer; empty when nobody knows it."""
    return str(session.peer[0]) if session is not None and session.peer else ""
