"""A mail found in the desk's own Sent folder: whether a person of the desk wrote it there, and to whom.

Nobody but the holder of the mailbox's login puts mail into it: lying there is the proof that From is true (DESIGN 2.6).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from inboxd.core.automatic_headers import auto_submitted, list_sign
from inboxd.core.classify import OWN_MARK
from inboxd.core.drafts import MARK, OfferedDraft
from inboxd.core.mail import Address, Mail
from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.subjects import is_same_subject, quotes_any

# More recipients than this is a circular, not a conversation with a customer.
_MOST_RECIPIENTS = 5
_MOST_KNOWN = 40


@dataclass(frozen=True, slots=True)
class SentCopy:
    """What of a mail in Sent matters to its ticket.

    ``author`` is the operator's main address, or the desk's when several might have written; ``at`` when it was sent.
    ``ours``: the desk wrote it itself. ``to`` are the recipients outside of the desk. ``answers`` is False for what
    concerns no ticket, ``starts`` for what begins none, ``reaches`` for what went to nobody who asked. ``crossed``: the customer wrote again before it was sent, and
    that is still to be answered. ``offered`` is the draft he had before him. ``by_machine``: no person wrote it.
    ``placed``: the desk it was moved from has it on a ticket. ``note``: there it was meant for the desk's people only.
    """

    author: str
    at: dt.datetime
    ours: bool = False
    to: tuple[Address, ...] = ()
    answers: bool = True
    starts: bool = True
    reaches: bool = True
    crossed: bool = False
    offered: OfferedDraft | None = None
    by_machine: bool = False
    placed: bool = False
    note: bool = False

    @property
    def addresses(self) -> frozenset[str]:
        """Return the addresses it went to, in the form addresses are compared in."""
        return frozenset(one.key for one in self.to)


def read_sent_copy(
    mail: Mail,
    at: dt.datetime,
    own_addresses: OwnAddresses,
    operators: Mapping[str, tuple[str, str]],
    *,
    ours: bool,
) -> SentCopy:
    """Return a mail from the Sent folder as what it is.

    ``operators``: their addresses in lower case → (name, main address). ``ours``: its signed Message-ID is one of ours.
    """
    sender = mail.from_.key
    sender_is_desk = sender in own_addresses
    others = {one.key: one for one in (*mail.to, *mail.cc) if _is_outside(one, own_addresses, operators)}
    # Some providers write a Message-ID of their own over ours: our mark is left then. A draft he sent bears it too.
    marked = bool(mail.header(OWN_MARK)) and not mail.header(MARK) and sender_is_desk
    by_machine = auto_submitted(mail) not in {"", "no"}  # RFC 3834 5
    return SentCopy(
        author=_author(mail.from_, own_addresses, operators),
        at=at,
        ours=ours or marked,
        to=tuple(others.values())[:_MOST_KNOWN],
        answers=(sender_is_desk or sender in operators) and bool(others) and not by_machine,
        # What he writes to strangers under his own name is no business of the desk.
        starts=sender_is_desk and len(others) <= _MOST_RECIPIENTS and list_sign(mail) is None,
        by_machine=by_machine,
    )


def as_past(copy: SentCopy, mail: Mail) -> SentCopy:
    """Return a mail of an old Sent as an answer whatever address the desk had then: it lay there, which is the proof."""
    return replace(copy, author=copy.author or mail.from_.key, answers=bool(copy.to) and not copy.by_machine)


def as_placed(copy: SentCopy, mail: Mail, *, note: bool) -> SentCopy:
    """Return what people of another desk wrote as what it was there: that desk says who they are, and on which ticket."""
    return replace(
        copy,
        author=copy.author or mail.from_.key,
        ours=False,
        answers=True,
        placed=True,
        note=note,
    )


def answered_ticket(mail: Mail, found: Mapping[int, tuple[str, tuple[str, ...]]]) -> int | None:
    """Return which of a customer's tickets a mail to him belongs to that refers to none; None: to none of them.

    ``found`` are those that are open: number → (subject, what the customer wrote). It is the newest whose subject it
    has or whose words it quotes; that he is the same customer proves nothing, and a question must not be lost by it.
    """
    for number, (subject, texts) in sorted(found.items(), reverse=True):
        same = bool(mail.subject.strip()) and is_same_subject(mail.subject, (subject,))
        if same or quotes_any(mail.text, texts):
            return number
    return None


def _is_outside(
    address: Address, own_addresses: OwnAddresses, operators: Mapping[str, tuple[str, str]]
) -> bool:
    return "@" in address.key and address.key not in own_addresses and address.key not in operators


def _author(sender: Address, own_addresses: OwnAddresses, operators: Mapping[str, tuple[str, str]]) -> str:
    """Return who wrote: by his address, by the name beside the desk's address, or because there is only one."""
    if sender.key in operators:
        return operators[sender.key][1]
    if sender.key not in own_addresses:
        return ""
    people = dict.fromkeys(operators.values())
    shown = sender.display_name.casefold()
    named = [main for name, main in people if name and name.casefold() in shown]
    mains = list(dict.fromkeys(main for _, main in people))
    if len(mains) == 1:
        return mains[0]
    return named[0] if len(named) == 1 else own_addresses.base(sender.key)
