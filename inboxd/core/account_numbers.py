"""Account numbers in a text (IBAN, ISO 13616): told by the country, its length and the check digits (ISO 7064, mod 97-10)."""

import re
from collections.abc import Iterator, Mapping

# Length by country, as in the registry of SWIFT (release 99).
_LENGTHS: Mapping[str, int] = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FK FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HN HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG YE",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}
_BEGINNING = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[\s\-.\u00a0\u202fA-Za-z0-9])", re.ASCII)
_CHARACTER = re.compile(r"(?:[ .\-\u00a0\u202f]{0,2}|\r?\n(?:> ?){0,5})([A-Za-z0-9])", re.ASCII)
_MORE = re.compile(r"[A-Za-z0-9@]", re.ASCII)
# Words that follow a number ("at 12 o'clock …") have fewer.
_FEWEST_DIGITS = 10


def account_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each IBAN of a text begins and ends, in order; takes time in proportion to the text."""
    behind = 0
    for found in _BEGINNING.finditer(text):
        end = _end(text, found.start()) if found.start() >= behind else 0
        if end:
            behind = end
            yield found.start(), end


def is_account(number: str) -> bool:
    """Return whether letters and digits without anything between them are an IBAN."""
    if _LENGTHS.get(number[:2].upper()) != len(number) or sum(map(str.isdigit, number)) < _FEWEST_DIGITS:
        return False
    moved = number[4:] + number[:4]
    return int("".join(str(int(one, 36)) for one in moved)) % 97 == 1


def _end(text: str, begin: int) -> int:
    """Return where the IBAN that begins here ends, 0 when none does."""
    length, number, at = _LENGTHS.get(text[begin : begin + 2].upper(), 0), "", begin
    while len(number) < length and (one := _CHARACTER.match(text, at)):
        number += one[1]
        at = one.end()
    return at if length and is_account(number) and not _MORE.match(text, at) else 0
