"""What is known of a customer as the operator sees it, and which of them he asked for."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from inboxd.core.organizational_domain import organizational_domain

VIP = "vip"
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
    """One customer and his figures. ``satisfaction`` is the mean of his scores (1 to 5); ``open`` counts his tickets."""

    customer_id: int
    name: str
    language: str
    tags: tuple[str, ...]
    note: str
    addresses: tuple[str, ...]
    created_at: dt.datetime
    last_contact_at: dt.datetime | None
    opted_out: bool = False
    undeliverable: bool = False
    tickets: int = 0
    open: int = 0
    scores: tuple[int, ...] = ()

    @property
    def vip(self) -> bool:
        """Return whether he has the tag that says so."""
        return VIP in {tag.lower() for tag in self.tags}

    @property
    def organisation(self) -> str:
        """Return the domain of the organisation he writes for; empty where he writes from a mail provider's."""
        return organisation_of(self.addresses)

    @property
    def satisfaction(self) -> float | None:
        """Return the mean of his scores, None when he never gave one."""
        return sum(self.scores) / len(self.scores) if self.scores else None


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """Which customers are wanted; what is empty does not matter. ``since``: he wrote then or later."""

    tag: str = ""
    open: bool = False
    since: dt.datetime | None = None
    text: str = ""

    def passes(self, one: CustomerView) -> bool:
        """Return whether a customer is wanted; ``text`` is looked for in addresses, name, note and tags."""
        return (
            (not self.tag or self.tag.lower() in {tag.lower() for tag in one.tags})
            and (not self.open or one.open > 0)
            and (
                self.since is None or (one.last_contact_at is not None and one.last_contact_at >= self.since)
            )
            and self.text.strip().lower() in " ".join((*one.addresses, one.name, one.note, *one.tags)).lower()
        )


def organisation_of(addresses: Iterable[str]) -> str:
    """Return the first registered domain (``acme.co.uk``) among the addresses that is no mail provider's, else empty."""
    domains = (organizational_domain(address.rpartition("@")[2]) for address in addresses)
    return next((one for one in domains if one and one not in _PROVIDERS), "")
