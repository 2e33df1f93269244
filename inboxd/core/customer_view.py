"""What is known of a customer as the operator sees it, and which of them he asked for."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from inboxd.core.customer_listing import PLAN, VIP, Listing
from inboxd.core.customer_tags import UNHAPPY, together
from inboxd.core.organizational_domain import organizational_domain

_NOT_LISTED = Listing(())
# Who has an address there belongs to no organisation of that name.
_PROVIDERS = frozenset(
    """gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com icloud.com me.com mac.com
    aol.com proton.me protonmail.com pm.me tutanota.com tuta.com fastmail.com fastmail.fm zoho.com mail.com gmx.com gmx.net
    gmx.de web.de t-online.de freenet.de posteo.de mailbox.org gmx.at bluewin.ch orange.fr free.fr laposte.net wanadoo.fr
    sfr.fr libero.it virgilio.it yandex.ru yandex.com mail.ru qq.com foxmail.com 163.com 126.com sina.com sina.cn sohu.com
    yeah.net aliyun.com hey.com duck.com btinternet.com comcast.net""".split()
)


@dataclass(frozen=True, slots=True)
class CustomerView:
    """One customer and his figures. ``satisfaction`` is the mean of his scores (1 to 5); ``open`` counts his tickets.

    ``tags`` are those given by hand, ``automatic_tags`` what he did, ``listing`` is what ``customers.csv`` says of him.
    ``customer_id`` 0: he stands in that file and has not written yet.
    """

    customer_id: int
    name: str
    language: str
    tags: tuple[str, ...]
    note: str
    addresses: tuple[str, ...]
    created_at: dt.datetime | None
    last_contact_at: dt.datetime | None
    opted_out: bool = False
    undeliverable: bool = False
    tickets: int = 0
    open: int = 0
    scores: tuple[int, ...] = ()
    automatic_tags: tuple[str, ...] = ()
    listing: Listing = field(default_factory=lambda: _NOT_LISTED)

    @property
    def all_tags(self) -> tuple[str, ...]:
        """Return his tags, whoever gave them."""
        return together(self.tags, self.listing.tags, self.automatic_tags)

    @property
    def vip(self) -> bool:
        """Return whether he has the tag that says so."""
        return VIP in {tag.lower() for tag in self.all_tags}

    @property
    def organisation(self) -> str:
        """Return what ``customers.csv`` says, else the domain he writes from; empty where that is a mail provider's."""
        return self.listing.organisation or organisation_of(self.addresses)

    @property
    def plan(self) -> str:
        """Return the plan ``customers.csv`` says he has, else nothing."""
        return self.listing.fields.get(PLAN, "")

    @property
    def satisfaction(self) -> float | None:
        """Return the mean of his scores, None when he never gave one."""
        return sum(self.scores) / len(self.scores) if self.scores else None


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """Which customers are wanted; what is empty does not matter.

    ``since``: he wrote then or later. ``fields`` are columns of ``customers.csv`` and what stands in them, ``plan`` among
    them. ``below``: his mean score is lower. Upper and lower case never count.
    """

    tag: str = ""
    open: bool = False
    since: dt.datetime | None = None
    text: str = ""
    organisation: str = ""
    language: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    below: float | None = None
    unhappy: bool = False

    def passes(self, one: CustomerView) -> bool:
        """Return whether a customer is wanted; ``text`` is looked for in all that is written about him."""
        tags = {tag.casefold() for tag in one.all_tags}
        return (
            (not self.tag or self.tag.casefold() in tags)
            and (not self.unhappy or UNHAPPY in tags)
            and (not self.open or one.open > 0)
            and (
                self.since is None or (one.last_contact_at is not None and one.last_contact_at >= self.since)
            )
            and (self.below is None or (one.satisfaction is not None and one.satisfaction < self.below))
            and (not self.organisation or self.organisation.casefold() == one.organisation.casefold())
            and (not self.language or self.language.casefold() == one.language.casefold())
            and all(
                one.listing.fields.get(name, "").casefold() == said.casefold()
                for name, said in self.fields.items()
            )
            and self.text.strip().casefold() in _words(one)
        )


def _words(one: CustomerView) -> str:
    said = (*one.addresses, one.name, one.note, one.organisation, *one.all_tags, *one.listing.fields.values())
    return " ".join(said).casefold()


def organisation_of(addresses: Iterable[str]) -> str:
    """Return the first registered domain (``acme.co.uk``) among the addresses that is no mail provider's, else empty."""
    domains = (organizational_domain(address.rpartition("@")[2]) for address in addresses)
    return next((one for one in domains if one and one not in _PROVIDERS), "")
