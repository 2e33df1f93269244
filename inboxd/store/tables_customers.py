"""What ``customers.csv`` says, as it was when it was last good, and who was erased while the file still named him."""

import datetime as dt

from sqlmodel import Field, SQLModel

from inboxd.store.columns import json_value, when


class ListedCustomerRow(SQLModel, table=True):
    """One address of a row of the file; ``person`` is the first address of the row, all of its addresses have it."""

    __tablename__ = "listed_customer"
    address: str = Field(primary_key=True)
    person: str = Field(index=True)
    name: str = ""
    organisation: str = ""
    language: str = ""
    tags: list[str] = json_value("[]")
    fields: dict[str, str] = json_value("{}")


class ErasedListingRow(SQLModel, table=True):
    """An address whose row of the file is not taken over any more, as a mark that needs the desk's secret to be read."""

    __tablename__ = "erased_listing"
    mark: str = Field(primary_key=True)
    erased_at: dt.datetime = when(nullable=False)
