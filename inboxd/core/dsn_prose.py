"""The recipients a report names in prose: which addresses failed, and which merely stand there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from inboxd.core.dsn_status import enhanced_status
from inboxd.core.dsn_text import DAEMON_LOCAL_PARTS, LIST_INTRODUCTION, OTHER_LABELS, RECIPIENT_LABELS
from inboxd.core.mail import Mail

MAX_LINES: Final = 400
MAX_LINE: Final = 600
MAX_RECIPIENTS: Final = 100
_NEAR: Final = 60
_REASON_LINES: Final = 6
_LIST_GAP: Final = 12
_SIGNATURE: Final = "--"
_ALIAS = re.compile(r"\((?:expanded|generated) from <?$")
_EXPANDED: Final = "(expanded from: "

_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&*+/?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
_LEAD = re.compile(r"[\s>*\-•·#.\d)<\[(\"'“„«]{0,40}(?:smtp:|mailto:|rfc822;)?[<\"']?", re.IGNORECASE)
_TAIL = re.compile(r"[>\"'”“)\]…]{0,4}(?:\s{0,20}$|\s{0,3}[:;,(<\[|=]|\.{2,}|\s{2,}|\t|\s[-–—]|\son\s|\s?（)")
_REPLY_LINE = re.compile(r"\s{0,12}(?:[<>]{3}\s{0,3})?[45]\d\d[ -]")
_FAILURE = re.compile(
    r"unknown|not found|no such|invalid|does(?:n't| not) exist|reject|refus|denied|full|quota|fail|disabled|undeliver"
    r"|unavailable|inactive|not listed|mailbox|could not|couldn't|cannot|unable|unbekannt|existiert nicht|voll"
    r"|inconnu|n'existe pas|plein|desconocid|no existe|llen[ao]|sconosciut|inesistente|pien[ao]|desconhecid"
    r"|não existe|chei[ao]|onbekend|bestaat niet|vol\b|nie istnieje|neexistuje|не существует|не найден|переполнен"
    r"|不存在|已满|拒绝|失败|無効|存在しません|見つかりません|존재하지|[45]\d\d[ -]|[45]\.\d\.\d",
    re.IGNORECASE,
)
_NOT_ADDRESSES = re.compile(r"message-?id|boundary|https?://\S*$|id=|esmtp id|\bid\s*<?$", re.IGNORECASE)


class Strength(IntEnum):
    """How surely an address is one that failed."""

    MENTIONED = 1
    BESIDE_FAILURE = 2
    ALONE = 3
    LABELLED = 4
    LISTED = 5


@dataclass(frozen=True, slots=True)
class Named:
    """An address in a report: how sure it is, and the lines that give the reason."""

    address: str
    strength: Strength
    reason: str


def failed_addresses(report: str, uninvolved: frozenset[str]) -> tuple[Named, ...]:
    """Return the addresses named most surely as failed; ``uninvolved`` ones only when there is no other.

    An address counts most where it leads a line below an announcement (``could not be delivered to:``), then
    where it is labelled (``Recipient: …``), leads a line, stands beside a failure, or merely occurs. What is
    introduced as sender, contact or help desk never counts. Layout decides, so it holds in languages the
    tables do not know.
    """
    found = tuple(_named(report)) if "@" in report else ()
    others = tuple(named for named in found if named.address not in uninvolved)
    candidates = others or found
    best = max((named.strength for named in candidates), default=Strength.MENTIONED)
    chosen: dict[str, Named] = {}
    for named in candidates:
        if named.strength == best:
            chosen.setdefault(named.address, named)
    return tuple(chosen.values())[:MAX_RECIPIENTS]


def uninvolved_addresses(mail: Mail) -> frozenset[str]:
    """Return the addresses of the report's own sender and receivers: none of them failed."""
    addresses = (*mail.to, *mail.cc, mail.from_, *mail.reply_to)
    return frozenset(address.key for address in addresses if address.key)


def reason_status(named: Named) -> str:
    """Return the RFC 3463 status the lines at the address give, or the empty string."""
    return enhanced_status(named.reason)


def _named(report: str) -> Iterator[Named]:
    """Yield every address of the report that can have failed, with its strength."""
    lines = [line[:MAX_LINE] for line in report.splitlines()[:MAX_LINES]]
    below, previous = 0, ""
    for index, line in enumerate(lines):
        if line.rstrip() == _SIGNATURE:
            return
        for match in _ADDRESS.finditer(line):
            strength = _strength(line, match, previous, announced=below > 0)
            if strength is not None:
                below = _LIST_GAP if strength == Strength.LISTED else below
                reason = " ".join(lines[index : index + _REASON_LINES])
                yield Named(match.group().rstrip(".").lower(), strength, reason)
        if line.strip():
            announces = "@" not in line and LIST_INTRODUCTION.search(line) is not None
            below, previous = _LIST_GAP if announces else below - 1, line


def _strength(line: str, match: re.Match[str], previous: str, *, announced: bool) -> Strength | None:
    """Return how surely the address at ``match`` failed, or None for an address that plays another part."""
    before = line[max(0, match.start() - _NEAR) : match.start()]
    local_part = match.group().partition("@")[0].lower()
    if local_part in DAEMON_LOCAL_PARTS or _NOT_ADDRESSES.search(before):
        return None
    leads = _LEAD.fullmatch(line[: match.start()]) is not None
    if before.endswith(_EXPANDED):
        return Strength.LISTED  # Sendmail: what we had written, below what its alias became
    if _ALIAS.search(before):
        return Strength.MENTIONED  # Exim, Postfix: what we had written, of use where the other is undisclosed
    if OTHER_LABELS.search(before) or (leads and OTHER_LABELS.search(previous[-_NEAR:])):
        return None
    after = line[match.end() :]
    if leads and (
        _TAIL.match(after) or (announced and not after.lstrip()[:1].islower() and _FAILURE.search(after))
    ):
        return Strength.LISTED if announced else Strength.ALONE
    if _REPLY_LINE.match(line) or RECIPIENT_LABELS.search(before.rstrip(" \t,[-")):
        return Strength.LABELLED
    return Strength.BESIDE_FAILURE if _FAILURE.search(line) else Strength.MENTIONED
