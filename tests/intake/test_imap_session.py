"""The connection itself: every failure becomes one of three errors, and no socket is left open."""

import contextlib
import datetime as dt
import gc
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imapclient.exceptions import IMAPClientReadOnlyError

from inboxd.configintake import ImapAccount
from inboxd.core.folder_walk import FolderState, Window
from inboxd.errors import InboxdError, TransientError
from inboxd.intake.imap_session import ConnectionLostError, RefusedError, Session, open_session
from inboxd.secretsource import SecretSource


@contextlib.contextmanager
def _script(*answers: bytes) -> Iterator[int]:
    """Run a server that says each answer in turn, one per line it gets, whatever the line is; then hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(5)

    def serve() -> None:
        with contextlib.suppress(OSError):
            peer, _ = listener.accept()
            with peer, peer.makefile("rb") as lines:
                peer.sendall(b"* OK [CAPABILITY IMAP4REV1] here\r\n")
                for answer in answers:
                    tag = lines.readline().split(b" ")[0]
                    peer.sendall(answer.replace(b"TAG", tag))

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.close()
        thread.join(10)


def _account(port: int, **changes: Any) -> ImapAccount:
    account = ImapAccount("127.0.0.1", port, "none", "ada", SecretSource(), "INBOX")
    return replace(account, **({"timeout": dt.timedelta(seconds=2)} | changes))


_LOGIN = (b"TAG OK [CAPABILITY IMAP4REV1] in\r\n", b"* CAPABILITY IMAP4REV1\r\nTAG OK done\r\n")


@pytest.mark.parametrize(
    "answers",
    [
        (),
        (b"TAG BAD what\r\n",),
        (b"* CAPABILITY IMAP4REV1\r\nTAG OK done\r\n", b"TAG NO [AUTHENTICATIONFAILED] no\r\n"),
        (b"* CAPABILITY IMAP4REV1\r\nTAG OK done\r\n", b"* BYE full\r\n"),
        (b"220 smtp here\r\n",),
        (bytes(range(128, 250)) + b"\r\n",),
    ],
)
@pytest.mark.parametrize("tls", ["none", "starttls", "tls"])
def test_no_login_is_a_passing_failure(answers: tuple[bytes, ...], tls: str) -> None:
    """Whatever a server does instead of letting us in: try again later, and close the socket."""
    with _script(*answers) as port, pytest.raises(TransientError):
        open_session(_account(port, tls=tls))
    gc.collect()


def test_starttls_is_never_left_out() -> None:
    """A server that offers no STARTTLS gets no password."""
    answers = (b"* CAPABILITY IMAP4REV1\r\nTAG OK done\r\n", b"TAG BAD no\r\n")
    with _script(*answers) as port, pytest.raises(ConnectionLostError):
        open_session(_account(port, tls="starttls"))


def test_a_silent_server_is_given_up() -> None:
    """A server that stops answering costs the time-out, not the thread."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        account = _account(listener.getsockname()[1], timeout=dt.timedelta(seconds=0.2))
        with pytest.raises(ConnectionLostError):
            open_session(account)


class _Client:
    """Answers every command with one value, or raises it."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def __getattr__(self, _name: str) -> Callable[..., Any]:
        return self._say

    def _say(self, *_: Any, **__: Any) -> Any:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def _everything(session: Session) -> Iterator[Callable[[], object]]:
    yield lambda: session.select("INBOX", readonly=True)
    yield lambda: session.search(Window(1, 5))
    yield lambda: session.list_mails([1])
    yield lambda: session.fetch([1])
    yield lambda: session.move([1], "Done")
    yield lambda: session.add_keyword([1], "x")
    yield lambda: session.folder_exists("Done")


@pytest.mark.parametrize(
    "error", [ValueError("x"), KeyError("x"), IndexError(), AssertionError(), TypeError()]
)
def test_what_the_parser_raises_is_a_refusal(error: Exception) -> None:
    """An answer IMAPClient cannot read is no reason to hang up, let alone to crash."""
    client: Any = _Client(error)
    for ask in _everything(Session(client)):
        with pytest.raises(RefusedError):
            ask()


@settings(max_examples=60)
@given(
    said=st.dictionaries(
        st.integers(0, 5) | st.sampled_from([b"UIDNEXT", b"UIDVALIDITY", b"HIGHESTMODSEQ"]),
        st.none()
        | st.integers(0, 2**33)
        | st.dictionaries(
            st.sampled_from([b"BODY[]", b"RFC822.SIZE", b"INTERNALDATE", b"FLAGS"]),
            st.none() | st.binary() | st.integers() | st.datetimes() | st.datetimes(timezones=st.timezones()),
        ),
    )
)
def test_odd_answers_raise_nothing_else(said: dict[Any, Any]) -> None:
    """Whatever a server says to a command, it is an answer or one of our errors."""
    client: Any = _Client(said)
    for ask in _everything(Session(client)):
        with contextlib.suppress(InboxdError):
            ask()


def test_a_folder_without_uidvalidity_is_not_read() -> None:
    """Without UIDVALIDITY a UID means nothing tomorrow: better to say so than to lose mail."""
    client: Any = _Client({b"EXISTS": 3, b"UIDNEXT": 4})
    with pytest.raises(RefusedError, match="UID"):
        Session(client).select("INBOX", readonly=True)


def test_a_folder_that_cannot_be_changed_is_read_all_the_same() -> None:
    """A server that opens a folder READ-ONLY although it was to be changed still gives its mails."""

    class Grudging(_Client):
        def select_folder(self, _folder: str, *, readonly: bool) -> Any:
            if not readonly:
                raise IMAPClientReadOnlyError("not writable")
            return {b"UIDNEXT": 4, b"UIDVALIDITY": 7}

    client: Any = Grudging({})
    assert Session(client).select("INBOX", readonly=False) == FolderState(7, 4)
