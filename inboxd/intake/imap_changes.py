"""What changed in a folder since a mod-sequence, and which mails are gone (CONDSTORE and QRESYNC, RFC 7162)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from inboxd.core.folder_walk import Window, read_uid_set

_UID = re.compile(rb"UID ([0-9]{1,10})")
# RFC 7162 3.2.10: what was removed earlier is told apart from what is removed now; to us both are gone.
_EARLIER = b"(EARLIER)"


@dataclass(frozen=True, slots=True)
class Changes:
    """The UIDs of mails that changed or came, and the ranges in which nothing lies any more."""

    changed: tuple[int, ...]
    gone: tuple[Window, ...]


def ask_for_news(client: IMAPClient) -> bool:
    """Let every SELECT tell HIGHESTMODSEQ from now on; return whether the server tells of removed mails by UID.

    Raises ``IMAPClientError`` when the server does not want to after all.
    """
    if not client.has_capability("ENABLE"):
        return False
    # RFC 7162 3.2.3: who enables QRESYNC has CONDSTORE, too.
    for extension in ("QRESYNC", "CONDSTORE"):
        if client.has_capability(extension):
            return extension.encode() in client.enable(extension) and extension == "QRESYNC"
    return False


def fetch_changes(client: IMAPClient, since: int, last: int, *, tells_gone: bool) -> Changes:
    """Return what happened to the mails up to UID ``last`` after that mod-sequence (RFC 7162 3.1.4.1 and 3.2.6).

    Raises ``IMAPClientError`` when the server refuses.
    """
    imap = client._imap  # noqa: SLF001  IMAPClient takes no ranges of UIDs here, and drops VANISHED
    _, before = imap.response("VANISHED")
    modifiers = f"(CHANGEDSINCE {since} VANISHED)" if tells_gone else f"(CHANGEDSINCE {since})"
    state, said = imap.uid("FETCH", f"1:{last}", "(UID)", modifiers)
    if state != "OK":
        raise IMAPClientError(f"fetch failed: {said!r:.200}")
    _, now = imap.response("VANISHED")
    return Changes(_uids(said, last), tuple(part for one in (*before, *now) for part in _ranges(one)))


def _uids(said: Sequence[object], last: int) -> tuple[int, ...]:
    found = (_UID.search(line) for line in said if isinstance(line, bytes))
    return tuple(sorted({uid for one in found if one and (uid := int(one[1])) <= last}))


def _ranges(said: object) -> tuple[Window, ...]:
    return read_uid_set(said.removeprefix(_EARLIER).strip()) if isinstance(said, bytes) else ()
