"""How far each folder of a mailbox was read."""

import datetime as dt

from sqlmodel import Field, SQLModel

from inboxd.store.columns import big, when
from inboxd.store.naming import partial_index


class CursorRow(SQLModel, table=True):
    """How far an IMAP folder has been read (RFC 9051 2.3.1.1: UID means nothing without UIDVALIDITY).

    What lay under ``archive_uid`` or below at first contact and had arrived before ``archive_before`` is history.
    """

    __tablename__ = "cursor"
    account: str = Field(primary_key=True)
    folder: str = Field(primary_key=True)
    uidvalidity: int = big()
    uid: int = big()
    modseq: int = big(default=0)
    archive_uid: int = big(default=0)
    archive_before: dt.datetime | None = when()
    polled_at: dt.datetime | None = when()


class FolderMailRow(SQLModel, table=True):
    """Which mail lies under which UID of a folder; ``aftermath_due``: flagging or moving it there is still to do."""

    __tablename__ = "folder_mail"
    __table_args__ = (partial_index("ix_folder_mail_aftermath", "account", "folder", where="aftermath_due"),)
    account: str = Field(primary_key=True)
    folder: str = Field(primary_key=True)
    uidvalidity: int = big(primary_key=True)
    uid: int = big(primary_key=True)
    mail_id: int = Field(foreign_key="mail.id", index=True)
    # A server restored from a backup can give the same UID to another mail: its INTERNALDATE tells.
    received_at: dt.datetime | None = when()
    aftermath_due: bool = False
    # When we heard that it was moved away or removed there (QRESYNC, RFC 7162); null also where no server tells.
    gone_at: dt.datetime | None = when()
