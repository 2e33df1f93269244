"""What of a person lies in mailboxes: marks by which it is known again, and the work of taking it out.

Our own Message-IDs in Sent are all that names a mail there; what was fetched is named by its UID, and taken out only
when it bears the mark of an erased mail.
"""

import datetime as dt

from sqlalchemy import Connection, select

from inboxd.core.fingerprint import Fingerprint, fingerprint
from inboxd.store import mailbox_work
from inboxd.store.core_tables import draft as _draft
from inboxd.store.core_tables import folder_mail as _lies
from inboxd.store.core_tables import mail as _mail
from inboxd.store.core_tables import mailbox_work as _work
from inboxd.store.core_tables import outbox as _outbox
from inboxd.store.core_tables import outbox_raw as _outbox_raw
from inboxd.store.erasing_scope import Scope, chosen
from inboxd.store.mailbox_work import ERASE_COPY, NewWork
from inboxd.store.tombstones import bury


def bury_mails(connection: Connection, scope: Scope, now: dt.datetime) -> None:
    """Remember his mails and ours to him, so that no mailbox brings them back; before they are emptied."""
    columns = (_mail.c.id, _mail.c.message_id, _mail.c.content_sha256, _mail.c.received_at)
    for condition in chosen(_mail.c.id, scope.mails):
        for row in connection.execute(select(*columns).where(condition)).all():
            if row.content_sha256:
                identity = Fingerprint(row.message_id, row.content_sha256)
                bury(connection, identity, row.received_at, row.id, now)
    for key in scope.outgoing:
        query = select(_outbox_raw.c.raw).where(_outbox_raw.c.outbox_id == key)
        raw = connection.execute(query).scalar_one_or_none()
        if raw:
            bury(connection, fingerprint(bytes(raw)), None, None, now)


def remove_copies(connection: Connection, scope: Scope, now: dt.datetime) -> dict[str, int]:
    """Order that his mails, our answers in Sent and the drafts be taken out of the mailboxes; return how many."""
    orders = (*_fetched(connection, scope), *_sent(connection, scope), *_drafts(connection, scope))
    return {"mailbox_copies": sum(mailbox_work.enqueue(connection, one, now) for one in orders)}


def _fetched(connection: Connection, scope: Scope) -> list[NewWork]:
    found = []
    for condition in chosen(_lies.c.mail_id, scope.mails):
        for row in connection.execute(select(_lies).where(condition, _lies.c.gone_at.is_(None))).all():
            where = {
                "folder": row.folder,
                "uidvalidity": row.uidvalidity,
                "uid": row.uid,
                "mail_id": row.mail_id,
            }
            once = f"erase:{row.account}:{row.folder}:{row.uidvalidity}:{row.uid}"
            found.append(NewWork(ERASE_COPY, row.account, once_key=once, detail=where))
    return found


def _sent(connection: Connection, scope: Scope) -> list[NewWork]:
    query = select(_work.c.account, _outbox.c.id, _outbox.c.message_id, _outbox.c.created_at).join(
        _outbox, _outbox.c.id == _work.c.outbox_id
    )
    found = []
    for condition in chosen(_outbox.c.id, scope.outgoing):
        for row in connection.execute(query.where(condition, _work.c.kind == mailbox_work.APPEND_SENT)).all():
            detail = {
                "use": "sent",
                "message_id": row.message_id,
                "since": row.created_at.date().isoformat(),
            }
            found.append(NewWork(ERASE_COPY, row.account, once_key=f"erase:sent:{row.id}", detail=detail))
    return found


def _drafts(connection: Connection, scope: Scope) -> list[NewWork]:
    found = []
    for condition in chosen(_draft.c.ticket_number, scope.tickets):
        for row in connection.execute(select(_draft).where(condition, _draft.c.uid.is_not(None))).all():
            where = {"folder": row.folder, "uidvalidity": row.uidvalidity, "uid": row.uid, "draft": True}
            found.append(NewWork(ERASE_COPY, row.account, once_key=f"erase:draft:{row.id}", detail=where))
    return found
