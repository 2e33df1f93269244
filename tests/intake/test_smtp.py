import datetime as dt
import logging
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future

import pytest
from sqlalchemy import Engine

from inboxd.clock import fixed_clock
from inboxd.core.own_addresses import OwnAddresses
from inboxd.errors import TransientError
from inboxd.intake.accept import Arrival
from inboxd.intake.group_commit import GroupCommit
from inboxd.intake.smtp import SmtpController, SmtpIntake, make_controller
from inboxd.loops import Stop, start_loop
from inboxd.store import mails
from inboxd.store.accepting import Accepted
from inboxd.store.engine import read
from inboxd.store.mails import StoredMail

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
MAX_SIZE = 200_000
SUPPORT = "support@acme.test"
CARLA = "carla@customer.test"
RAW = b"From: carla@customer.test\r\nSubject: Export\r\n\r\nHow?\r\n.hidden dot\r\n"
OWN = OwnAddresses(frozenset({SUPPORT, "help@acme.test"}))

Start = Callable[[GroupCommit], int]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start the server in front of something that commits; return its port."""
    running: list[SmtpController] = []

    def begin(commit: GroupCommit) -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        intake = SmtpIntake(OWN, commit, max_recipients=3)
        controller = make_controller(
            intake, host="127.0.0.1", port=port, max_size=MAX_SIZE, timeout=20.0, ident="acme.test"
        )
        controller.start()
        running.append(controller)
        return port

    yield begin
    for controller in running:
        controller.stop()


@pytest.fixture
def port(lite_engine: Engine, start: Start) -> Iterator[int]:
    """The port of a server that commits to a store, as the front runs it."""
    commit, stop = GroupCommit(lite_engine, fixed_clock(NOW)), Stop()
    thread = start_loop("commit", commit.step, commit.wake, 60.0, stop)
    yield start(commit)
    stop.set()
    thread.join()
    assert stop.because is None


class Pretended(GroupCommit):
    """A commit whose outcome the test decides."""

    def __init__(self, outcome: Exception | None = None) -> None:
        self.outcome = outcome
        self.futures: list[Future[Accepted]] = []
        self.arrived = threading.Event()

    def submit(self, arrival: Arrival) -> "Future[Accepted]":  # noqa: ARG002  the signature is GroupCommit's
        """Keep the future open, or fail it."""
        future: Future[Accepted] = Future()
        self.futures.append(future)
        if self.outcome is not None:
            future.set_exception(self.outcome)
        self.arrived.set()
        return future


def stored(engine: Engine, mail_id: int = 1) -> StoredMail:
    with read(engine) as connection:
        found = mails.find(connection, mail_id)
    assert found is not None
    return found


def count(engine: Engine) -> int:
    with read(engine) as connection:
        return mails.count_by_state(connection).get("accepted", 0)


def connect(port: int) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", port, "mx.customer.test", timeout=20)


def test_250_means_kept(port: int, lite_engine: Engine) -> None:
    """After 250 the bytes and the envelope are in the store exactly as they were sent, dots included."""
    with connect(port) as client:
        assert client.sendmail(CARLA, [SUPPORT, "help@acme.test"], RAW) == {}
    mail = stored(lite_engine)
    assert (mail.source, mail.reverse_path, mail.forward_paths) == (
        "smtp",
        CARLA,
        (SUPPORT, "help@acme.test"),
    )
    assert (mail.peer, mail.helo) == ("127.0.0.1", "mx.customer.test")
    with read(lite_engine) as connection:
        assert mails.load_raw(connection, 1) == RAW


@pytest.mark.parametrize(
    "address",
    [SUPPORT, "Support@ACME.test", "support+t12.abc@acme.test", "help@acme.test", "postmaster@acme.test"],
)
def test_own_addresses_are_taken(port: int, lite_engine: Engine, address: str) -> None:
    """The desk's addresses in any case, with any detail, and postmaster (RFC 5321 4.5.1) are taken as given."""
    with connect(port) as client:
        client.sendmail(CARLA, [address], RAW)
    assert stored(lite_engine).forward_paths == (address,)


@pytest.mark.parametrize(
    "address",
    [
        "nobody@acme.test",
        "carla@customer.test",
        "support@acme.test.evil.test",
        "support%evil.test@acme.test",
        "x+support@acme.test",
    ],
)
def test_foreign_addresses_are_refused(port: int, lite_engine: Engine, address: str) -> None:
    """We relay for nobody: 550 5.1.1 at RCPT, and the other recipients of the same mail are not harmed."""
    with connect(port) as client:
        client.ehlo()
        client.mail(CARLA)
        code, text = client.rcpt(address)
        assert (code, text[:5]) == (550, b"5.1.1")
        client.rcpt(SUPPORT)
        assert client.data(RAW)[0] == 250
    assert stored(lite_engine).forward_paths == (SUPPORT,)


def test_the_null_reverse_path_is_empty(port: int, lite_engine: Engine) -> None:
    """A bounce's ``<>`` (RFC 5321 4.5.5) is stored as the empty string, which is not the same as unknown."""
    with connect(port) as client:
        client.sendmail("", [SUPPORT], RAW)
    assert stored(lite_engine).reverse_path == ""


def test_an_announced_size_is_refused(port: int, lite_engine: Engine) -> None:
    """A mail that says it is too large is refused at MAIL, before a byte of it is sent (RFC 1870 6.1)."""
    with connect(port) as client:
        client.ehlo()
        assert client.esmtp_features["size"] == str(MAX_SIZE)
        assert client.mail(CARLA, [f"SIZE={MAX_SIZE + 1}"])[0] == 552
        client.rset()
        assert client.mail(CARLA, [f"SIZE={MAX_SIZE}"])[0] == 250
    assert count(lite_engine) == 0


def test_data_over_size_is_refused(port: int, lite_engine: Engine) -> None:
    """A mail that is too large without saying so is refused after DATA (RFC 1870 6.3), and the next one is taken."""
    with connect(port) as client:
        client.ehlo()
        client.mail(CARLA)
        client.rcpt(SUPPORT)
        assert client.data(RAW + b"0123456789\r\n" * (MAX_SIZE // 10))[0] == 552
        client.sendmail(CARLA, [SUPPORT], RAW)
    assert count(lite_engine) == 1


def test_long_lines_are_taken(port: int, lite_engine: Engine) -> None:
    """A line of 64 kB, which RFC 5321 forbids and senders write, is kept to the last byte."""
    raw = b"Subject: long\r\n\r\n" + b"x" * 65_536 + b"\r\n"
    with connect(port) as client:
        client.sendmail(CARLA, [SUPPORT], raw)
    with read(lite_engine) as connection:
        assert mails.load_raw(connection, 1) == raw


def test_eight_bits_and_utf8_addresses(port: int, lite_engine: Engine) -> None:
    """Eight-bit content and addresses in UTF-8 (RFC 6531) come through unchanged."""
    raw = "Subject: 退款\r\n\r\nGrüße\r\n".encode() + b"\xff\xfe\r\n"
    with connect(port) as client:
        client.ehlo()
        assert {"8bitmime", "smtputf8"} <= client.esmtp_features.keys()
        client.command_encoding = "utf-8"
        assert client.docmd("MAIL", "FROM:<jörg@käufer.test> SMTPUTF8 BODY=8BITMIME")[0] == 250
        client.rcpt(SUPPORT)
        assert client.data(raw)[0] == 250
    assert stored(lite_engine).reverse_path == "jörg@käufer.test"
    with read(lite_engine) as connection:
        assert mails.load_raw(connection, 1) == raw


def test_too_many_recipients_come_later(port: int, lite_engine: Engine) -> None:
    """Beyond the limit a recipient is told 452, so that his server sends the rest in a second mail (RFC 5321 4.5.3.1.10)."""
    with connect(port) as client:
        client.ehlo()
        client.mail(CARLA)
        codes = [client.rcpt(f"support+{number}@acme.test")[0] for number in range(4)]
        client.data(RAW)
    assert codes == [250, 250, 250, 452]
    assert len(stored(lite_engine).forward_paths) == 3


@pytest.mark.parametrize("fault", [TransientError("disk /var/lib full"), RuntimeError("secret password")])
def test_our_fault_is_451_without_detail(
    start: Start, fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever goes wrong here, the sender is told "later" and not one word of what it was; the log has it.

    A store that is away is one line for each mail, a fault of the program comes with its traceback.
    """
    port = start(Pretended(fault))
    with connect(port) as client, caplog.at_level(logging.ERROR):
        client.ehlo()
        client.mail(CARLA)
        client.rcpt(SUPPORT)
        code, text = client.data(RAW)
        assert client.noop()[0] == 250
    assert (code, text) == (451, b"4.3.0 Temporary trouble here, please try again later")
    (record,) = caplog.records
    if isinstance(fault, TransientError):
        assert record.exc_info is None
        assert str(fault) in record.getMessage()
    else:
        assert record.exc_info
        assert record.exc_info[1] is fault


def test_hanging_up_does_not_cancel_the_commit(start: Start) -> None:
    """A client that is gone while we commit leaves the mail in our hands; its copy will be recognised."""
    commit = Pretended()
    port = start(commit)
    client = connect(port)
    client.ehlo()
    client.mail(CARLA)
    client.rcpt(SUPPORT)
    client.putcmd("data")
    client.getreply()
    client.send(RAW + b".\r\n")
    assert commit.arrived.wait(10)
    client.sock.shutdown(socket.SHUT_RDWR)
    client.close()
    # The server's loop has seen the connection end once it has answered another one.
    with connect(port) as second:
        second.noop()
    (future,) = commit.futures
    assert future.set_running_or_notify_cancel()
    future.set_result(Accepted(1, duplicate=False))


def test_nothing_is_said_yes_to_without_data(port: int, lite_engine: Engine) -> None:
    """A connection that ends before the final dot leaves nothing behind."""
    client = connect(port)
    client.ehlo()
    client.mail(CARLA)
    client.rcpt(SUPPORT)
    client.putcmd("data")
    client.getreply()
    client.send(RAW)
    client.close()
    with connect(port) as second:
        second.sendmail(CARLA, [SUPPORT], RAW)
    assert count(lite_engine) == 1


@pytest.mark.parametrize("ending", [b"\n.\n", b"\r\n.\n", b"\n.\r\n", b"\r.\r"])
def test_no_second_mail_is_smuggled_in(port: int, lite_engine: Engine, ending: bytes) -> None:
    """Only CRLF.CRLF ends a mail (RFC 5321 4.1.1.4): what other servers might take for an end hides no second mail."""
    smuggled = b"MAIL FROM:<ada@acme.test>\r\nRCPT TO:<support@acme.test>\r\nDATA\r\nSubject: forged\r\n\r\n#solved\r\n"
    with connect(port) as client:
        client.ehlo()
        client.mail(CARLA)
        client.rcpt(SUPPORT)
        client.putcmd("data")
        client.getreply()
        client.send(b"Subject: x\r\n\r\nhi" + ending + smuggled + b".\r\n")
        client.getreply()
        client.rset()
    assert count(lite_engine) <= 1
