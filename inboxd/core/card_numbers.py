"""Payment card numbers in a text (ISO/IEC 7812-1): told by their issuer, their length, their check digit and their groups.

All four must hold: order numbers, tracking numbers, IMEIs, EANs and times stay, which the check digit alone would take.
"""

import re
from collections.abc import Iterator, Sequence

SHORTEST, LONGEST = 13, 19
# What people write between the groups; lines break in mails, and "> " stands before quoted ones.
_BETWEEN = r"(?:[ .\-\u00a0\u2007\u2009\u202f\u2010-\u2015]{1,2}|\r?\n(?:> ?){0,5})"
_RUN = re.compile(rf"\d+(?:{_BETWEEN}\d+)*")
_GROUP = re.compile(r"\d+")
# Beside a number of its own no letter stands (Chinese ones do), no plus sign of a telephone number, no rest of an id.
_JOINED_BEFORE = re.compile(r"[A-Za-z0-9_@+]\Z|[A-Za-z0-9]-\Z|\d\.\Z")
_JOINED_BEHIND = re.compile(r"[A-Za-z0-9_@]|-[A-Za-z]|\.\d")
# What digits in one piece are, when it is said: a card is not called so.
_OTHERS = re.compile(
    r"""(?:order|tracking|invoice|serial|imei|iccid|bestell(?:ung|nummer)|auftrag(?:snummer)?|sendung(?:snummer)?
    |rechnung(?:snummer)?|commande|facture|pedido|factura|订单|訂單|单|單|运单|運單|交易|流水)
    \ ?(?:no|nr|n°|nº|number|nummer|id|code|号码|號碼|号|號)?\.?[ :#：]{0,3}\Z""",
    re.IGNORECASE | re.VERBOSE,
)
# First digits (least, greatest) and lengths of those issuers whose cards are in use.
_ISSUERS: tuple[tuple[int, int, frozenset[int]], ...] = (
    (2200, 2204, frozenset({16})),  # Mir
    (2221, 2720, frozenset({16})),  # Mastercard
    (3000, 3059, frozenset({14, 16})),  # Diners Club
    (3400, 3499, frozenset({15})),  # American Express
    (3528, 3589, frozenset({16})),  # JCB
    (3600, 3699, frozenset({14, 16})),  # Diners Club
    (3700, 3799, frozenset({15})),  # American Express
    (3800, 3999, frozenset({14, 16})),  # Diners Club
    (4000, 4999, frozenset({13, 16, 19})),  # Visa
    (5000, 5099, frozenset({16, 18, 19})),  # Maestro, Elo
    (5100, 5599, frozenset({16})),  # Mastercard
    (5600, 5899, frozenset({16, 18, 19})),  # Maestro
    (6000, 6999, frozenset({16, 18, 19})),  # Discover, UnionPay, RuPay, Maestro
    (8100, 8199, frozenset({16, 18, 19})),  # UnionPay, RuPay
    (9792, 9792, frozenset({16})),  # Troy
)
# How the digits stand on the cards; 13 digits in one piece are an EAN much more often than an old card of Visa's.
_PRINTED = frozenset(
    {(4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 6, 5), (4, 6, 4), (6, 13), (8, 8), (4, 3, 3, 3), (4, 4, 4, 4, 2)}
)
_SHORTEST_GROUP = 3
_WHOLE = frozenset(range(14, LONGEST + 1))


def card_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each card number of a text begins and ends, in order; takes time in proportion to the text."""
    for run in _RUN.finditer(text):
        if len(run[0]) < SHORTEST:
            continue
        yield from _in_run(text, [one.span() for one in _GROUP.finditer(text, *run.span())])


def _in_run(text: str, groups: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    first = behind_card = 0
    while first < len(groups):
        is_begun = first == behind_card or _begins(text, groups, first)
        end = _card_from(text, groups, first) if is_begun else 0
        if end > first:
            yield groups[first][0], groups[end - 1][1]
            behind_card = end
        first = max(end, first + 1)


def _begins(text: str, groups: Sequence[tuple[int, int]], number: int) -> bool:
    """Return whether a number may begin with a group: one in the middle of a longer number is none of its own."""
    begin, end = groups[number - 1]
    return end - begin < _SHORTEST_GROUP or "\n" in text[end : groups[number][0]]


def _card_from(text: str, groups: Sequence[tuple[int, int]], first: int) -> int:
    """Return the number of the group behind the card that begins with a group; 0 when none does."""
    digits = ""
    sizes: list[int] = []
    longest = 0
    for number in range(first, len(groups)):
        begin, end = groups[number]
        sizes.append(end - begin)
        if len(digits) + end - begin > LONGEST:
            break
        digits += text[begin:end]
        alone = first == 0 and number == len(groups) - 1
        if (
            _stands_so(tuple(sizes), alone=alone)
            and is_card(digits)
            and _is_free(text, groups[first][0], end)
        ):
            if len(sizes) == 1 and _OTHERS.search(text[max(0, begin - 30) : begin]):
                continue
            longest = number + 1
    return longest


def is_card(digits: str) -> bool:
    """Return whether digits are a card's: of an issuer, as long as its cards, with the check digit of Luhn."""
    if len(set(digits)) == 1:
        return False
    lead = int(digits[:4]) if len(digits) >= SHORTEST else 0
    if not any(least <= lead <= most and len(digits) in lengths for least, most, lengths in _ISSUERS):
        return False
    values = [int(one) for one in digits]
    doubled = (sum(divmod(2 * one, 10)) for one in values[-2::-2])
    return (sum(values[-1::-2]) + sum(doubled)) % 10 == 0


def _stands_so(sizes: tuple[int, ...], *, alone: bool) -> bool:
    """Return whether digits are grouped as on a card; ``alone``, where no others stand beside them, also as written at will."""
    if sizes in _PRINTED or (len(sizes) == 1 and sizes[0] in _WHOLE):
        return True
    return alone and sum(sizes) in _WHOLE and (sizes[0] > _SHORTEST_GROUP or set(sizes) in ({1}, {2}))


def _is_free(text: str, begin: int, end: int) -> bool:
    before = text[max(0, begin - 2) : begin]
    return not _JOINED_BEFORE.search(before) and not _JOINED_BEHIND.match(text, end)
