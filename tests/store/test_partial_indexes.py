"""What is asked often finds its few rows by an index of those rows alone, however much is stored."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from inboxd.store import (
    cursors,
    drafts,
    mailbox_work,
    mails,
    outbox,
    queue_mails,
    sent_history,
    stale,
    surveys,
    tickets,
)
from inboxd.store.cursors import Place
from inboxd.store.engine import read

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
HERE = Place("support@imap.acme.test", "INBOX", 1)

ASKED: tuple[tuple[str, Callable[[Connection], object]], ...] = (
    ("ix_mail_held", mails.list_held),
    ("ix_outbox_due", lambda store: outbox.find_due(store, NOW)),
    ("ix_outbox_unreported", outbox.list_unreported_failures),
    ("ix_outbox_stale", lambda store: stale.list_stale(store, NOW)),
    ("ix_outbox_automatic_created", lambda store: sent_history.automatic_to_customers(store, NOW)),
    ("ix_outbox_automatic_created", lambda store: sent_history.automatic_to_domain(store, "a.test", NOW)),
    (
        "ix_outbox_automatic_created",
        lambda store: sent_history.automatic_times(store, recipient=None, ticket_number=None, since=NOW),
    ),
    ("ix_folder_mail_aftermath", lambda store: cursors.due_aftermath(store, HERE)),
    ("ix_mailbox_work_due", lambda store: mailbox_work.find_due(store, "support", ("draft",), NOW)),
    ("ix_draft_unnoted", drafts.list_unnoted),
    ("ix_survey_due", lambda store: surveys.list_due(store, NOW)),
    ("ix_queue_mail_news", lambda store: queue_mails.has_news(store, "support")),
    ("ix_queue_mail_due", lambda store: queue_mails.is_due(store, "support", NOW)),
    ("ix_ticket_chase", lambda store: tickets.list_due(store, "chase_at", NOW)),
    ("ix_ticket_snooze", lambda store: tickets.list_due(store, "snoozed_until", NOW)),
    ("ix_ticket_idle", lambda store: tickets.list_due(store, "idle_at", NOW)),
)


@pytest.mark.parametrize(("index", "ask"), ASKED)
def test_the_index_of_a_part_is_used(
    lite_engine: Engine, index: str, ask: Callable[[Connection], Any]
) -> None:
    """SQLite takes the index for it: the question says the same words as the index."""
    with read(lite_engine) as connection:
        heard: list[tuple[str, Any]] = []
        sa.event.listen(connection, "before_cursor_execute", lambda *said: heard.append((said[2], said[3])))
        ask(connection)
    with read(lite_engine) as connection:
        plans = [
            str(row[3])
            for statement, values in heard
            for row in connection.exec_driver_sql(f"explain query plan {statement}", values)
        ]
    assert any(index in plan for plan in plans), plans
