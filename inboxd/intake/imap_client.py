"""IMAPClient, with the answers to FETCH read faster where they look as those of nearly every server do."""

import logging
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


def _read(said: Sequence[object]) -> Any:
    if list(said) == [None]:
        return {}
    found = read_plainly(said)
    return parse_fetch_response(said, normalise_times=False) if found is None else found
