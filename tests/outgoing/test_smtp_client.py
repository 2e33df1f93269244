import base64
import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import AuthResult, LoginPassword

from inboxd.errors import TransientError
from inboxd.outgoing.smtp_client import Smarthost, transmit
from inboxd.outgoing.transmit import Outcome, Parcel

PARCEL = Parcel(
    "support+b1.x@acme.test",
    ("carla@customer.test", "colleague@customer.test"),
    "<m1@acme.test>",
    b"Subject: Re: Export\r\n\r\n.dot first\r\n\xc3\xbc\r\n",
)

Authority = tuple[trustme.CA, ssl.SSLContext]


@pytest.fixture(scope="session")
def authority() -> Authority:
    """A certificate authority and the TLS context of a server it vouches for."""
    ca = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return ca, context


@pytest.fixture
def trusting(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Let this program trust the authority; return the server's context."""
    ca, server = authority
    make = ssl.create_default_context

    def with_ca(*args: Any, **kwargs: Any) -> ssl.SSLContext:
        context = make(*args, **kwargs)
        ca.configure_trust(context)
        return context

    monkeypatch.setattr(ssl, "create_default_context", with_ca)
    return server


def smarthost(port: int, **changes: Any) -> Smarthost:
    values = {
        "host": "127.0.0.1",
        "port": port,
        "tls": "none",
        "user": "",
        "password": lambda: "",
        "timeout": 10.0,
        "ehlo_name": "acme.test",
    }
    return Smarthost(**(values | changes))


def check_password(
    _server: object, _session: object, _envelope: object, _mechanism: str, given: Any
) -> AuthResult:
    """Let in whoever knows that ada's password is swordfish."""
    known = isinstance(given, LoginPassword) and (given.login, given.password) == (b"ada", b"swordfish")
    return AuthResult(success=known, handled=known)


def test_the_mail_arrives_as_it_is(sink: Callable[..., Any]) -> None:
    """Envelope and bytes arrive unchanged at every recipient, and the server's words are kept."""
    peer = sink()
    reply = transmit(smarthost(peer.port), PARCEL)
    assert (reply.outcome, reply.text) == (Outcome.SENT, "250 2.0.0 queued")
    assert peer.got == [(PARCEL.reverse_path, PARCEL.recipients, PARCEL.raw)]


def test_the_null_reverse_path(sink: Callable[..., Any]) -> None:
    """An automatic mail can leave with ``<>`` (RFC 3834 3.3)."""
    peer = sink()
    transmit(smarthost(peer.port), Parcel("", ("carla@customer.test",), "<m@a>", b"\r\n"))
    assert peer.got[0][0] in {"", "<>"}


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "colleague@customer.test"])
@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("451 4.7.1 Greylisted", Outcome.LATER),
        ("421 4.3.2 Going down", Outcome.LATER),
        ("452 4.2.2 Mailbox full", Outcome.LATER),
        ("550 5.1.1 No such user", Outcome.FAILED),
        ("554 5.7.1 Spam", Outcome.FAILED),
    ],
)
def test_what_the_server_says_decides(
    sink: Callable[..., Any], command: str, said: str, outcome: Outcome
) -> None:
    """A 4yz is "later" and a 5yz is final (RFC 5321 4.2.1), at whatever command, in the server's own words."""
    peer = sink()
    peer.says[command] = said
    reply = transmit(smarthost(peer.port), PARCEL)
    assert (reply.outcome, reply.text) == (outcome, said)
    assert peer.got == []


def test_starttls_and_login(sink: Callable[..., Any], trusting: ssl.SSLContext) -> None:
    """With STARTTLS the password goes over the encrypted line only, and the mail is taken."""
    peer = sink(tls_context=trusting, require_starttls=True, auth_required=True, authenticator=check_password)
    host = smarthost(peer.port, tls="starttls", user="ada", password=lambda: "swordfish")
    assert transmit(host, PARCEL).outcome is Outcome.SENT
    assert len(peer.got) == 1


@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_wrong_password_is_later(sink: Callable[..., Any], trusting: ssl.SSLContext, password: str) -> None:
    """A refused login says nothing about the mail: it waits until the operator has mended his settings."""
    peer = sink(tls_context=trusting, require_starttls=True, auth_required=True, authenticator=check_password)
    reply = transmit(smarthost(peer.port, tls="starttls", user="ada", password=lambda: password), PARCEL)
    assert reply.outcome is Outcome.LATER
    assert reply.text.startswith("535 ")
    assert "swordfish" not in reply.text
    assert peer.got == []


def test_a_password_that_cannot_be_had_is_later(sink: Callable[..., Any]) -> None:
    """A locked key ring is no reason to lose a mail."""

    def locked() -> str:
        raise TransientError("'pass show acme' ended with exit code 1")

    peer = sink(auth_require_tls=False, authenticator=check_password)
    reply = transmit(smarthost(peer.port, user="ada", password=locked), PARCEL)
    assert (reply.outcome, reply.text) == (Outcome.LATER, "'pass show acme' ended with exit code 1")


@pytest.mark.parametrize(
    ("mechanism", "said"),
    [
        ("XOAUTH2", b"user=ada\x01auth=Bearer t0ken\x01\x01"),
        ("OAUTHBEARER", b"n,a=ada,\x01auth=Bearer t0ken\x01\x01"),
    ],
)
@pytest.mark.parametrize("accepted", [True, False])
def test_access_tokens(mechanism: str, said: bytes, *, accepted: bool) -> None:
    """A token goes over in the form of its mechanism; a server that refuses it gives its reasons, and the mail waits."""
    heard: list[bytes] = []
    greeting = (b"220 hi\r\n", b"250-hi\r\n250 AUTH XOAUTH2 OAUTHBEARER\r\n")
    taken = (b"235 welcome\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"250 taken\r\n")
    refused = (b"334 eyJzdGF0dXMiOiI0MDEifQ==\r\n", b"535 5.7.8 token expired\r\n")
    with scripted(*greeting, *(taken if accepted else refused), heard=heard) as port:
        host = smarthost(port, user="ada", password=lambda: "t0ken", mechanism=mechanism)
        reply = transmit(host, Parcel("a@acme.test", ("carla@customer.test",), "<m@a>", b"x"))
    assert reply.outcome is (Outcome.SENT if accepted else Outcome.LATER)
    command, name, token = heard[1].split()
    assert (command.upper(), name.decode(), base64.b64decode(token)) == (b"AUTH", mechanism, said)


def test_no_downgrade_without_starttls(sink: Callable[..., Any]) -> None:
    """A server that suddenly offers no STARTTLS gets neither the password nor the mail."""
    peer = sink(auth_require_tls=False, authenticator=check_password)
    asked: list[str] = []

    def password() -> str:
        asked.append("asked")
        return "swordfish"

    reply = transmit(smarthost(peer.port, tls="starttls", user="ada", password=password), PARCEL)
    assert reply.outcome is Outcome.LATER
    assert "STARTTLS" in reply.text
    assert (peer.got, asked) == ([], [])


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_an_unknown_certificate_is_refused(sink: Callable[..., Any], authority: Authority, tls: str) -> None:
    """A certificate nobody vouches for gets nothing, in either way of TLS; the mail waits."""
    peer = sink(tls_context=authority[1]) if tls == "starttls" else sink(ssl_context=authority[1])
    reply = transmit(smarthost(peer.port, tls=tls), PARCEL)
    assert reply.outcome is Outcome.LATER
    assert "certificate" in reply.text.lower()
    assert peer.got == []


def test_a_certificate_for_somebody_else_is_refused(
    sink: Callable[..., Any], trusting: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A good certificate of another host is no proof that this is ours."""
    peer = sink(tls_context=trusting)
    resolve = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *rest, **named: resolve(
            "127.0.0.1" if host == "smtp.acme.test" else host, *rest, **named
        ),
    )
    reply = transmit(smarthost(peer.port, host="smtp.acme.test", tls="starttls"), PARCEL)
    assert reply.outcome is Outcome.LATER
    assert peer.got == []


def test_tls_from_the_start(sink: Callable[..., Any], trusting: ssl.SSLContext) -> None:
    """Implicit TLS (RFC 8314 3.3) works like STARTTLS."""
    peer = sink(ssl_context=trusting)
    assert transmit(smarthost(peer.port, tls="tls"), PARCEL).outcome is Outcome.SENT


def test_nobody_there_is_later() -> None:
    """A server that is down costs no mail."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert transmit(smarthost(port), PARCEL).outcome is Outcome.LATER
    assert transmit(smarthost(25, host="no-such-host.invalid"), PARCEL).outcome is Outcome.LATER


@contextlib.contextmanager
def scripted(*lines: bytes, heard: list[bytes] | None = None) -> Iterator[int]:
    """A server that says these lines, one per command it hears, and then hangs up."""
    commands = [] if heard is None else heard
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with contextlib.suppress(OSError), listening.accept()[0] as session:
                stream = session.makefile("rb")
                for line in lines:
                    session.sendall(line)
                    commands.append(stream.readline())

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(10)


@pytest.mark.parametrize(
    "lines",
    [
        (b"554 5.3.2 No SMTP service here\r\n",),
        (b"421 4.3.2 Too many connections\r\n",),
        (b"220 hi\r\n", b"550 not you\r\n", b"550 not you\r\n"),
        (b"not smtp at all\r\n",),
        (b"220 hi\r\n",),
        (b"220 hi\r\n", b"250 ok\r\n"),
        (b"220 " + b"x" * 20_000 + b"\r\n",),
        (b"",),
    ],
)
def test_a_server_that_is_not_well_is_later(lines: tuple[bytes, ...]) -> None:
    """Before the mail itself was spoken of no answer is final: a greeting of 554, a broken line, a sudden end."""
    with scripted(*lines) as port:
        reply = transmit(smarthost(port, timeout=1.0), PARCEL)
    assert reply.outcome is Outcome.LATER
    assert reply.text


def test_a_server_that_breaks_off_after_250_has_the_mail() -> None:
    """What comes after the final 250 changes nothing: sending again would be a second copy."""
    lines = (b"220 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n")
    parcel = Parcel("a@acme.test", ("carla@customer.test",), "<m@a>", b"x")
    with scripted(*lines, b"250 taken\r\n") as port:
        assert transmit(smarthost(port), parcel).outcome is Outcome.SENT


@pytest.mark.parametrize("offered", [True, False])
def test_addresses_in_utf8(sink: Callable[..., Any], *, offered: bool) -> None:
    """A UTF-8 address is sent with SMTPUTF8 (RFC 6531 3.4) where the server speaks it, and fails for good where not."""
    peer = sink(enable_SMTPUTF8=offered)
    reply = transmit(smarthost(peer.port), Parcel("a@acme.test", ("jörg@käufer.test",), "<m@a>", b"\r\n"))
    if offered:
        assert reply.outcome is Outcome.SENT
        assert "SMTPUTF8" in peer.options[0]
    else:
        assert reply.outcome is Outcome.FAILED
        assert "SMTPUTF8" in reply.text


@pytest.mark.parametrize("address", ["x@y\r\nDATA", "x@y\n", "<>\r\n"])
def test_no_command_hides_in_an_address(sink: Callable[..., Any], address: str) -> None:
    """An address with a line break is refused here, for good; the server never sees it."""
    peer = sink()
    reply = transmit(smarthost(peer.port), Parcel("a@acme.test", (address,), "<m@a>", b"\r\n"))
    assert reply.outcome is Outcome.FAILED
    assert peer.got == []
