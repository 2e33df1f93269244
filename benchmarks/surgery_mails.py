"""The mails of the surgery: each carries its number, some are odd in the ways real ones are."""

import random
import re

_NUMBER = re.compile(rb"^X-Surgery: ([0-9]{1,9})\r?$", re.MULTILINE)
_WORDS = "the export stops since monday our invoice shows nothing and my colleague cannot log in please help".split()
_LARGE = 300_000


def compose(number: int, dice: random.Random) -> bytes:
    """Return a mail that has its number in the header: most are plain, some nameless, alike or large."""
    kind = dice.random()
    # Printers and web forms use one Message-ID for everything (the mails differ, and are two).
    name = f"{number}.{dice.getrandbits(32):x}" if kind > 0.05 else f"printer{number % 7}"
    fields = [
        f"From: Customer {number} <customer{number}@shop{number}.example>",
        "To: support@acme.test",
        f"Subject: Question {number}",
        "Date: Sat, 21 Nov 2026 09:00:00 +0000",
        f"X-Surgery: {number}",
        "Content-Type: text/plain; charset=utf-8",
    ]
    if kind < 0.9:
        fields.append(f"Message-ID: <{name}@shop.example>")
    most = _LARGE if kind > 0.99 else 2_000
    text = " ".join(dice.choices(_WORDS, k=dice.randrange(5, most // 6)))
    lines = [text[start : start + 70] for start in range(0, len(text), 70)]
    if 0.05 < kind < 0.1:
        lines.append("Grüße aus Köln")
    return "\r\n".join([*fields, "", f"Question {number}:", *lines, ""]).encode()


def is_nameless(raw: bytes) -> bool:
    """Return whether a mail has no Message-ID: delivered twice it differs in its trace fields, and is two."""
    return b"\r\nMessage-ID:" not in raw


def number_of(raw: bytes) -> int | None:
    """Return the number of a mail, or None when it is none of ours."""
    found = _NUMBER.search(raw)
    return int(found[1]) if found else None
