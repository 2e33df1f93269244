"""The desk: what every stage needs, built once by the daemon and handed down."""

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, Engine

from inboxd import dns
from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.core.absence import all_away
from inboxd.core.categories import Category
from inboxd.core.dns_answers import Resolve
from inboxd.core.mail import Mail
from inboxd.core.rules import Ruleset
from inboxd.core.schedule import SlaTerms
from inboxd.core.sla import SlaPolicy
from inboxd.core.tokens import Tokens
from inboxd.core.view_parts import DeskView
from inboxd.errors import Problem
from inboxd.knowledge.base import KnowledgeBase
from inboxd.knowledge.categorizing import Classifier
from inboxd.store import absences
from inboxd.store.engine import read
from inboxd.templating import Templates


@dataclass(frozen=True, slots=True)
class Stationery:
    """What mails are written on: names, addresses, tokens, templates."""

    name: str
    address: str
    delimiter: str
    language: str
    timezone: str
    operators: tuple[tuple[str, str], ...]
    tokens: Tokens
    templates: Templates
    signed_return_path: bool = True

    @property
    def domain(self) -> str:
        """Return the domain Message-IDs are made in."""
        return self.address.rpartition("@")[2]

    @property
    def view(self) -> DeskView:
        """Return what templates may know of the desk."""
        return DeskView(self.name, self.address, self.timezone)

    def operator_name(self, address: str) -> str:
        """Return an operator's name by his address; the desk's for anybody else."""
        return next((name for name, one in self.operators if one == address), self.name)

    def is_operator(self, address: str) -> bool:
        """Return whether this is an address an operator writes from."""
        return any(address.lower() == one.lower() for _, one in self.operators)

    def customer_address(self, number: int) -> str:
        """Return the signed address customers of a ticket answer to."""
        return self.tokens.customer_address(self.address, number, self.delimiter)

    def operator_address(self, number: int, operator: str) -> str:
        """Return the signed address one operator answers to."""
        return self.tokens.operator_address(self.address, number, operator, self.delimiter)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a stage may need. ``rules`` and ``templates`` are replaced as a whole when their files change.

    ``report`` tells the operators of a mistake in their files that only shows when one is used. ``ahead`` are mails that
    were parsed before their turn, by id (``reading_ahead.py``); each is taken out when its turn has come.
    """

    config: Config
    engine: Engine
    clock: Clock
    tokens: Tokens
    active: "ActiveFiles"
    knowledge: KnowledgeBase
    classifier: Classifier
    wake_outgoing: Callable[[], None] = field(default=lambda: None)
    resolve: Resolve = dns.resolve
    report: Callable[[tuple[Problem, ...]], None] = field(default=lambda _problems: None)
    ahead: dict[int, Mail] = field(default_factory=dict)

    @property
    def stationery(self) -> Stationery:
        """Return what mails are written on, with the templates that are live now."""
        return stationery_of(self.config, self.tokens, self.active.templates)

    @property
    def sla_terms(self) -> SlaTerms:
        """Return what the desk promises; the targets of ``[sla]`` hold where no policy does.

        No time passes while all operators are away: who is, is read from the store.
        """
        with read(self.engine) as connection:
            return sla_terms_of(self.config, connection)

    @property
    def operators(self) -> tuple[str, ...]:
        """Return all addresses operators write from, lower case."""
        return tuple(sorted(address for one in self.config.operators for address in one.addresses))

    def operator_main_address(self, address: str) -> str:
        """Return the address an operator is written to, by any of his addresses; empty for anybody else."""
        found = (one.address.lower() for one in self.config.operators if address.lower() in one.addresses)
        return next(found, "")

    @property
    def now(self) -> dt.datetime:
        """Return the time by the desk's clock."""
        return self.clock()


def sla_terms_of(config: Config, connection: Connection) -> SlaTerms:
    """Return what the configured desk promises, with the absences in its store."""
    sla = config.sla
    known = absences.load_all(connection, [one.address for one in config.operators])
    hours = replace(sla.hours, away=(*sla.hours.away, *all_away(tuple(known.values()))))
    policies = (*sla.policies, SlaPolicy("default", sla.targets))
    return SlaTerms(hours, policies, sla.warn_at, sla.warn_before, sla.escalation)


def stationery_of(config: Config, tokens: Tokens, templates: Templates) -> Stationery:
    """Return what mails of the configured desk are written on."""
    desk = config.desk
    return Stationery(
        name=desk.name,
        address=desk.address,
        delimiter=desk.recipient_delimiter,
        language=desk.language,
        timezone=desk.timezone,
        operators=tuple((one.name, address) for one in config.operators for address in one.addresses),
        tokens=tokens,
        templates=templates,
        signed_return_path=config.outgoing.return_path == "signed",
    )


class ActiveFiles:
    """The rules, templates and categories that are live: the last good version, whatever was saved since (DESIGN 2.8)."""

    def __init__(self, ruleset: Ruleset, templates: Templates, categories: tuple[Category, ...] = ()) -> None:
        self._lock = threading.Lock()
        self._ruleset = ruleset
        self._templates = templates
        self._categories = categories

    @property
    def ruleset(self) -> Ruleset:
        """Return the live rules."""
        with self._lock:
            return self._ruleset

    @property
    def templates(self) -> Templates:
        """Return the live templates."""
        with self._lock:
            return self._templates

    @property
    def categories(self) -> tuple[Category, ...]:
        """Return the live categories."""
        with self._lock:
            return self._categories

    def replace(
        self,
        *,
        ruleset: Ruleset | None = None,
        templates: Templates | None = None,
        categories: tuple[Category, ...] | None = None,
    ) -> None:
        """Put checked files live."""
        with self._lock:
            self._categories = self._categories if categories is None else categories
            self._ruleset = ruleset or self._ruleset
            self._templates = templates or self._templates
