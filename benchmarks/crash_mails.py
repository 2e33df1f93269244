"""The mails of the crash driver: each carries its number; some are odd, some would cost a naive parser gigabytes."""

import email
import random
from email.message import Message
from email.utils import parseaddr

NUMBER_FIELD = "X-Crash"
OPERATOR = "ada@acme.test"
_WORDS = "the export stops since monday our invoice shows nothing and my colleague cannot log in please help".split()
_MEGA = 1_000_000


def compose(number: int, dice: random.Random) -> bytes:
    """Return a new question of a new customer: plain, without a Message-ID, with wrong bytes, or with a large body."""
    kind = dice.random()
    fields = [*_fields(number), "Content-Type: text/plain; charset=utf-8"]
    if kind > 0.02:
        fields.append(f"Message-ID: <{number}.{dice.getrandbits(32):x}@shop{number}.example>")
    most = 200_000 if kind > 0.995 else 2_000
    text = " ".join(dice.choices(_WORDS, k=dice.randrange(5, most // 6)))
    lines = [text[start : start + 70] for start in range(0, len(text), 70)]
    tail = b"\r\nGr\xfc\xdfe\r\n" if 0.02 < kind < 0.04 else b"\r\n"
    return "\r\n".join([*fields, "", f"Question {number}:", *lines, ""]).encode() + tail


def greedy(number: int, kind: int) -> bytes:
    """Return a mail whose header costs a parser dear that believes it: memory or time beyond all measure."""
    name, field = _GREEDY[kind]
    fields = [*_fields(number), f"Message-ID: <greedy{number}.{name}@shop{number}.example>", *field]
    return "\r\n".join([*fields, "", "What do you say to this?", ""]).encode()


def answer(number: int, ours: bytes, *, by_operator: bool) -> bytes:
    """Return the answer a mail client writes to a mail of the desk's."""
    mail = email.message_from_bytes(ours)
    fields = [
        f"From: {OPERATOR if by_operator else mail['To']}",
        f"To: {_reply_address(mail)}",
        f"Subject: Re: {' '.join(str(mail['Subject']).split())}",
        "Date: Sat, 21 Nov 2026 10:00:00 +0000",
        f"Message-ID: <answer{number}@mail.acme.test>",
        f"In-Reply-To: {mail['Message-ID']}",
        f"References: {mail['Message-ID']}",
        f"{NUMBER_FIELD}: {number}",
        "Content-Type: text/plain; charset=utf-8",
    ]
    return "\r\n".join([*fields, "", f"This is answer number {number}.", ""]).encode()


def envelope_of(raw: bytes) -> tuple[str, str]:
    """Return who sends a mail of ours to whom."""
    end = raw.find(b"\r\n\r\n")
    # Of a mail whose header is the trap, the beginning tells it all: these two fields come first.
    mail = email.message_from_bytes(raw[: min(end, 4_000)] + b"\r\n\r\n")
    return parseaddr(str(mail["From"]))[1], parseaddr(str(mail["To"]))[1]


def _fields(number: int) -> list[str]:
    return [
        f"From: Customer {number} <customer{number}@shop{number}.example>",
        "To: support@acme.test",
        f"{NUMBER_FIELD}: {number}",
        f"Subject: Question {number}",
        "Date: Sat, 21 Nov 2026 09:00:00 +0000",
    ]


def _reply_address(mail: Message) -> str:
    return parseaddr(str(mail["Reply-To"] or mail["From"]))[1]


def _folded(words: str, times: int) -> str:
    return "\r\n ".join([words] * times)


_GREEDY: tuple[tuple[str, list[str]], ...] = (
    # Whoever makes a list as long as the section number says (RFC 2231 3) asks for it to hold four thousand million parts.
    ("sections", ["Content-Type: text/plain;\r\n charset*4000000000=utf-8;\r\n name*2147483647*=utf-8''x"]),
    ("comments", [f"Cc: {'(' * (4 * _MEGA)} <a@b.example>"]),
    ("addresses", [f"Cc: {_folded('a@b.example,' * 60, 10_000)} z@b.example"]),
    ("words", [f"Comments: {_folded('=?utf-8?B?' + 'QUJD' * 12 + '?=', 100_000)}"]),
    ("references", [f"References: {_folded('<x@y.example>', 400_000)}"]),
    ("fields", [f"X-{each}: x" for each in range(300_000)]),
    ("unfolded", [f"X-Long: {'a' * (12 * _MEGA)}"]),
    (
        "routes",
        [f"Received: from {_folded('a (b [127.0.0.1]) by c;', 150_000)} Sat, 21 Nov 2026 09:00:00 +0000"],
    ),
)
GREEDY_KINDS = len(_GREEDY)
