"""Who connects stands here first: whoever may not come in hears so before anything is built for him."""

import asyncio
from collections.abc import Callable
from typing import cast

from inboxd import maillog
from inboxd.intake.smtp_gate import Gate, network_of
from inboxd.intake.smtp_protocol import DeskSMTP


class Doorway(asyncio.Protocol):
    """The first moment of a connection: refused with a line, or handed over to the protocol ``build`` returns."""

    def __init__(self, gate: Gate, build: Callable[[], DeskSMTP]) -> None:
        self._gate = gate
        self._build = build

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask the gate (a connection costs aiosmtpd a millisecond before its first octet is read)."""
        address = str((transport.get_extra_info("peername") or ("",))[0])
        peer = network_of(address)
        refusal = self._gate.enter(peer)
        if refusal:
            if self._gate.is_news(peer):
                maillog.refused(address, 421, refusal[4:])
            cast("asyncio.Transport", transport).write(refusal.encode("ascii") + b"\r\n")
            transport.close()
            return
        protocol = self._build()
        cast("asyncio.Transport", transport).set_protocol(protocol)
        protocol.connection_made(transport)
