"""A mail of commands only that a mail client put a signature under: nothing of it is meant for the customer.

A one-tap action opens a new mail with ``#solved`` in it, and the client appends what it appends to every mail, often
without the delimiter of RFC 3676 4.3. Left over is then a name, a greeting, a telephone number: no answer.
"""

import re
from dataclasses import replace
from typing import Final

from inboxd.core.commands import CommandBlock
from inboxd.core.mail import Address
from inboxd.core.quoting_lines import ADDRESS
from inboxd.core.signature_words import is_mobile_signature

_MAX_LINES: Final = 12
_MAX_CHARS: Final = 100
_MIN_NAME: Final = 2
_CLOSING: Final = re.compile(
    r"(?:(?:with )?(?:best|kind|kindest|warm|warmest)? ?(?:regards|wishes)|(?:yours )?(?:sincerely|faithfully|truly)|"
    r"(?:yours|cheers|best|lg|vg|mfg|bg|brgds|br|kr|rgds)|sincerely yours|"
    r"(?:mit )?(?:freundlichen?|besten?|vielen?|lieben?|herzlichen?|schönen?)? ?(?:grüßen?|grüssen?|gruß|gruss)|"
    r"(?:bien )?(?:cordialement|amicalement)|salutations|(?:un )?(?:cordial )?saludos?(?: cordial(?:es)?)?|atentamente|"
    r"cordiali saluti|distinti saluti|saluti|atenciosamente|(?:com os )?(?:melhores )?cumprimentos|abraços?|"
    r"(?:met )?(?:vriendelijke|hartelijke) groet(?:en)?|groetjes|(?:med )?(?:vänliga|venlig|vennlig|bästa|bedste) ?hils(?:ning|en)(?:ar)?|mvh|"
    r"(?:z )?poważaniem|pozdrawiam|s pozdravem|üdvözlettel|ystävällisin terveisin|(?:с )?уважением|с уважение|з повагою|"
    r"saygılarımla|此致|敬礼|祝好|顺颂商祺|よろしくお願いします|よろしくお願いいたします|敬具|감사합니다)",
    re.IGNORECASE,
)
_DELIMITER: Final = re.compile(r"[-_=*~–—]{2,80}")
_PHONE: Final = re.compile(r"(?:[^\W\d_]{1,12}\.?\s?[:.]?\s{0,2})?\+?[\d][\d\s()./-]{5,30}")
_LINK: Final = re.compile(r"(?:https?://|www\.)\S{2,300}")
_SEPARATOR: Final = re.compile(r"\s?[|·•,]\s|\s[-–—/]\s")
_QUESTION: Final = ("?", "？", "!", "！")


def without_bare_signature(block: CommandBlock, author: Address) -> CommandBlock:
    """Return the block without a rest that is only ``author``'s signature; a reply without commands stays as it is."""
    if not block.commands or not is_bare_signature(block.rest, author):
        return block
    return replace(block, rest="")


def is_bare_signature(text: str, author: Address) -> bool:
    """Return True when a text begins as a signature does (closing, name, telephone …) and goes on without a sentence."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if not lines or len(lines) > _MAX_LINES:
        return False
    names = _names(author)
    return _begins_signature(lines[0], names) and all(_may_stand(line, names) for line in lines[1:])


def _names(author: Address) -> frozenset[str]:
    """Return how a person may sign: his full name and each part of it."""
    full = " ".join(author.display_name.split()).strip("\"' ").casefold()
    parts = [full, *full.replace(",", " ").split()]
    return frozenset(one for one in parts if len(one) >= _MIN_NAME)


def _begins_signature(line: str, names: frozenset[str]) -> bool:
    bare = line.strip(" ,.-–—!*_")
    first = _SEPARATOR.split(bare, maxsplit=1)[0].casefold()
    return (
        bare.casefold() in names
        or (" " in first and first in names)
        or _CLOSING.fullmatch(bare) is not None
        or _is_contact(line)
        or is_mobile_signature(line)
    )


def _is_contact(line: str) -> bool:
    whole = line.strip(" <>()*_")
    return any(
        pattern.fullmatch(whole) is not None for pattern in (_DELIMITER, ADDRESS, _PHONE, _LINK)
    ) or not any(char.isalnum() for char in line)


def _may_stand(line: str, names: frozenset[str]) -> bool:
    """Return True for a line of a signature: no question, no call, and no sentence of its own."""
    if _begins_signature(line, names):
        return True
    sentence = line.endswith((".", "。")) and line[:1].isupper() and len(line.split()) > 4  # noqa: PLR2004  "Acme Software Pvt. Ltd."
    return len(line) <= _MAX_CHARS and not line.endswith(_QUESTION) and not sentence
