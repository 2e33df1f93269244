"""What servers say about folders and moved mails, read carefully."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imapclient import IMAPClient

from inboxd.intake.queue_session import QueueSession


class Client:
    """Stands where IMAPClient stands: a server with these capabilities, this namespace and this COPYUID."""

    def __init__(self, *capabilities: str, namespace: Any = None, copyuid: bytes = b"") -> None:
        self.capabilities = capabilities
        self.personal = namespace
        self._imap = SimpleNamespace(response=self._response)
        self._said = copyuid
        self._told = False

    def has_capability(self, name: str) -> bool:
        """Return whether the server can do this."""
        return name in self.capabilities

    def namespace(self) -> Any:
        """Return the namespaces."""
        return SimpleNamespace(personal=self.personal)

    def list_folders(self, *_: str) -> list[Any]:
        """Return the separator alone."""
        return [((b"\\Noselect",), b"/", "")]

    def move(self, *_: Any) -> None:
        """Move mails."""
        self._told = True

    def _response(self, code: str) -> tuple[str, list[bytes | None]]:
        return code, [self._said if self._told else None]


def session(client: Client) -> QueueSession:
    """Return a session on that server."""
    return QueueSession(cast("IMAPClient", client))


@pytest.mark.parametrize(
    ("personal", "name", "full"),
    [
        ((("", "/"),), "Desk/Open", "Desk/Open"),
        ((("", "."),), "Desk/Open", "Desk.Open"),
        ((("INBOX.", "."),), "Desk/Open", "INBOX.Desk.Open"),
        ((("INBOX.", "."),), "Inbox/Desk/Open", "Inbox.Desk.Open"),
        ((("INBOX/", b"/"),), "Desk/Snooze/Next week", "INBOX/Desk/Snooze/Next week"),
        ((("", "."),), "Desk/Dr. No", "Desk.Dr_ No"),
        ((), "Desk/Open", "Desk/Open"),
        (None, "Desk/Open", "Desk/Open"),
    ],
)
def test_folders_lie_where_the_server_allows_it(personal: Any, name: str, full: str) -> None:
    """A folder is made below the personal namespace (RFC 2342), its levels parted by the server's own separator."""
    assert session(Client("NAMESPACE", namespace=personal)).full_name(name) == full


def test_a_server_without_namespaces_is_asked_for_its_separator() -> None:
    """An empty LIST tells the separator where there is no NAMESPACE."""
    assert session(Client()).full_name("Desk/Open") == "Desk/Open"


@pytest.mark.parametrize(
    ("said", "uids"),
    [
        (b"38505 304,319:320 3956:3958", {304: 3956, 319: 3957, 320: 3958}),
        (b"38505 304 3956", {304: 3956}),
        (b"38505 304:306 3956", None),
        (b"38505 1:4294967295 1:4294967295", None),
        (b"no idea", None),
        (b"", None),
    ],
)
def test_where_mails_landed(said: bytes, uids: dict[int, int] | None) -> None:
    """COPYUID (RFC 4315) pairs old and new UIDs in order; an answer that makes no sense is no answer."""
    landed = session(Client("MOVE", copyuid=said)).move_mails([304], "Desk/Done")

    assert (landed.uids if landed else None) == uids
    assert landed is None or landed.uidvalidity == 38505


@given(st.binary(max_size=40) | st.from_regex(rb"[0-9]{1,3} [0-9:,]{1,30} [0-9:,]{1,30}", fullmatch=True))
def test_no_answer_breaks_it(said: bytes) -> None:
    """Whatever a server says about moved mails, at worst nothing is known of where they landed."""
    session(Client("MOVE", copyuid=said)).move_mails([1], "Desk/Done")
