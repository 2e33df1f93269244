r"""The operator's mailbox: answers are put into Sent, drafts into Drafts and out of it again.

What is to be done stands in rows of the decision's own transaction. A crash between the server's OK and our record
does it again: a mail is looked for by its Message-ID before it is put anywhere, so nothing lies there twice.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from types import MappingProxyType
from typing import Protocol

from sqlalchemy import Engine

from inboxd import maillog
from inboxd.clock import Clock
from inboxd.configintake import ImapAccount
from inboxd.core import retry
from inboxd.core.drafts import DraftState
from inboxd.core.drafts_folder import Wanted, marked, successor
from inboxd.core.fingerprint import fingerprint
from inboxd.core.folder_walk import FolderState
from inboxd.core.special_folders import DRAFTS, SENT, ListedFolder, find_special, new_special
from inboxd.errors import PermanentError, TransientError
from inboxd.outgoing.imap_drafts import newest
from inboxd.store import drafts, mailbox_work, outbox, tombstones
from inboxd.store.drafts import Draft
from inboxd.store.engine import read, write
from inboxd.store.mailbox_work import Work

AUTO = "auto"
# Providers note in local time on which day a mail came, and their clocks differ from ours.
_DAYS_BACK = dt.timedelta(days=2)


class Mailbox(Protocol):
    """A connection to a mailbox; its methods raise ``PermanentError`` for a refusal, else ``TransientError``."""

    @property
    def keeps_sent(self) -> bool:
        """Return whether the provider puts what it sends into Sent by itself."""

    def list_folders(self) -> Sequence[ListedFolder]:
        """Return all folders."""

    def create_folder(self, folder: str) -> None:
        """Make a folder."""

    def select(self, folder: str, *, readonly: bool) -> FolderState:
        """Open a folder."""

    def append(
        self, folder: str, raw: bytes, flags: Sequence[str], at: dt.datetime
    ) -> tuple[int, int] | None:
        """Put a mail into a folder; return its (UIDVALIDITY, UID) where the server says so."""

    def search_message_id(self, message_id: str, since: dt.date) -> tuple[int, ...]:
        """Return the UIDs in the open folder of mails with this Message-ID, of that day or later."""

    def uids_from(self, first: int) -> tuple[int, ...]:
        """Return the UIDs in the open folder from there on."""

    def fetch_ids(self, uids: Collection[int]) -> Mapping[int, Message]:
        """Return the header fields that say which conversation each mail belongs to."""

    def fetch(self, uids: Sequence[int], section: str = "") -> Mapping[int, bytes]:
        """Return the octets of mails."""

    def remove(self, uids: Collection[int]) -> None:
        """Delete mails of the open folder."""


@dataclass(frozen=True, slots=True)
class MailboxDesk:
    """A mailbox and what changing it needs."""

    account: ImapAccount
    engine: Engine
    clock: Clock


Do = Callable[[MailboxDesk, Mailbox, Work], str]


def work_one(desk: MailboxDesk, mailbox: Mailbox) -> bool:
    """Make the change that has been due longest; return False when none is due.

    Raises ``TransientError`` when the connection is of no use any more; the change is due again later.
    """
    now = desk.clock()
    with read(desk.engine) as connection:
        due = mailbox_work.find_due(connection, desk.account.mailbox, tuple(_DO), now)
    if due is None:
        return False
    work_id, attempts = due
    again_at = retry.next_attempt_at(attempts + 1, now, work_id)
    with write(desk.engine) as connection:
        work = mailbox_work.claim(
            connection, work_id, attempts, again_at or now + retry.LONGEST_DELIVERY_DELAY
        )
    if work is not None:
        _try(desk, mailbox, work, last=again_at is None)
    return True


def folder_of(mailbox: Mailbox, configured: str, use: str) -> str:
    """Return the name of the mailbox's Sent or Drafts: as configured, else as found; made when there is none."""
    listed = mailbox.list_folders()
    name = find_special(listed, use) if configured == AUTO else configured
    if not name or all(one.name != name for one in listed):
        name = name or new_special(listed, use)
        mailbox.create_folder(name)
    return name


def _try(desk: MailboxDesk, mailbox: Mailbox, work: Work, *, last: bool) -> None:
    try:
        reply = _DO[work.kind](desk, mailbox, work)
    except (TransientError, PermanentError) as error:
        with write(desk.engine) as connection:
            if last:
                mailbox_work.give_up(connection, work.work_id, str(error), desk.clock())
            else:
                mailbox_work.note_failure(connection, work.work_id, str(error))
        maillog.problem(f"{work.kind} {work.work_id} in {desk.account.mailbox}: {error}")
        if isinstance(error, TransientError):
            raise
        return
    with write(desk.engine) as connection:
        mailbox_work.finish(connection, work.work_id, reply, desk.clock())
    maillog.mailbox_changed(work.work_id, work.kind, reply)


def _append_sent(desk: MailboxDesk, mailbox: Mailbox, work: Work) -> str:
    with read(desk.engine) as connection:
        sent = outbox.find(connection, work.outbox_id or 0)
        raw = outbox.load_raw(connection, sent.outbox_id) if sent else b""
    if sent is None:
        return "the mail is no more"
    if desk.account.sent_copies == AUTO and mailbox.keeps_sent:
        return "the provider has put it there"
    at = sent.sent_at or sent.created_at
    folder = folder_of(mailbox, desk.account.sent, SENT)
    mailbox.select(folder, readonly=True)
    if mailbox.search_message_id(sent.message_id, (at - _DAYS_BACK).date()):
        return f"lies in {folder} already"
    mailbox.append(folder, raw, (r"\Seen",), at)
    return f"put into {folder}"


def _append_draft(desk: MailboxDesk, mailbox: Mailbox, work: Work) -> str:
    with read(desk.engine) as connection:
        draft = drafts.find(connection, work.draft_id or 0)
        raw = drafts.load_raw(connection, draft.id) if draft else b""
    if draft is None or draft.state != DraftState.WANTED:
        return "it is not wanted any more"
    folder = folder_of(mailbox, desk.account.drafts, DRAFTS)
    state = mailbox.select(folder, readonly=True)
    known = marked(_wanted(draft), newest(mailbox))
    place = (state.uidvalidity, known[-1]) if known else _put(mailbox, folder, draft, raw)
    with write(desk.engine) as connection:
        drafts.note_laid(connection, draft.id, folder, *place)
    return f"put into {folder}"


def _erase_copy(desk: MailboxDesk, mailbox: Mailbox, work: Work) -> str:
    """Take a copy of an erased person's mail out of the mailbox; what is not known to be one stays."""
    folder = _erased_in(desk, mailbox, work)
    uids: tuple[int, ...] = ()
    if any(one.name == folder for one in mailbox.list_folders()):
        state = mailbox.select(folder, readonly=False)
        uids = _erased_uids(desk, mailbox, work, state)
    if uids:
        mailbox.remove(uids)
    with write(desk.engine) as connection:
        mailbox_work.forget_detail(connection, work.work_id)
    return f"taken out of {folder}" if uids else "it lies nowhere"


def _erased_in(desk: MailboxDesk, mailbox: Mailbox, work: Work) -> str:
    if work.detail.get("use") != "sent":
        return str(work.detail.get("folder", ""))
    return find_special(mailbox.list_folders(), SENT) if desk.account.sent == AUTO else desk.account.sent


def _erased_uids(desk: MailboxDesk, mailbox: Mailbox, work: Work, state: FolderState) -> tuple[int, ...]:
    if work.detail.get("use") == "sent":
        since = dt.date.fromisoformat(str(work.detail["since"])) - _DAYS_BACK
        return mailbox.search_message_id(str(work.detail["message_id"]), since)
    uid = int(work.detail.get("uid", 0))
    raw = mailbox.fetch([uid]).get(uid) if state.uidvalidity == work.detail.get("uidvalidity") else None
    if raw is None:
        return ()
    if work.detail.get("draft"):
        return (uid,)
    # A server that was restored from a backup may have given the UID to another mail (RFC 9051 2.3.1.1).
    with read(desk.engine) as connection:
        return (
            (uid,) if tombstones.is_erased(connection, fingerprint(raw), int(work.detail["mail_id"])) else ()
        )


def _put(mailbox: Mailbox, folder: str, draft: Draft, raw: bytes) -> tuple[int, int]:
    r"""Put the draft into the folder, marked ``\Draft`` (RFC 9051 2.3.2), and return where it lies."""
    place = mailbox.append(folder, raw, (r"\Draft", r"\Seen"), draft.created_at)
    if place is not None:
        return place
    state = mailbox.select(folder, readonly=True)
    found = marked(_wanted(draft), newest(mailbox))
    if not found:
        raise PermanentError(f"{folder} took the draft and does not show it")
    return state.uidvalidity, found[-1]


def _delete_draft(desk: MailboxDesk, mailbox: Mailbox, work: Work) -> str:
    """Take a draft away. What the operator had made of it is kept before, and becomes a note on its ticket."""
    with read(desk.engine) as connection:
        draft = drafts.find(connection, work.draft_id or 0)
        raw = drafts.load_raw(connection, draft.id) if draft else b""
    if draft is None or all(one.name != draft.folder for one in mailbox.list_folders()):
        return "it lies nowhere"
    state = mailbox.select(draft.folder, readonly=False)
    there = _lying(draft, mailbox, same_uids=state.uidvalidity == draft.uidvalidity)
    changed = _changed(mailbox, there, raw)
    if changed:
        *others, last = changed
        with write(desk.engine) as connection:
            drafts.keep(connection, draft.id, changed[last])
        # One text is kept; of what else he made of it none is deleted.
        there = tuple(uid for uid in there if uid not in others)
    if there:
        mailbox.remove(there)
    return f"taken out of {draft.folder}" if there else "it lies nowhere"


def _changed(mailbox: Mailbox, uids: Sequence[int], raw: bytes) -> dict[int, bytes]:
    """Return those of the mails that are not as we put them there, ascending by UID."""
    ours = fingerprint(raw)
    found = {uid: mailbox.fetch([uid]).get(uid, b"") for uid in uids}
    return {
        uid: lying for uid, lying in found.items() if lying and fingerprint(lying).content != ours.content
    }


def _lying(draft: Draft, mailbox: Mailbox, *, same_uids: bool) -> tuple[int, ...]:
    """Return under which UIDs a draft lies in the open folder, as we put it and as he saved it anew."""
    seen, wanted = newest(mailbox), _wanted(draft)
    there = set(marked(wanted, seen))
    if same_uids and draft.uid is not None and mailbox.uids_from(draft.uid)[:1] == (draft.uid,):
        there.add(draft.uid)
    elif not there and (saved := successor(wanted, seen)) is not None and same_uids:
        there.add(saved)
    return tuple(sorted(there))


def _wanted(draft: Draft) -> Wanted:
    return Wanted(draft.message_id, draft.in_reply_to, draft.uid or 0)


_DO: Mapping[str, Do] = MappingProxyType(
    {
        mailbox_work.APPEND_SENT: _append_sent,
        mailbox_work.APPEND_DRAFT: _append_draft,
        mailbox_work.DELETE_DRAFT: _delete_draft,
        mailbox_work.ERASE_COPY: _erase_copy,
    }
)
