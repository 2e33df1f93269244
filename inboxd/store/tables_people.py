"""Customers and their addresses."""

import datetime as dt

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from inboxd.store.columns import json_value, when


class CustomerRow(SQLModel, table=True):
    """One person who writes, whatever addresses he uses."""

    __tablename__ = "customer"
    id: int | None = Field(default=None, primary_key=True)
    name: str = ""
    language: str = ""
    tags: list[str] = json_value("[]")
    note: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    created_at: dt.datetime = when(nullable=False)
    last_contact_at: dt.datetime | None = when()
    surveyed_at: dt.datetime | None = when()
    opted_out: bool = False


class CustomerAddressRow(SQLModel, table=True):
    """An address of a customer, in the form addresses are compared in."""

    __tablename__ = "customer_address"
    address: str = Field(primary_key=True)
    customer_id: int = Field(foreign_key="customer.id", index=True, ondelete="CASCADE")
    undeliverable_at: dt.datetime | None = when()
    undeliverable_reason: str = ""
