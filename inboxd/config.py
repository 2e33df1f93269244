"""config.toml becomes one frozen ``Config``: every key has a default, and all problems are told at once."""

import dataclasses
import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inboxd.configaddresses import doubled_addresses
from inboxd.configalarm import AlarmPlan, read_alarm
from inboxd.configcustomers import CustomerPlan, read_customers
from inboxd.configescalation import unreachable_recipients
from inboxd.configholidays import holiday_problems
from inboxd.confighooks import HookPlan, read_hooks
from inboxd.configintake import Intake, read_intake, same_values
from inboxd.configlogin import absolute_path, read_oauth2, read_password
from inboxd.configmetrics import MetricsPlace, read_metrics
from inboxd.configmodel import ConfigModel, LimitsModel
from inboxd.configpriority import read_priority
from inboxd.configreport import read_report
from inboxd.configretention import RetentionPlan, read_retention
from inboxd.configsla import Sla, read_sla
from inboxd.core.guards import SHIPPED_GUARDS, Guard
from inboxd.core.limits import Limits
from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.priority import PriorityWeights
from inboxd.core.report_facts import Rates
from inboxd.errors import ConfigError
from inboxd.oauthsource import OAuth2Source
from inboxd.resources import resource_path
from inboxd.secretsource import SecretSource
from inboxd.tomlfile import decode_toml, read_toml
from inboxd.tomlmodel import read_model

_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Desk:
    """Who we are to the customer. ``aliases`` are further own addresses; ``language`` is ISO 639-1."""

    name: str
    address: str
    aliases: tuple[str, ...]
    timezone: str
    language: str
    recipient_delimiter: str
    secret_file: Path

    @property
    def domain(self) -> str:
        """Return the domain of the desk's address, in lower case."""
        return self.address.rpartition("@")[2].lower()


@dataclass(frozen=True, slots=True)
class Operator:
    """A person who answers, from ``address`` or one of ``aliases``; ``skills`` are what rules assign by.

    ``password_hash_file``: what his password for our submission port is checked against; None, and he has none.
    """

    name: str
    address: str
    aliases: tuple[str, ...]
    skills: tuple[str, ...]
    password_hash_file: Path | None = None

    @property
    def addresses(self) -> frozenset[str]:
        """Return all his addresses in lower case."""
        return frozenset(address.lower() for address in (self.address, *self.aliases))


@dataclass(frozen=True, slots=True)
class Outgoing:
    """How mail leaves. ``return_path`` is ``signed`` (a bounce finds its mail) or ``null`` (``<>`` on automatic mail)."""

    transport: str
    maildir: Path
    host: str
    port: int
    tls: str
    user: str
    password: SecretSource
    timeout: dt.timedelta
    return_path: str
    oauth2: OAuth2Source | None = None


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """Where the articles are, and how often at most an answer sent by itself may be wrong (upper 95 % bound).

    ``guards`` keep mails that say certain things from being answered by itself at all.
    """

    path: Path
    model: str
    max_error_rate: float
    guards: tuple[Guard, ...] = SHIPPED_GUARDS


@dataclass(frozen=True, slots=True)
class SurveyPlan:
    """When customers are asked: ``after`` so much working time, at most once per customer and ``every``."""

    enabled: bool
    after: dt.timedelta
    every: dt.timedelta


@dataclass(frozen=True, slots=True)
class DigestPlan:
    """When the operators get their digest, by the desk's clock; ``days`` are ``monday`` … ``sunday``.

    ``weekly`` is the day whose digest tells of the week before it, too, or ``never``.
    """

    enabled: bool
    at: dt.time
    days: tuple[str, ...]
    weekly: str = "monday"


@dataclass(frozen=True, slots=True)
class Config:
    """All that is configured. Every path is absolute; ``folder`` is what they were relative to."""

    folder: Path
    desk: Desk
    operators: tuple[Operator, ...]
    store_url: str
    intake: Intake
    outgoing: Outgoing
    kb: KnowledgeBase
    rules: Path
    sla: Sla
    survey: SurveyPlan
    digest: DigestPlan
    limits: Limits
    customers: CustomerPlan = field(default_factory=CustomerPlan)
    alarm: AlarmPlan | None = None
    hooks: HookPlan = field(default_factory=HookPlan)
    priority: PriorityWeights = field(default_factory=PriorityWeights)
    report: Rates = field(default_factory=Rates)
    retention: RetentionPlan = field(default_factory=RetentionPlan)
    metrics: MetricsPlace | None = None
    log_format: str = "json"

    @property
    def sign_ins(self) -> tuple[tuple[str, OAuth2Source], ...]:
        """Return every OAuth2 sign-in and whose it is; logins with the same token file share one."""
        logins = [(one.user, one.oauth2) for one in self.intake.imap]
        logins.append((self.outgoing.user, self.outgoing.oauth2))
        found = {source.token_file: (user, source) for user, source in reversed(logins) if source}
        return tuple(reversed(found.values()))

    @property
    def own_addresses(self) -> OwnAddresses:
        """Return the desk's addresses, as the core asks for them."""
        addresses = frozenset(address.lower() for address in (self.desk.address, *self.desk.aliases))
        return OwnAddresses(addresses, self.desk.recipient_delimiter)


def load_config(path: Path | None, content: bytes | None = None) -> Config:
    """Return the configuration in the file at ``path``, or the embedded defaults in the working directory.

    ``content`` is what the file held when it was read, None: it is read now. Relative paths in it are relative to the
    file's folder. Raises ``ConfigError`` with all its problems.
    """
    if path is None:
        return default_config(Path.cwd())
    toml = read_toml(path, str(path)) if content is None else decode_toml(content, str(path))
    model, problems = read_model(ConfigModel, toml.data, toml)
    calendar = holiday_problems(toml, path.resolve().parent)
    found = (*problems, *doubled_addresses(toml), *unreachable_recipients(toml), *calendar)
    problems = tuple(sorted(found, key=lambda problem: problem.line))
    if model is None or problems:
        raise ConfigError(problems)
    return _config(model, path.resolve().parent)


def default_config(folder: Path) -> Config:
    """Return the embedded defaults, which need no file: rules and articles of ``folder``, else those shipped."""
    config = _config(ConfigModel(), folder.resolve())
    return dataclasses.replace(
        config,
        rules=_or_shipped(config.rules),
        kb=dataclasses.replace(config.kb, path=_or_shipped(config.kb.path)),
    )


def _or_shipped(path: Path) -> Path:
    return path if path.is_dir() else resource_path(path.name)


def _config(model: ConfigModel, folder: Path) -> Config:
    return Config(
        folder=folder,
        desk=Desk(
            **same_values(model.desk, "name", "address", "timezone", "language", "recipient_delimiter"),
            aliases=tuple(model.desk.aliases),
            secret_file=absolute_path(folder, model.desk.secret_file),
        ),
        operators=tuple(
            Operator(
                **same_values(one, "name", "address"),
                aliases=tuple(one.aliases),
                skills=tuple(one.skills),
                password_hash_file=absolute_path(folder, one.password_hash_file)
                if one.password_hash_file
                else None,
            )
            for one in model.operators
        ),
        store_url=_store_url(folder, model.store.url),
        intake=read_intake(model.intake, folder),
        outgoing=Outgoing(
            **same_values(
                model.outgoing, "transport", "host", "port", "tls", "user", "timeout", "return_path"
            ),
            maildir=absolute_path(folder, model.outgoing.maildir),
            password=read_password(model.outgoing, folder),
            oauth2=read_oauth2(model.outgoing.oauth2, folder),
        ),
        kb=KnowledgeBase(
            absolute_path(folder, model.kb.path),
            model.kb.model,
            model.kb.max_error_rate,
            tuple(Guard(name, tuple(words)) for name, words in model.kb.all_guards.items()),
        ),
        rules=absolute_path(folder, model.rules.path),
        customers=read_customers(model.customers, folder),
        sla=read_sla(model.sla, model.desk.timezone, folder, model.operators),
        survey=SurveyPlan(**same_values(model.survey, "enabled", "after", "every")),
        digest=DigestPlan(
            model.digest.enabled, model.digest.at, tuple(model.digest.days), model.digest.weekly
        ),
        limits=_limits(model.limits),
        priority=read_priority(model.priority),
        report=read_report(model.report),
        retention=read_retention(model.retention),
        alarm=read_alarm(model.alarm, folder, model.desk.address),
        hooks=read_hooks(model.hooks),
        metrics=read_metrics(model.metrics),
        log_format=model.log.format,
    )


def _store_url(folder: Path, url: str) -> str:
    """Return the address with a relative SQLite file made absolute: ``sqlite:///`` and then an absolute path."""
    return f"{_SQLITE}{absolute_path(folder, url.removeprefix(_SQLITE))}" if url.startswith(_SQLITE) else url


def _limits(model: LimitsModel) -> Limits:
    """Return the limits; what is not written keeps the default that stands beside its meaning in the core."""
    written = {name: getattr(model, name) for name in model.model_fields_set}
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in written.items()
    }
    return Limits(**values)
