"""Fixtures: who takes our mail, played or as a real SMTP server on 127.0.0.1."""

import contextlib
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from inboxd.outgoing.transmit import Outcome, Parcel, Reply


@dataclass(slots=True)
class Transport:
    """Stands where the network stands: answers with ``replies`` in turn (the last one for good), keeps every parcel."""

    replies: list[Reply] = field(default_factory=lambda: [Reply(Outcome.SENT, "250 OK")])
    parcels: list[Parcel] = field(default_factory=list)

    def __call__(self, parcel: Parcel) -> Reply:
        """Keep the parcel and say what is next to be said."""
        self.parcels.append(parcel)
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@pytest.fixture
def transport() -> Transport:
    """A transport that says what the test tells it to."""
    return Transport()


@dataclass(slots=True)
class Sink:
    """A real SMTP server on 127.0.0.1: ``got`` holds (MAIL FROM, RCPT TO, bytes); ``says`` overrides its replies."""

    port: int
    got: list[tuple[str, tuple[str, ...], bytes]] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)
    options: list[list[str]] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take or refuse the sender."""
        self.options.append(options)
        envelope.mail_from = address
        return self.says.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        reply = self.says.get(address, self.says.get("RCPT", "250 OK"))
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take or refuse the mail."""
        reply = self.says.get("DATA", "250 2.0.0 queued")
        if reply.startswith("2"):
            self.got.append((envelope.mail_from, tuple(envelope.rcpt_tos), envelope.original_content))
        return reply


@pytest.fixture
def sink() -> Iterator[Callable[..., Sink]]:
    """A factory of SMTP servers; keyword arguments go to aiosmtpd (``tls_context``, ``auth_callback`` …)."""
    with contextlib.ExitStack() as stack:

        def make(**options: Any) -> Sink:
            peer = Sink(free_port())
            controller = Controller(peer, hostname="127.0.0.1", port=peer.port, ready_timeout=10, **options)
            controller.start()
            stack.callback(controller.stop)
            return peer

        yield make


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
