"""When two addresses are one person's: what proves it, and what only makes it likely.

Proof is a mailbox that its provider gives several names to. An answer to the signed address of a ticket from elsewhere is
none: a colleague whom the customer passed our mail on to has that address, too. That is for the operator to say.
"""

from typing import TYPE_CHECKING

from inboxd.core.evidence import By
from inboxd.core.mail import AutomaticKind

if TYPE_CHECKING:
    # A command that only looks customers up need not load what reads their mails.
    from inboxd.core.facts import Facts

# These say in their own documentation that whatever stands behind the plus is the same mailbox (RFC 5233 leaves it to them).
_WITH_DETAILS = frozenset(
    """gmail.com googlemail.com outlook.com hotmail.com live.com msn.com icloud.com me.com mac.com fastmail.com fastmail.fm
    proton.me protonmail.com pm.me hey.com""".split()
)
_SAME_DOMAIN = {"googlemail.com": "gmail.com"}
_SIGNED = frozenset({By.REPLY_ADDRESS.value, By.SIGNED_ID.value})


def mailbox_of(address: str) -> str:
    """Return the mailbox an address is a name of, where its provider says so; empty where that is not known."""
    local, _, domain = address.strip().lower().rpartition("@")
    base = local.partition("+")[0]
    if not base or domain not in _WITH_DETAILS:
        return ""
    return f"{base}@{_SAME_DOMAIN.get(domain, domain)}"


def domains_of(mailbox: str) -> tuple[str, ...]:
    """Return the domains whose addresses may be names of a mailbox."""
    domain = mailbox.rpartition("@")[2]
    return (domain, *(other for other, same in _SAME_DOMAIN.items() if same == domain))


def second_address(facts: "Facts", known: frozenset[str]) -> str:
    """Return the address that may be the customer's second one; empty when nothing says so.

    It is proven, new on this ticket (``known`` are all addresses there), and answers a mail that was sent to the customer.
    """
    threading, writer = facts.threading, facts.customer.address
    answers = threading.ticket is not None and threading.role == "participant" and threading.by in _SIGNED
    is_person = facts.automatic.kind is AutomaticKind.PERSONAL and not (facts.is_operator or facts.forwarded)
    if not (answers and is_person and facts.sender_auth.authenticated) or facts.imported:
        return ""
    return "" if writer in known else writer
