"""The shape of config.toml as people write it: pydantic models with every default; config.example.toml shows them."""

import datetime as dt
from typing import Annotated, Self

from pydantic import Field, model_validator

from inboxd.configalarm import AlarmModel
from inboxd.configcustomers import CustomersModel
from inboxd.configfolders import FoldersModel
from inboxd.configform import FormModel
from inboxd.confighooks import HooksModel
from inboxd.configlogin import PasswordModel, SubmissionModel
from inboxd.configmetrics import LogModel, MetricsModel
from inboxd.configpriority import PriorityModel
from inboxd.configreport import ReportModel
from inboxd.configretention import RetentionModel
from inboxd.configslamodel import SlaModel
from inboxd.configtypes import (
    Delimiter,
    Keyword,
    Language,
    Listen,
    Port,
    StoreUrl,
    TimeText,
    TimeZone,
    WindowText,
)
from inboxd.core.guards import SHIPPED
from inboxd.core.limits import Window
from inboxd.core.rule_fields import WEEKDAYS
from inboxd.tomlmodel import Outside
from inboxd.tomltypes import AddressText, OneOf, PositiveDuration, Size, Text

_TLS = ("none", "starttls", "tls")
Tls = Annotated[str, OneOf(_TLS)]


class DeskModel(Outside):
    """``[desk]``."""

    name: Text = "Support"
    address: AddressText = "support@inboxd.localhost"
    aliases: list[AddressText] = Field(default_factory=list)
    timezone: TimeZone = "UTC"
    language: Language = "en"
    recipient_delimiter: Delimiter = "+"
    secret_file: Text = "var/secret"  # noqa: S105  a path, not a secret


class OperatorModel(Outside):
    """``[[operators]]``."""

    name: Text
    address: AddressText
    aliases: list[AddressText] = Field(default_factory=list)
    skills: list[Text] = Field(default_factory=list)
    password_hash_file: str = ""


class StoreModel(Outside):
    """``[store]``."""

    url: StoreUrl = "sqlite:///var/inboxd.db"


class SmtpIntakeModel(Outside):
    """``[intake.smtp]``."""

    enabled: bool = True
    listen: Listen = ("127.0.0.1", 8025)
    max_size: Size = 35_000_000
    # RFC 5321 4.5.3.1.8: at least 100; 4.5.3.2.7: at least five minutes.
    max_recipients: Annotated[int, Field(ge=1)] = 100
    timeout: PositiveDuration = dt.timedelta(minutes=5)
    max_connections: Annotated[int, Field(ge=1)] = 500
    max_connections_per_peer: Annotated[int, Field(ge=1)] = 50
    max_arrivals_per_peer: WindowText = Window(dt.timedelta(minutes=1), 600)
    max_mails_per_peer: WindowText = Window(dt.timedelta(minutes=10), 6000)
    max_memory: Size = 150_000_000
    tls_cert: str = ""
    tls_key: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if bool(self.tls_cert) != bool(self.tls_key):
            raise ValueError("tls_cert and tls_key: one needs the other")
        return self


class ImapModel(PasswordModel):
    """``[[intake.imap]]``."""

    host: Text
    port: Port = 993
    tls: Tls = "tls"
    user: Text
    folder: Text = "INBOX"
    after: Annotated[str, OneOf(("keyword", "leave", "move"))] = "leave"
    keyword: Keyword = "inboxd"
    move_to: str = ""
    idle: bool = True
    poll: PositiveDuration = dt.timedelta(minutes=5)
    timeout: PositiveDuration = dt.timedelta(minutes=1)
    max_size: Size = 50_000_000
    sent: str = "auto"
    drafts: str = "auto"
    sent_copies: Annotated[str, OneOf(("always", "auto", "never"))] = "auto"
    folders: FoldersModel | None = None

    @model_validator(mode="after")
    def _moves_elsewhere(self) -> Self:
        if self.after == "move" and self.move_to in {"", self.folder}:
            raise ValueError("after = 'move' needs move_to, the name of another folder")
        if self.after == "move" and self.folders and self.folders.enabled:
            raise ValueError("after = 'move' and queue folders: choose one, or each moves the other's mails")
        return self


class IntakeModel(Outside):
    """``[intake]``."""

    trusted_authserv_ids: list[Text] = Field(default_factory=list)
    smtp: SmtpIntakeModel = SmtpIntakeModel()
    submission: SubmissionModel = SubmissionModel()
    imap: list[ImapModel] = Field(default_factory=list)
    form: list[FormModel] = Field(default_factory=list)


class OutgoingModel(PasswordModel):
    """``[outgoing]``."""

    transport: Annotated[str, OneOf(("maildir", "smtp"))] = "maildir"
    maildir: Text = "var/outgoing"
    host: str = ""
    port: Port = 587
    tls: Tls = "starttls"
    user: str = ""
    timeout: PositiveDuration = dt.timedelta(minutes=1)
    return_path: Annotated[str, OneOf(("signed", "null"))] = "signed"

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.transport == "smtp" and not self.host:
            raise ValueError("transport = 'smtp' needs a host")
        if self.user and not (self.password_command or self.password_file or self.oauth2):
            raise ValueError("a user needs a password_command, a password_file or oauth2")
        if self.oauth2 and not self.user:
            raise ValueError("oauth2 needs a user")
        return self


class GuardModel(Outside):
    """``[[kb.guards]]``: words or phrases that keep a mail from being answered by itself."""

    name: Text
    words: list[Text] = Field(min_length=1)


class KbModel(Outside):
    """``[kb]``."""

    path: Text = "kb"
    model: Text = "all-MiniLM-L6-v2"
    max_error_rate: Annotated[float, Field(gt=0, le=0.5)] = 0.03
    without_guards: list[Annotated[str, OneOf(SHIPPED)]] = Field(default_factory=list)
    guards: list[GuardModel] = Field(default_factory=list)

    @property
    def all_guards(self) -> dict[str, list[str]]:
        """Return the words of every guard in use, by name; the shipped ones first, which have patterns besides."""
        words: dict[str, list[str]] = {name: [] for name in SHIPPED if name not in self.without_guards}
        for guard in self.guards:
            words[guard.name] = [*words.get(guard.name, ()), *guard.words]
        return words


class RulesModel(Outside):
    """``[rules]``."""

    path: Text = "rules"


class SurveyModel(Outside):
    """``[survey]``."""

    enabled: bool = True
    after: PositiveDuration = dt.timedelta(hours=8)
    every: PositiveDuration = dt.timedelta(days=30)


class DigestModel(Outside):
    """``[digest]``."""

    enabled: bool = True
    at: TimeText = dt.time(8)
    days: Annotated[list[Annotated[str, OneOf(WEEKDAYS)]], Field(min_length=1)] = Field(
        default_factory=lambda: list(WEEKDAYS)
    )
    weekly: Annotated[str, OneOf((*WEEKDAYS, "never"))] = WEEKDAYS[0]


class LimitsModel(Outside):
    """``[limits]``: above every rule. The defaults are those of ``core/limits.py``."""

    acknowledgement_every: PositiveDuration | None = None
    per_ticket: Annotated[list[WindowText], Field(min_length=1)] | None = None
    per_recipient: Annotated[list[WindowText], Field(min_length=1)] | None = None
    per_peer: Annotated[list[WindowText], Field(min_length=1)] | None = None
    same_body: WindowText | None = None
    brake: WindowText | None = None
    max_age: PositiveDuration | None = None
    max_received: Annotated[int, Field(ge=1)] | None = None


def _one_operator() -> list[OperatorModel]:
    return [OperatorModel(name="Operator", address="operator@inboxd.localhost")]


class ConfigModel(Outside):
    """The whole file."""

    desk: DeskModel = DeskModel()
    operators: Annotated[list[OperatorModel], Field(min_length=1)] = Field(default_factory=_one_operator)
    store: StoreModel = StoreModel()
    intake: IntakeModel = IntakeModel()
    outgoing: OutgoingModel = OutgoingModel()
    kb: KbModel = KbModel()
    rules: RulesModel = RulesModel()
    customers: CustomersModel = CustomersModel()
    sla: SlaModel = SlaModel()
    survey: SurveyModel = SurveyModel()
    digest: DigestModel = DigestModel()
    alarm: AlarmModel = AlarmModel()
    hooks: HooksModel = HooksModel()
    limits: LimitsModel = LimitsModel()
    priority: PriorityModel = PriorityModel()
    report: ReportModel = ReportModel()
    retention: RetentionModel = RetentionModel()
    metrics: MetricsModel = MetricsModel()
    log: LogModel = LogModel()
