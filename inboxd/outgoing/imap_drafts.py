"""Looking after the drafts that lie in a mailbox: still there, saved anew, or gone."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from email.message import Message
from typing import Protocol

from sqlalchemy import Engine

from inboxd.core.drafts import MARK
from inboxd.core.drafts_folder import Seen, Wanted, successor
from inboxd.core.evidence import message_id_key
from inboxd.core.folder_walk import FolderState
from inboxd.errors import PermanentError
from inboxd.store import drafts
from inboxd.store.drafts import Draft
from inboxd.store.engine import read, write

# So many of the newest mails of the folder are looked at: who saves a draft makes it one of them.
_NEWEST = 200
_MOST_FIELD = 4_000


class DraftsFolder(Protocol):
    """What of a connection to a mailbox is needed here."""

    def select(self, folder: str, *, readonly: bool) -> FolderState:
        """Open a folder."""

    def uids_from(self, first: int) -> tuple[int, ...]:
        """Return the UIDs in the open folder from there on."""

    def fetch_ids(self, uids: Collection[int]) -> Mapping[int, Message]:
        """Return the header fields that say which conversation each mail belongs to."""


def newest(folder: DraftsFolder) -> tuple[Seen, ...]:
    """Return the newest mails of the open folder as far as their ids go."""
    found = folder.fetch_ids(folder.uids_from(1)[-_NEWEST:])
    return tuple(_seen(uid, fields) for uid, fields in sorted(found.items()))


def find_missing(engine: Engine, account: str, folder: DraftsFolder) -> tuple[int, ...]:
    """Return the ids of the drafts that lie in the mailbox no more; note where those lie that were saved anew.

    Raises ``TransientError``.
    """
    with read(engine) as connection:
        lying = drafts.lying(connection, account)
    missing: list[int] = []
    for name in dict.fromkeys(draft.folder for draft in lying):
        missing += _missing_in(engine, folder, name, [one for one in lying if one.folder == name])
    return tuple(missing)


def note_gone(engine: Engine, missing: Sequence[int], now: dt.datetime) -> None:
    """Write down that drafts are gone: sent, or deleted."""
    if missing:
        with write(engine) as connection:
            for draft_id in missing:
                drafts.note_gone(connection, draft_id, now)


def _missing_in(engine: Engine, folder: DraftsFolder, name: str, lying: Sequence[Draft]) -> list[int]:
    try:
        state = folder.select(name, readonly=True)
    except PermanentError:
        # The folder was removed or renamed; the drafts went with it.
        return [draft.id for draft in lying]
    there = set(folder.uids_from(min(draft.uid or 1 for draft in lying)))
    lost = [one for one in lying if one.uidvalidity != state.uidvalidity or one.uid not in there]
    if not lost:
        return []
    seen = newest(folder)
    missing = []
    for draft in lost:
        same_life = draft.uidvalidity == state.uidvalidity
        wanted = Wanted(draft.message_id, draft.in_reply_to, draft.uid or 0 if same_life else 0)
        uid = successor(wanted, seen)
        if uid is None:
            missing.append(draft.id)
            continue
        with write(engine) as connection:
            drafts.note_moved(connection, draft.id, state.uidvalidity, uid, edited=same_life or draft.edited)
    return missing


def _seen(uid: int, fields: Message) -> Seen:
    def field(name: str) -> str:
        return str(fields.get(name, ""))[:_MOST_FIELD]

    refers = f"{field('In-Reply-To')} {field('References')}".split()
    return Seen(
        uid,
        message_id_key(field("Message-ID")),
        field(MARK).strip().lower(),
        tuple(key for one in refers if (key := message_id_key(one))),
    )
