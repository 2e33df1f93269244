"""Commands in groups (RFC 2920), and the time a peer has for each."""

import contextlib
import smtplib
import socket
import time
from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from inboxd.core.own_addresses import OwnAddresses
from inboxd.intake.accept import Arrival
from inboxd.intake.group_commit import GroupCommit
from inboxd.intake.smtp import SmtpIntake, make_controller
from inboxd.store.accepting import Accepted

SUPPORT = "support@acme.test"
CARLA = "carla@customer.test"


class Yes(GroupCommit):
    """Says yes to everything at once."""

    def __init__(self) -> None:
        """Keep nothing."""

    def submit(self, arrival: Arrival) -> "Future[Accepted]":  # noqa: ARG002  the signature is GroupCommit's
        """Say yes."""
        future: Future[Accepted] = Future()
        future.set_result(Accepted(1, duplicate=False))
        return future


@contextlib.contextmanager
def served(timeout: float) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    intake = SmtpIntake(OwnAddresses(frozenset({SUPPORT})), Yes(), max_recipients=3)
    controller = make_controller(
        intake, host="127.0.0.1", port=port, max_size=10_000, timeout=timeout, ident="acme.test"
    )
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.fixture
def port() -> Iterator[int]:
    """The port of a server that takes every mail."""
    with served(20.0) as port:
        yield port


def connect(port: int) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", port, "mx.customer.test", timeout=20)


def test_replies_to_a_group_of_commands_come_in_one_piece(port: int) -> None:
    """EHLO offers PIPELINING, and MAIL, RCPT and DATA sent together are answered together (RFC 2920 3.2)."""
    with contextlib.closing(connect(port)) as client:
        client.ehlo()
        assert client.has_extn("pipelining")
        socket_of(client).sendall(f"MAIL FROM:<{CARLA}>\r\nRCPT TO:<{SUPPORT}>\r\nDATA\r\n".encode())
        assert socket_of(client).recv(65_536).count(b"\r\n") == 3
        client.send(b"x\r\n.\r\n")
        assert client.getreply()[0] == 250


@pytest.mark.parametrize("rest", [b"", b"RCPT TO:<supp", b"RCPT TO:<nobody@acme.test>\r\nRC"])
def test_no_reply_waits_for_what_is_not_there_yet(port: int, rest: bytes) -> None:
    """A peer that waits for an answer before it says more, or in the middle of a line, gets it (RFC 2920 3.2)."""
    with contextlib.closing(connect(port)) as client:
        client.ehlo()
        socket_of(client).sendall(f"MAIL FROM:<{CARLA}>\r\n".encode() + rest)
        socket_of(client).settimeout(10)
        heard = b""
        while heard.count(b"\r\n") < 1 + rest.count(b"\r\n"):
            heard += socket_of(client).recv(65_536)
        assert heard.startswith(b"250 ")


def socket_of(client: smtplib.SMTP) -> socket.socket:
    assert client.sock is not None
    return client.sock


def test_who_goes_on_in_time_is_never_cut_off() -> None:
    """Each command gives its peer the whole time anew, though the timer behind it is not set anew each time."""
    with served(0.8) as port, contextlib.closing(connect(port)) as client:
        until = time.monotonic() + 2.0
        while time.monotonic() < until:
            assert client.noop()[0] == 250
            # The time of a silent peer cannot be had from a made-up clock: the server's loop has its own.
            socket_of(client).settimeout(0.1)
            with contextlib.suppress(TimeoutError):
                assert socket_of(client).recv(1) == b""
            socket_of(client).settimeout(20)
        client.file = None  # smtplib makes it anew
        socket_of(client).settimeout(10)
        assert b"421 4.4.2 Too slow" in socket_of(client).recv(65_536)
