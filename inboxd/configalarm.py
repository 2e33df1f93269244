"""``[alarm]``: the second channel, for the day the first one is broken: an address over another transport, or a command."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from inboxd.configlogin import PasswordModel, absolute_path, read_password
from inboxd.configtypes import Port
from inboxd.secretsource import SecretSource
from inboxd.tomltypes import AddressText, OneOf, PositiveDuration, Text

_MAIL_KEYS = frozenset(
    "transport maildir host port tls user sender password_command password_file oauth2".split()
)


class AlarmModel(PasswordModel):
    """``[alarm]``; without it alarms go to the operators by the usual way."""

    address: AddressText | None = None
    transport: Annotated[str, OneOf(("maildir", "smtp"))] = "smtp"
    maildir: str = ""
    host: str = ""
    port: Port = 587
    tls: Annotated[str, OneOf(("none", "starttls", "tls"))] = "starttls"
    user: str = ""
    sender: AddressText | None = None
    command: Annotated[list[Text], Field(min_length=1)] | None = None
    timeout: PositiveDuration = dt.timedelta(minutes=1)

    @model_validator(mode="after")
    def _one_channel(self) -> Self:
        if self.command and self.address:
            raise ValueError("command and address: choose one")
        if not self.address and self.model_fields_set & _MAIL_KEYS:
            raise ValueError("needs the address that alarms go to")
        if self.oauth2:
            raise ValueError("oauth2 ends just when alarms are needed: use a password, or a command")
        if self.address:
            self._require_transport()
        return self

    def _require_transport(self) -> None:
        if self.transport == "maildir" and not self.maildir:
            raise ValueError("transport = 'maildir' needs maildir, the folder that alarms are put into")
        if self.transport == "smtp" and not self.host:
            raise ValueError("needs the host of another mail server than [outgoing] has")
        if self.user and not (self.password_command or self.password_file):
            raise ValueError("a user needs a password_command or a password_file")


@dataclass(frozen=True, slots=True)
class AlarmPlan:
    """Where alarms go: with ``command`` to that program, else to ``address``. ``transport`` is ``smtp`` or ``maildir``."""

    address: str
    transport: str
    maildir: Path
    host: str
    port: int
    tls: str
    user: str
    password: SecretSource
    sender: str
    command: tuple[str, ...]
    timeout: dt.timedelta


def read_alarm(model: AlarmModel, folder: Path, desk_address: str) -> AlarmPlan | None:
    """Return the second channel; None when none is configured.

    Another provider lets its own users send in their own name only: an address to log in with is the sender.
    """
    if not (model.address or model.command):
        return None
    return AlarmPlan(
        address=model.address or "",
        transport=model.transport,
        maildir=absolute_path(folder, model.maildir),
        host=model.host,
        port=model.port,
        tls=model.tls,
        user=model.user,
        password=read_password(model, folder),
        sender=model.sender or (model.user if "@" in model.user else desk_address),
        command=tuple(model.command or ()),
        timeout=model.timeout,
    )
