"""``inboxd customer ADDR --erase``."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import typer
from sqlalchemy import Engine

from inboxd.building import load_secret
from inboxd.clock import Clock
from inboxd.commands.printing import print_json, print_text
from inboxd.config import Config
from inboxd.customersfile import load_customer_file
from inboxd.errors import PermanentError
from inboxd.jobs.gaps import forget_drafts
from inboxd.knowledge.index_cache import IndexCache
from inboxd.outgoing.maildir_erasure import erase_delivered
from inboxd.store.compacting import compact
from inboxd.store.engine import open_store
from inboxd.store.erasing import ListedIn, erase_person, tickets_of, would_erase

_WORDS = {
    "tickets": "tickets emptied",
    "messages": "messages emptied",
    "mails": "mails emptied",
    "mail_facts": "facts of decisions deleted",
    "outgoing": "mails we wrote emptied",
    "drafts": "drafts emptied",
    "events": "events stripped to their figures",
    "references": "Message-IDs deleted",
    "participants": "participations deleted",
    "learnt": "learnt phrasings deleted",
    "drafted_articles": "drafted articles (kb/drafts) deleted",
    "surveys": "surveys left without words",
    "addresses": "addresses deleted",
    "customers": "customer records emptied",
    "listed": "addresses taken over from customers.csv deleted",
    "letters": "letters about the person emptied",
    "mails_of_others": "mails of others in which the person was named",
    "mentions": "other rows in which the person was named",
    "delivered": "files of the outgoing Maildir removed or changed",
    "mailbox_copies": "copies in mailboxes that are being removed",
}


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was removed and when, without a word about whom.

    ``still_listed`` are the lines of ``customers.csv`` (file, line) that name the person: only their owner takes them out.
    """

    at: dt.datetime
    removed: Mapping[str, int]
    compacted: bool
    database: str
    still_listed: tuple[tuple[str, int], ...] = ()

    def document(self) -> dict[str, Any]:
        """Return the certificate for programs."""
        return {
            "erased_at": self.at,
            "removed": dict(self.removed),
            "store_compacted": self.compacted,
            "database": self.database,
            "still_listed": [{"file": file, "line": line} for file, line in self.still_listed],
            "not_covered": [
                "backups made before",
                "mail servers, mailboxes and logs that are not the desk's own",
            ],
        }

    def lines(self) -> list[str]:
        """Return the certificate for people."""
        counted = [
            f"  {number:>6}  {_WORDS.get(name, name)}" for name, number in self.removed.items() if number
        ]
        compacted = (
            "the store was written anew: nothing deleted is left in it"
            if self.compacted
            else "THE STORE COULD NOT BE COMPACTED, because it is in use: stop the desk and run the command again"
        )
        return [
            f"Certificate of erasure, {self.at:%Y-%m-%d %H:%M} UTC",
            *(counted or ["  nothing was found"]),
            f"  {compacted}",
            *(
                f"{file}:{line} still names this person. The file is yours: take the line out, and out of git's history. "
                "The desk does not take it over any more."
                for file, line in self.still_listed
            ),
            "Not covered: backups made before, and mail servers, mailboxes and logs that are not the desk's own.",
        ]


def erase_customer(config: Config, clock: Clock, address: str, *, sure: bool, as_json: bool) -> int:
    """Erase a person and print the certificate; return 1 when it was not wanted or is not complete.

    Asks first unless ``sure``. Raises ``PermanentError`` for an address of the desk or of an operator.
    """
    own = _own(config)
    if address in config.own_addresses:
        raise PermanentError(f"{address} is the desk's or an operator's: it cannot be erased")
    engine = open_store(config.store_url)
    try:
        if not sure and not _is_wanted(engine, address, own):
            print_text("nothing was erased")
            return 1
        certificate = _erase(config, engine, clock(), address, own)
    finally:
        engine.dispose()
    if as_json:
        print_json(certificate.document())
    else:
        print_text(*certificate.lines())
    return 0 if certificate.compacted else 1


def _own(config: Config) -> frozenset[str]:
    operators = {one.lower() for each in config.operators for one in (each.address, *each.aliases)}
    return frozenset(operators | config.own_addresses.addresses)


def _is_wanted(engine: Engine, address: str, own: frozenset[str]) -> bool:
    found = would_erase(engine, address, own)
    said = ", ".join(f"{number} {name}" for name, number in found.items())
    return typer.confirm(f"Erase {address} ({said})? It cannot be undone.", err=True)


def _erase(
    config: Config, engine: Engine, now: dt.datetime, address: str, own: frozenset[str]
) -> Certificate:
    listings = load_customer_file(config).said.listings
    named = frozenset(one for each in listings for one in each.addresses)
    # Before his tickets are nobody's: afterwards nothing would tell that a draft was made of one.
    drafted = forget_drafts(config.kb.path, tickets_of(engine, address, own))
    removed = erase_person(engine, address, own, now, ListedIn(named, load_secret(config.desk.secret_file)))
    delivered = (
        erase_delivered(config.outgoing.maildir, removed.sent, removed.traces)
        if config.outgoing.transport == "maildir"
        else 0
    )
    IndexCache(f"{engine.url!r} {config.kb.path.absolute()}").forget()
    counts = {**removed.counts, "drafted_articles": drafted, "delivered": delivered}
    his, file = set(removed.traces.addresses), config.customers.file.name
    lines = tuple((file, one.line) for one in listings if not his.isdisjoint(one.addresses))
    return Certificate(now, counts, compact(engine), engine.dialect.name, lines)
