"""A mailbox that lets nobody in without an access token."""

import base64
import contextlib
import datetime as dt
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from inboxd.configintake import ImapAccount
from inboxd.errors import TransientError
from inboxd.intake.imap_session import open_session
from inboxd.oauth import SignInNeededError
from inboxd.oauthsource import OAuth2Source
from inboxd.oauthtokens import SignIn, save_sign_in
from inboxd.secretsource import SecretSource

TOKEN = "ya29." + "a" * 2000


@dataclass
class TokenImap:
    """An IMAP server with one empty mailbox; ``said`` are the SASL messages it got."""

    port: int
    said: list[str] = field(default_factory=list)

    def converse(self, connection: socket.socket) -> None:
        """Serve one connection."""
        with connection, contextlib.suppress(OSError), connection.makefile("rwb") as stream:

            def say(line: str) -> None:
                stream.write(line.encode() + b"\r\n")
                stream.flush()

            say("* OK hello")
            for raw in stream:
                tag, _, command = raw.decode().strip().partition(" ")
                verb = command.upper()
                if verb == "CAPABILITY":
                    say("* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 AUTH=OAUTHBEARER IDLE")
                elif verb.startswith("AUTHENTICATE"):
                    say("+ ")
                    self.said.append(base64.b64decode(stream.readline()).decode())
                    if f"auth=Bearer {TOKEN}\x01\x01" not in self.said[-1]:
                        say("+ " + base64.b64encode(json.dumps({"status": "400"}).encode()).decode())
                        stream.readline()
                        say(f"{tag} NO [AUTHENTICATIONFAILED] Invalid credentials")
                        continue
                elif verb.startswith("LOGIN"):
                    say(f"{tag} NO passwords are not taken here")
                    continue
                elif verb.startswith(("SELECT", "EXAMINE")):
                    say("* OK [UIDVALIDITY 7] x")
                    say("* OK [UIDNEXT 1] x")
                    say("* 0 EXISTS")
                say(f"{tag} OK done")


@pytest.fixture
def imap() -> Iterator[TokenImap]:
    """Yield a running server."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = TokenImap(listener.getsockname()[1])

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                server.converse(listener.accept()[0])

    thread = threading.Thread(target=serve)
    thread.start()
    yield server
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(10)


def account(imap: TokenImap, folder: Path, token: str = TOKEN, **changes: Any) -> ImapAccount:
    """Return the mailbox as config.toml would name it, signed in with ``token``."""
    settings: dict[str, Any] = {
        "mechanism": "XOAUTH2",
        "unused_days": None,
        "scope": "mail",
        "provider": "custom",
    }
    urls = dict.fromkeys(("token_url", "device_url", "authorize_url"), "http://127.0.0.1:1/")
    source = OAuth2Source(
        client_id="x",
        client_secret=SecretSource(),
        token_file=folder / "t.json",
        **urls,
        **settings | changes,
    )
    now = dt.datetime(2026, 11, 16, tzinfo=dt.UTC)
    if token:
        save_sign_in(source.token_file, SignIn(token, "r", dt.datetime(2999, 1, 1, tzinfo=dt.UTC), now, now))
    return ImapAccount(
        "127.0.0.1",
        imap.port,
        "none",
        "support=desk@acme.test",
        SecretSource(),
        "INBOX",
        timeout=dt.timedelta(seconds=10),
        oauth2=source,
    )


@pytest.mark.parametrize(
    ("mechanism", "name"),
    [("XOAUTH2", "user=support=desk@acme.test\x01"), ("OAUTHBEARER", "n,a=support=3Ddesk@acme.test,\x01")],
)
def test_a_token_opens_the_mailbox(imap: TokenImap, tmp_path: Path, mechanism: str, name: str) -> None:
    """Both mechanisms get in with a token, also with one as long as Microsoft's."""
    with contextlib.closing(open_session(account(imap, tmp_path, mechanism=mechanism))) as session:
        assert session.select("INBOX", readonly=True).uidvalidity == 7
    assert imap.said == [f"{name}auth=Bearer {TOKEN}\x01\x01"]


def test_a_wrong_token_is_told(imap: TokenImap, tmp_path: Path) -> None:
    """The server's refusal comes back as "later", without the token."""
    with pytest.raises(TransientError, match="does not let") as raised:
        open_session(account(imap, tmp_path, token="wr0ng"))
    assert "wr0ng" not in str(raised.value)


def test_without_a_sign_in_nobody_is_called(imap: TokenImap, tmp_path: Path) -> None:
    """The error says what to do, and the server is not bothered."""
    with pytest.raises(SignInNeededError, match="inboxd login"):
        open_session(account(imap, tmp_path, token=""))
    assert imap.said == []
