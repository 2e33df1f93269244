"""All tables. A row never leaves ``store/``: its modules of queries return values and frozen dataclasses."""

from sqlalchemy import Table
from sqlmodel import SQLModel

from inboxd.store.columns import metadata
from inboxd.store.tables_desk import JobRunRow, LearntRow, PassageVectorRow, SettingRow, SurveyRow
from inboxd.store.tables_imap import CursorRow, FolderMailRow
from inboxd.store.tables_mail import MailRawRow, MailRow
from inboxd.store.tables_outbox import AttemptRow, OutboxRawRow, OutboxRow
from inboxd.store.tables_people import CustomerAddressRow, CustomerRow
from inboxd.store.tables_ticket import EventRow, MessageRow, ParticipantRow, ReferenceRow, TicketRow

__all__ = [
    "AttemptRow",
    "CursorRow",
    "CustomerAddressRow",
    "CustomerRow",
    "EventRow",
    "FolderMailRow",
    "JobRunRow",
    "LearntRow",
    "MailRawRow",
    "MailRow",
    "MessageRow",
    "OutboxRawRow",
    "OutboxRow",
    "ParticipantRow",
    "PassageVectorRow",
    "ReferenceRow",
    "SettingRow",
    "SurveyRow",
    "TicketRow",
    "metadata",
    "table_of",
]


def table_of(model: type[SQLModel]) -> Table:
    """Return the Core table of a model: statements on it are three times as fast as the ORM's objects."""
    table: Table = getattr(model, "__table__")  # noqa: B009  SQLModel adds the attribute without declaring it
    return table
