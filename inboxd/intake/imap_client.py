"""IMAPClient, with the answers to FETCH read faster where they look as those of nearly every server do."""

import logging
import socket
from collections.abc import Sequence
from typing import Any

from imapclient import IMAPClient
from imapclient.response_parser import parse_fetch_response

from inboxd.intake.imap_plain_answers import read_plainly


class PlainClient(IMAPClient):  # type: ignore[misc]  # IMAPClient has no types
    """A connection as IMAPClient has it; what its methods return and raise is the same."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not logging.getLogger("imapclient.imaplib").isEnabledFor(logging.DEBUG):
            # IMAPClient lets imaplib tell every line to a log that nobody reads.
            self._imap.debug = 0
        # IMAPClient would turn INTERNALDATE into naive local time.
        self.normalise_times = False
        # The octets of APPEND and the end of its line go out as two pieces: the second would wait for the server to
        # acknowledge the first, which it puts off by 40 ms (RFC 9293 3.7.4).
        self.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def fetch(self, messages: Any, data: Any, modifiers: Any = None) -> Any:
        """Return what the server says of each mail, by UID."""
        if not messages or modifiers or not self.use_uid:
            return super().fetch(messages, data, modifiers)
        uids, items = ",".join(map(str, messages)), f"({' '.join(data)})"
        tag = self._imap._command("UID", "FETCH", uids, items)  # noqa: SLF001  as IMAPClient does
        state, said = self._imap._command_complete("FETCH", tag)  # noqa: SLF001  likewise
        self._checkok("fetch", state, said)
        _, said = self._imap._untagged_response(state, said, "FETCH")  # noqa: SLF001  likewise
        found = _read(said)
        # What the server says of other mails by the way was not asked for.
        return {uid: found[uid] for uid in messages if uid in found}

    def told_of_mail(self) -> bool:
        """Return whether the answer to another command told of a new mail since the folder was opened (RFC 9051 5.2)."""
        said = self._imap.untagged_responses
        counts = said.get("EXISTS", ())
        # As many as before are others when some are gone.
        return len(counts) > 1 and (counts[-1] != counts[0] or "EXPUNGE" in said or "VANISHED" in said)


def _read(said: Sequence[object]) -> Any:
    if list(said) == [None]:
        return {}
    found = read_plainly(said)
    return parse_fetch_response(said, normalise_times=False) if found is None else found
