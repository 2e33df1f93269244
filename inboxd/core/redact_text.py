"""What customers should never have written, taken out of a text before it is shown: cards, accounts and secrets.

Only what proves itself is taken for one: a card number by its check digit (ISO/IEC 7812-1, Luhn), an account by its own
(ISO 13616, modulo 97), a key by the prefix its maker gave it, a password by the word before it.
"""

import re

CARD, ACCOUNT, SECRET = "[card]", "[account]", "[secret]"

_DIGITS = re.compile(r"(?<![\w@+])(?<![.-]\b)\d(?:[ -]?\d){12,18}(?!\w|[@-]\w|[ -]?\d)")
_IBAN = re.compile(r"(?<!\w)[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]){11,30}(?!\w)")
_KEYS = re.compile(
    r"""(?<![\w-])(?:
    (?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{10,200}     # Stripe
    |sk-[A-Za-z0-9_-]{20,200}                          # OpenAI and others
    |gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}
    |glpat-[\w-]{15,100}
    |xox[abprs]-[A-Za-z0-9-]{10,200}                   # Slack
    |(?:AKIA|ASIA)[A-Z0-9]{16}                         # AWS
    |AIza[\w-]{30,50}                                  # Google
    |SG\.[\w-]{15,60}\.[\w-]{15,100}                   # SendGrid
    |eyJ[\w-]{8,2000}\.[\w-]{8,4000}\.[\w-]{0,1000}    # a JSON Web Token (RFC 7519)
    )(?![\w-])""",
    re.VERBOSE,
)
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,20000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?"
)
_NAMED = re.compile(
    r"""((?<![^\W_])(?:pass(?:word|wort|phrase|wd)|kennwort|mot\ de\ passe|contraseña|clave|pwd|secret|api[ _-]?key|access[ _-]?token
    |auth[ _-]?token|client[ _-]?secret|密码|口令|密钥)\ ?(?:is|ist|est|es|是)?\ ?[:=：]\ ?["'`]?|(?i:authorization:\ ?(?:bearer|basic)\ ))
    ([^\s"'`<>,;，。；]{4,200})""",
    re.VERBOSE | re.IGNORECASE,
)
_SHORTEST_CARD, _LONGEST_CARD = 13, 19
_IBAN_LENGTHS = range(15, 35)


def redact(text: str) -> str:
    """Return the text with card numbers, account numbers and secrets replaced by what they were; never raises."""
    said = _PRIVATE_KEY.sub(SECRET, text)
    said = _KEYS.sub(SECRET, said)
    said = _NAMED.sub(rf"\1{SECRET}", said)
    said = _IBAN.sub(_account, said)
    return _DIGITS.sub(_card, said)


def _account(found: re.Match[str]) -> str:
    """Return what stands for an IBAN; words after it that the pattern took along stay."""
    words = found[0].split(" ")
    for count in range(len(words), 0, -1):
        if _is_iban("".join(words[:count])):
            return " ".join((ACCOUNT, *words[count:]))
    return found[0]


def _is_iban(number: str) -> bool:
    if len(number) not in _IBAN_LENGTHS or not number.isascii():
        return False
    moved = number[4:] + number[:4]
    return int("".join(str(int(one, 36)) for one in moved)) % 97 == 1


def _card(found: re.Match[str]) -> str:
    digits = [int(one) for one in found[0] if one.isdecimal()]
    if not _SHORTEST_CARD <= len(digits) <= _LONGEST_CARD or len(set(digits)) == 1:
        return found[0]
    doubled = (sum(divmod(2 * one, 10)) for one in digits[-2::-2])
    return CARD if (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 else found[0]
