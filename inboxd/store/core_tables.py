"""Every table, as asked and written. Made by `make tables` from the modules tables_*.py: change those."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from inboxd.store.naming import CONVENTION, partial_index
from inboxd.store.types import UtcDateTime

metadata = MetaData(naming_convention=CONVENTION)

alarm = Table(
    "alarm",
    metadata,
    Column("key", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("occasion", String, nullable=False, default=""),
    Column("raised_at", UtcDateTime, nullable=False),
    Column("wanted", String, nullable=False, default=""),
    Column("tries", Integer, nullable=False, default=0),
    Column("next_try_at", UtcDateTime, nullable=False),
    Column("told_at", UtcDateTime),
    Column("recovered_at", UtcDateTime),
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("outbox_id", Integer, ForeignKey("outbox.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("outcome", String, nullable=False, default="unknown"),
    Column("reply", Text, nullable=False, server_default=""),
)

cursor = Table(
    "cursor",
    metadata,
    Column("account", String, primary_key=True),
    Column("folder", String, primary_key=True),
    Column("uidvalidity", BigInteger, nullable=False, autoincrement=False),
    Column("uid", BigInteger, nullable=False, autoincrement=False),
    Column("modseq", BigInteger, nullable=False, autoincrement=False),
    Column("archive_uid", BigInteger, nullable=False, autoincrement=False),
    Column("archive_before", UtcDateTime),
    Column("polled_at", UtcDateTime),
)

customer = Table(
    "customer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, default=""),
    Column("language", String, nullable=False, default=""),
    Column("tags", JSON, nullable=False, server_default=text("'[]'")),
    Column("note", Text, nullable=False, server_default=""),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_contact_at", UtcDateTime),
    Column("surveyed_at", UtcDateTime),
    Column("opted_out", Boolean, nullable=False, default=False),
)

customer_address = Table(
    "customer_address",
    metadata,
    Column("address", String, primary_key=True),
    Column("customer_id", Integer, ForeignKey("customer.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("undeliverable_at", UtcDateTime),
    Column("undeliverable_reason", String, nullable=False, default=""),
)

draft = Table(
    "draft",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", String, nullable=False),
    Column("ticket_number", Integer, ForeignKey("ticket.number"), nullable=False, index=True),
    Column("mail_id", Integer),
    Column("article", String, nullable=False, default=""),
    Column("message_id", Text, nullable=False),
    Column("in_reply_to", Text, nullable=False, server_default=""),
    Column("recipient", Text, nullable=False, server_default=""),
    Column("offered", Text, nullable=False, server_default=""),
    Column("state", String, nullable=False, default="wanted"),
    Column("edited", Boolean, nullable=False, default=False),
    Column("unnoted", Boolean, nullable=False, default=False),
    Column("folder", Text, nullable=False, server_default=""),
    Column("uidvalidity", BigInteger),
    Column("uid", BigInteger),
    Column("created_at", UtcDateTime, nullable=False),
    Column("gone_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("ended_by", Text, nullable=False, server_default=""),
    Column("distance", Float),
    CheckConstraint("state in ('wanted', 'lying', 'gone', 'sent', 'deleted', 'withdrawn')", name="state"),
    UniqueConstraint("message_id"),
    partial_index("ix_draft_open", "ticket_number", where="state in ('wanted', 'lying', 'gone')"),
    partial_index("ix_draft_unnoted", "id", where="unnoted"),
)

draft_raw = Table(
    "draft_raw",
    metadata,
    Column("draft_id", Integer, ForeignKey("draft.id", ondelete="CASCADE"), primary_key=True),
    Column("raw", LargeBinary, nullable=False),
    Column("kept", LargeBinary),
)

erased_listing = Table(
    "erased_listing",
    metadata,
    Column("mark", String, primary_key=True),
    Column("erased_at", UtcDateTime, nullable=False),
)

erased_mail = Table(
    "erased_mail",
    metadata,
    Column("mark", String, primary_key=True),
    Column("mail_id", Integer, ForeignKey("mail.id")),
    Column("erased_at", UtcDateTime, nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String, nullable=False),
    Column("ticket_number", Integer, index=True),
    Column("mail_id", Integer),
    Column("outbox_id", Integer),
    Column("actor", String, nullable=False, default=""),
    Column("detail", JSON, nullable=False, server_default=text("'{}'")),
    Index("ix_event_kind_at", "kind", "at"),
)

folder_mail = Table(
    "folder_mail",
    metadata,
    Column("account", String, primary_key=True),
    Column("folder", String, primary_key=True),
    Column("uidvalidity", BigInteger, primary_key=True, autoincrement=False),
    Column("uid", BigInteger, primary_key=True, autoincrement=False),
    Column("mail_id", Integer, ForeignKey("mail.id"), nullable=False, index=True),
    Column("received_at", UtcDateTime),
    Column("aftermath_due", Boolean, nullable=False, default=False),
    Column("gone_at", UtcDateTime),
    partial_index("ix_folder_mail_aftermath", "account", "folder", where="aftermath_due"),
)

job_run = Table(
    "job_run",
    metadata,
    Column("name", String, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

leader = Table(
    "leader",
    metadata,
    Column("name", String, primary_key=True),
    Column("term", Integer, nullable=False, default=0),
    Column("holder", String, nullable=False, default=""),
    Column("since", UtcDateTime, nullable=False),
)

learnt = Table(
    "learnt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("article", String, index=True),
    Column("right", Boolean, nullable=False, default=True),
    Column("text", Text, nullable=False),
    Column("source", String, nullable=False),
    Column("ticket_number", Integer, index=True),
    Column("weight", Float, nullable=False, default=1.0, server_default="1"),
    Column("masked", Boolean, nullable=False, default=False, server_default=false()),
    Column("adopted_at", UtcDateTime),
)

listed_customer = Table(
    "listed_customer",
    metadata,
    Column("address", String, primary_key=True),
    Column("person", String, nullable=False, index=True),
    Column("name", String, nullable=False, default=""),
    Column("organisation", String, nullable=False, default=""),
    Column("language", String, nullable=False, default=""),
    Column("tags", JSON, nullable=False, server_default=text("'[]'")),
    Column("fields", JSON, nullable=False, server_default=text("'{}'")),
)

mail = Table(
    "mail",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("accepted_at", UtcDateTime, nullable=False, index=True),
    Column("received_at", UtcDateTime),
    Column("source", String, nullable=False),
    Column("reverse_path", String),
    Column("forward_paths", JSON, nullable=False, server_default=text("'[]'")),
    Column("peer", String, nullable=False, default=""),
    Column("helo", String, nullable=False, default=""),
    Column("submitter", String, nullable=False, default=""),
    Column("size", Integer, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("content_sha256", String, nullable=False),
    Column("copies", Integer, nullable=False, default=0),
    Column("imported", Boolean, nullable=False, default=False),
    Column("state", String, nullable=False, default="accepted"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_attempt_at", UtcDateTime, nullable=False),
    Column("processed_at", UtcDateTime),
    Column("disposition", String, nullable=False, default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("detail", Text, nullable=False, server_default=""),
    Column("ticket_number", Integer, index=True),
    Column("sender", Text, nullable=False, server_default=""),
    Column("sender_domain", Text, nullable=False, server_default=""),
    Column("subject", Text, nullable=False, server_default=""),
    Column("body_simhash", BigInteger),
    Column("decision", JSON, nullable=False, server_default=text("'{}'")),
    CheckConstraint("state in ('accepted', 'processed', 'held', 'dropped')", name="state"),
    partial_index("ix_mail_due", "imported", "next_attempt_at", "id", where="state = 'accepted'"),
    partial_index("ix_mail_held", "id", where="state = 'held'"),
    Index("ix_mail_identity", "message_id", "content_sha256"),
    Index("ix_mail_sender_domain_accepted", "sender_domain", "accepted_at"),
)

mail_facts = Table(
    "mail_facts",
    metadata,
    Column("mail_id", Integer, ForeignKey("mail.id", ondelete="CASCADE"), primary_key=True),
    Column("facts", JSON, nullable=False),
)

mail_raw = Table(
    "mail_raw",
    metadata,
    Column("mail_id", Integer, ForeignKey("mail.id", ondelete="CASCADE"), primary_key=True),
    Column("raw", LargeBinary, nullable=False),
)

mailbox_work = Table(
    "mailbox_work",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("account", String, nullable=False),
    Column("state", String, nullable=False, default="queued"),
    Column("once_key", String),
    Column("ticket_number", Integer, index=True),
    Column("outbox_id", Integer),
    Column("draft_id", Integer),
    Column("detail", JSON, nullable=False, server_default=text("'{}'")),
    Column("attempts", Integer, nullable=False, default=0),
    Column("created_at", UtcDateTime, nullable=False),
    Column("next_attempt_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Column("last_reply", Text, nullable=False, server_default=""),
    CheckConstraint("state in ('queued', 'done', 'failed', 'cancelled')", name="state"),
    UniqueConstraint("once_key"),
    partial_index("ix_mailbox_work_due", "account", "next_attempt_at", "id", where="state = 'queued'"),
)

message = Table(
    "message",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_number", Integer, ForeignKey("ticket.number"), nullable=False, index=True),
    Column("mail_id", Integer, ForeignKey("mail.id")),
    Column("outbox_id", Integer, index=True),
    Column("direction", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("author", String, nullable=False),
    Column("author_name", String, nullable=False, default=""),
    Column("at", UtcDateTime, nullable=False),
    Column("text", Text, nullable=False),
    Column("full_text", Text, nullable=False),
    Column("answer_to", Text, nullable=False, server_default=""),
    Column("attachments", JSON, nullable=False, server_default=text("'[]'")),
    Column("message_id", Text, nullable=False),
    CheckConstraint("direction in ('in', 'out', 'note')", name="direction"),
    UniqueConstraint("mail_id", "direction"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False, default="queued"),
    Column("once_key", String),
    Column("ticket_number", Integer, index=True),
    Column("mail_id", Integer),
    Column("automatic", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("reverse_path", String, nullable=False, default=""),
    Column("recipient", String, nullable=False),
    Column("recipients", JSON, nullable=False, server_default=text("'[]'")),
    Column("subject", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("why", JSON, nullable=False, server_default=text("'{}'")),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_attempt_at", UtcDateTime, nullable=False),
    Column("last_reply", Text, nullable=False, server_default=""),
    Column("sent_at", UtcDateTime),
    Column("stale_at", UtcDateTime),
    Column("reported", Boolean, nullable=False, default=False),
    CheckConstraint("state in ('queued', 'sent', 'failed', 'cancelled')", name="state"),
    UniqueConstraint("message_id"),
    UniqueConstraint("once_key"),
    partial_index("ix_outbox_automatic_created", "created_at", where="automatic"),
    partial_index("ix_outbox_due", "next_attempt_at", "id", where="state = 'queued'"),
    Index("ix_outbox_recipient_created", "recipient", "created_at"),
    partial_index("ix_outbox_stale", "stale_at", where="state = 'queued' and stale_at is not null"),
    partial_index("ix_outbox_unreported", "id", where="state = 'failed' and not reported"),
)

outbox_raw = Table(
    "outbox_raw",
    metadata,
    Column("outbox_id", Integer, ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True),
    Column("raw", LargeBinary, nullable=False),
)

participant = Table(
    "participant",
    metadata,
    Column("ticket_number", Integer, ForeignKey("ticket.number"), primary_key=True),
    Column("address", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("name", String, nullable=False, default=""),
    Column("added_at", UtcDateTime, nullable=False),
)

passage_vector = Table(
    "passage_vector",
    metadata,
    Column("content_hash", String, primary_key=True),
    Column("model", String, primary_key=True),
    Column("vector", LargeBinary, nullable=False),
)

past_mail = Table(
    "past_mail",
    metadata,
    Column("mail_id", Integer, ForeignKey("mail.id", ondelete="CASCADE"), primary_key=True),
    Column("desk", String, nullable=False),
    Column("number", String, nullable=False),
    Index("ix_past_mail_desk_number", "desk", "number"),
)

past_ticket = Table(
    "past_ticket",
    metadata,
    Column("desk", String, primary_key=True),
    Column("number", String, primary_key=True),
    Column("changed_at", String, nullable=False, default=""),
    Column("status", String, nullable=False, default=""),
    Column("tags", JSON, nullable=False, server_default=text("'[]'")),
    Column("settled", Boolean, nullable=False, default=False),
)

queue_mail = Table(
    "queue_mail",
    metadata,
    Column("account", String, primary_key=True),
    Column("mail_id", Integer, ForeignKey("mail.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("places", JSON, nullable=False, server_default=text("'[]'")),
    Column("lies_in", String, nullable=False),
    Column("agreed", String, nullable=False),
    Column("wanted", String, nullable=False, default=""),
    Column("moving", String, nullable=False, default=""),
    Column("seen_at", UtcDateTime),
    Column("moved_after", UtcDateTime),
    Column("asleep_until", UtcDateTime),
    Column("has_left", Boolean, nullable=False, default=False),
    Column("moves", Integer, nullable=False, default=0),
    Column("counted_from", UtcDateTime),
    Column("version", Integer, nullable=False, default=-1),
    partial_index("ix_queue_mail_due", "account", where="wanted <> lies_in"),
    partial_index("ix_queue_mail_news", "account", where="lies_in <> agreed or version = -1"),
)

reference = Table(
    "reference",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", Text, nullable=False),
    Column("ticket_number", Integer, ForeignKey("ticket.number"), nullable=False, index=True),
    Column("kind", String, nullable=False),
    UniqueConstraint("message_id", "ticket_number"),
)

setting = Table(
    "setting",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", JSON, nullable=False, server_default=text("'{}'")),
    Column("at", UtcDateTime, nullable=False),
)

survey = Table(
    "survey",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_number", Integer, ForeignKey("ticket.number"), nullable=False, index=True),
    Column("customer_id", Integer, ForeignKey("customer.id"), nullable=False, index=True),
    Column("due_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("outbox_id", Integer),
    Column("withdrawn_at", UtcDateTime),
    Column("withdrawn_why", String, nullable=False, default=""),
    Column("answered_at", UtcDateTime),
    Column("score", Integer),
    Column("comment", Text, nullable=False, server_default=""),
    Column("sentiment", Text, nullable=False, server_default=""),
    partial_index("ix_survey_due", "due_at", where="sent_at is null and withdrawn_at is null"),
)

ticket = Table(
    "ticket",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("status", String, nullable=False, default="new"),
    Column("priority", String, nullable=False, default="normal"),
    Column("priority_score", Float),
    Column("category", String, nullable=False, default=""),
    Column("tags", JSON, nullable=False, server_default=text("'[]'")),
    Column("customer_id", Integer, ForeignKey("customer.id"), nullable=False, index=True),
    Column("assignee", String, nullable=False, default=""),
    Column("language", String, nullable=False, default=""),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("first_response_due", UtcDateTime),
    Column("first_response_at", UtcDateTime),
    Column("next_response_due", UtcDateTime),
    Column("resolution_due", UtcDateTime),
    Column("chase_at", UtcDateTime),
    Column("warned_due", UtcDateTime),
    Column("breached_due", UtcDateTime),
    Column("breached_at", UtcDateTime),
    Column("told", JSON, nullable=False, server_default=text("'[]'")),
    Column("promised_at", UtcDateTime),
    Column("waiting_since", UtcDateTime),
    Column("answered_automatically", Boolean, nullable=False, default=False),
    Column("automatic_article", String, nullable=False, default=""),
    Column("automatic_confidence", Float),
    Column("suggested_article", String, nullable=False, default=""),
    Column("suggested_confidence", Float),
    Column("solved_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("reopened", Integer, nullable=False, default=0),
    Column("snoozed_until", UtcDateTime),
    Column("idle_at", UtcDateTime),
    Column("silent_since", UtcDateTime),
    Column("linked_to", Integer),
    Column("merged_into", Integer),
    Column("conversation", Text, nullable=False, index=True, server_default=""),
    Column("thread_index", Text, nullable=False, server_default=""),
    Column("survey", String, nullable=False, default=""),
    Column("version", Integer, nullable=False, default=0),
    CheckConstraint("priority in ('urgent', 'high', 'normal', 'low')", name="priority"),
    CheckConstraint("status in ('new', 'open', 'pending', 'solved', 'closed', 'merged')", name="status"),
    partial_index("ix_ticket_answered", "number", where="first_response_at is not null"),
    partial_index("ix_ticket_chase", "chase_at", where="chase_at is not null"),
    partial_index("ix_ticket_idle", "idle_at", where="idle_at is not null"),
    partial_index("ix_ticket_snooze", "snoozed_until", where="snoozed_until is not null"),
    Index("ix_ticket_status", "status", "number"),
)
