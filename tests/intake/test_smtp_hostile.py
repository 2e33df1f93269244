"""What a port that faces the world must bear: here with small limits, in benchmarks/hostile_load.py with the real ones."""

import datetime as dt
import smtplib
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile_peers import (
    OWN,
    RAW,
    SUPPORT,
    Taken,
    all_gone,
    connect,
    deliver,
    free_port,
    greeting,
    read_until,
    until_closed,
    wait_for,
)

from inboxd.configintake import GateLimits
from inboxd.core.limits import Window
from inboxd.intake.smtp import SmtpIntake, make_controller
from inboxd.store.accepting import Accepted

_LIMITS = GateLimits(
    connections=6,
    connections_per_peer=3,
    arrivals_per_peer=Window(dt.timedelta(minutes=5), 40),
    memory=400_000,
)


Serve = Callable[..., int]


@pytest.fixture
def taken() -> Taken:
    """Where the mails arrive."""
    return Taken()


@pytest.fixture
def serve(taken: Taken) -> Iterator[Serve]:
    """Start a server with small limits; return its port."""
    running: list[Any] = []

    def begin(*, timeout: float = 20.0, max_size: int = 100_000, limits: GateLimits = _LIMITS) -> int:
        port = free_port()
        intake = SmtpIntake(OWN, taken, max_recipients=100)
        controller = make_controller(
            intake,
            host="127.0.0.1",
            port=port,
            max_size=max_size,
            timeout=timeout,
            ident="acme.test",
            limits=limits,
        )
        controller.start()
        running.append(controller)
        return port

    yield begin
    for controller in running:
        wait_for(lambda: all_gone(controller))  # noqa: B023  asked at once
        controller.stop()


def test_too_many_connections_of_one_peer(serve: Serve) -> None:
    """The fourth connection hears 421 and is closed; another peer is served meanwhile; the place of one that left is free."""
    port = serve()
    inside = [connect(port) for _ in range(3)]
    assert [client.recv(3) for client in inside] == [b"220"] * 3
    with connect(port) as fourth:
        assert until_closed(fourth).startswith(b"421 4.7.0 ")
    assert deliver(port)[0] == 250
    inside.pop().close()
    wait_for(lambda: greeting(port, "127.0.0.1") == b"220")
    for client in inside:
        client.close()


def test_too_many_connections_of_all(serve: Serve) -> None:
    """Beyond what all may have together everybody hears 421 4.3.2."""
    port = serve()
    inside = [connect(port, f"127.0.0.{number}") for number in range(2, 8)]
    assert [client.recv(3) for client in inside] == [b"220"] * 6
    assert greeting(port, "127.0.0.9") == b"421"
    for client in inside:
        client.close()
    wait_for(lambda: greeting(port, "127.0.0.9") == b"220")


def test_coming_back_too_often(serve: Serve) -> None:
    """Whoever connects again and again hears 421; nobody else does."""
    port = serve()
    said = [greeting(port, "127.0.0.2") for _ in range(45)]
    assert said[-1] == b"421"
    assert deliver(port)[0] == 250


def test_ten_thousand_recipients(serve: Serve, taken: Taken) -> None:
    """A hundred are taken, of the rest the sender hears 452 some hundred times and then 421; no memory is spent on them."""
    port = serve()
    with connect(port) as client:
        client.sendall(
            b"EHLO x\r\nMAIL FROM:<eve@sand.example>\r\n" + b"RCPT TO:<support@acme.test>\r\n" * 10_000
        )
        said = until_closed(client).splitlines()
    assert sum(line.startswith(b"250 2.1.5") for line in said) == 100
    assert sum(line.startswith(b"452 4.5.3") for line in said) < 1100
    assert said[-1].startswith(b"421 4.7.0")
    assert taken.arrivals == []
    assert deliver(port)[0] == 250


def test_errors_without_end(serve: Serve) -> None:
    """After twenty errors the connection ends: guessing addresses is slow work."""
    port = serve()
    with connect(port) as client:
        client.sendall(b"EHLO x\r\nMAIL FROM:<eve@sand.example>\r\n" + b"RCPT TO:<guess@acme.test>\r\n" * 100)
        said = until_closed(client)
    assert said.count(b"550 5.1.1") == 20
    assert said.splitlines()[-1].startswith(b"421 4.7.0")


def test_a_mail_wipes_the_slate(serve: Serve, taken: Taken) -> None:
    """A sender of many mails with an error in each goes on for ever."""
    port = serve()
    with smtplib.SMTP("127.0.0.1", port, "mx.example", 20) as client:
        for _ in range(30):
            refused = client.sendmail("eve@sand.example", [SUPPORT, "guess@acme.test"], RAW)
            assert list(refused) == ["guess@acme.test"]
    assert len(taken.arrivals) == 30


def test_pipelining(serve: Serve, taken: Taken) -> None:
    """Commands in one piece (RFC 2920), a text among them: two mails, each answer in its order."""
    port = serve()
    one = b"MAIL FROM:<eve@sand.example>\r\nRCPT TO:<support@acme.test>\r\nDATA\r\n" + RAW + b".\r\n"
    with connect(port) as client:
        client.sendall(b"EHLO x\r\n" + one + one + b"QUIT\r\n")
        codes = [line[:3] for line in until_closed(client).splitlines() if line[3:4] == b" "]
    assert codes == [b"220", b"250", *[b"250", b"250", b"354", b"250"] * 2, b"221"]
    assert [one.raw for one in taken.arrivals] == [RAW, RAW]


@pytest.mark.parametrize("ending", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n", b"\r\n\x00.\r\n"])
def test_smuggling(serve: Serve, taken: Taken, ending: bytes) -> None:
    """What is no <CRLF>.<CRLF> ends nothing: one mail, with the forged one as its text, and no answer to hidden commands."""
    port = serve()
    hidden = (
        b"MAIL FROM:<ada@acme.test>\r\nRCPT TO:<support@acme.test>\r\nDATA\r\nSubject: forged\r\n\r\n#solved"
    )
    with connect(port) as client:
        client.sendall(b"EHLO x\r\nMAIL FROM:<eve@sand.example>\r\nRCPT TO:<support@acme.test>\r\nDATA\r\n")
        client.sendall(RAW + ending + hidden + b"\r\n.\r\nQUIT\r\n")
        said = until_closed(client)
    assert (said.count(b"354"), said.count(b"250 2.0.0")) == (1, 1)
    assert [one.reverse_path for one in taken.arrivals] == ["eve@sand.example"]
    assert hidden in taken.arrivals[0].raw


def test_oversized_lines_and_mails(serve: Serve, taken: Taken) -> None:
    """A command of a megabyte is 500, a mail that is too large 552, one of three times that is cut off; a long line is taken."""
    port = serve()
    with smtplib.SMTP("127.0.0.1", port, "mx.example", 20) as client:
        client.ehlo()
        assert client.docmd("NOOP " + "x" * 1_000_000)[0] == 500
        client.mail("eve@sand.example")
        client.rcpt(SUPPORT)
        assert client.data(b"x" * 150_000) == (552, b"5.3.4 Message larger than this server takes")
        assert client.sendmail("eve@sand.example", [SUPPORT], b"x" * 90_000 + b"\r\n") == {}
    with connect(port) as endless:
        endless.sendall(b"EHLO x\r\nMAIL FROM:<eve@sand.example>\r\nRCPT TO:<support@acme.test>\r\nDATA\r\n")
        endless.sendall(b"x" * 400_000)
        assert b"552 5.3.4" in until_closed(endless)
    assert len(taken.arrivals) == 1


def test_mails_without_end_of_one_peer(serve: Serve, taken: Taken) -> None:
    """While one peer holds all the room it may, his next mail is 452, and the mail of another is taken."""
    port = serve(max_size=200_000, limits=_LIMITS)
    taken.open = False
    holding = connect(port)
    head = b"MAIL FROM:<eve@sand.example>\r\nRCPT TO:<support@acme.test>\r\nDATA\r\n"
    holding.sendall(b"EHLO x\r\n" + head + b"x" * 150_000 + b"\r\n.\r\n")
    wait_for(lambda: len(taken.arrivals) == 1)
    taken.open = True
    assert deliver(port, "127.0.0.1", b"x" * 150_000)[0] == 452
    assert deliver(port, "127.0.0.1", b"x" * 20_000)[0] == 250
    assert deliver(port, "127.0.0.2", b"x" * 150_000)[0] == 250
    taken.waiting[0].set_result(Accepted(1, duplicate=False))
    assert b"250 2.0.0" in read_until(holding, b"250 2.0.0")
    holding.close()
    wait_for(lambda: deliver(port, "127.0.0.1", b"x" * 150_000)[0] == 250)


@pytest.mark.parametrize(
    "said", [b"", b"EHLO x\r\nMAIL FROM:<eve@sand.example>\r\nRCPT TO:<support@acme.test>\r\nDATA\r\nSubj"]
)
def test_slow_clients(serve: Serve, said: bytes) -> None:
    """Whoever says nothing, or an octet now and then, hears 421 when his time is over; others are served meanwhile."""
    port = serve(timeout=0.6)
    with connect(port) as slow:
        slow.sendall(said)
        assert deliver(port)[0] == 250
        began = time.monotonic()
        slow.settimeout(0.05)
        heard = b""
        while b"421 4.4.2" not in heard and time.monotonic() - began < 10:
            try:
                heard += slow.recv(65_536)
                slow.sendall(b"e" if said else b"")
            except TimeoutError:
                slow.sendall(b"e" if said else b"")
    assert b"421 4.4.2 Too slow" in heard


def test_whoever_reads_nothing_is_cut_off(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer that sends commands and never reads the answers loses its place: what cannot be said is not waited for."""
    monkeypatch.setattr("inboxd.intake.smtp_protocol._LAST_WORD_SECONDS", 0.2)
    port = serve(timeout=0.5, limits=GateLimits(connections=1))
    with connect(port) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        deaf.settimeout(0.2)
        try:
            while True:
                deaf.sendall(b"EHLO x\r\n" * 1000)
        except OSError:
            pass
        wait_for(lambda: greeting(port, "127.0.0.9") == b"220")


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts open files through /proc")
def test_whoever_is_gone_at_once_leaves_nothing(serve: Serve) -> None:
    """Connections that end before they are greeted keep no file open (aiosmtpd kept each until its time was over)."""
    port = serve(limits=GateLimits())
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(100):
        connect(port).close()
    wait_for(lambda: len(list(Path("/proc/self/fd").iterdir())) <= before)
