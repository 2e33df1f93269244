"""A made-up mailing-list archive with the oddities of real ones, whose conversations are known (``import_archive.py``).

Replies by In-Reply-To alone, by References alone, by neither (a new conversation, as every archive shows it), to mails
that are not in the archive, dated before what they answer, with new subjects; mails twice by cross-posting; charsets,
encodings, HTML, attachments, quoted ``From `` lines, and References of dozens of ids.
"""

import base64
import datetime as dt
import quopri
import random
from collections.abc import Iterator

_WORDS = """the server client build patch release branch error timeout index query cache socket thread lock kernel module
driver config option default version update install package depends compile linker symbol table column row insert commit
rollback backup restore replica cluster node network packet router proxy header cookie session token login password user
group permission file folder path disk memory page buffer stream parser lexer grammar syntax type value string number""".split()
_CHARSETS = ("utf-8", "iso-8859-1", "us-ascii", "gb18030", "koi8-r")
_TAILS = {
    "utf-8": "Grüße 在线",
    "iso-8859-1": "Grüße",
    "us-ascii": "Regards",
    "gb18030": "谢谢你的帮助",
    "koi8-r": "спасибо",
}
_START = dt.datetime(2009, 1, 5, 8, tzinfo=dt.UTC)


def archive(mails: int, seed: int = 7, early: float = 0.01) -> Iterator[bytes]:
    """Yield the parts of an mbox (mboxrd) of so many mails, always the same for the same seed.

    ``early``: how many of them are dated days too early, before what they answer.
    """
    chance = random.Random(seed)
    threads: list[list[tuple[str, str]]] = []
    for number in range(mails):
        at = _START + dt.timedelta(minutes=37 * number)
        message_id = f"<{number}.{chance.getrandbits(40):x}@host{number % 97}.example>"
        replies = bool(threads) and chance.random() < 0.68
        thread = chance.choice(threads[-60:]) if replies else []
        if not replies:
            threads.append(thread)
        raw = _mail(
            chance, number, at - dt.timedelta(days=2) if chance.random() < early else at, message_id, thread
        )
        parents = [one for one, _ in thread]
        thread.append((message_id, f"topic {len(threads)}" if not parents else thread[0][1]))
        mbox = _as_mbox(raw, at)
        yield mbox
        if chance.random() < 0.01:
            # Cross-posted: once more by another list.
            yield mbox


def _mail(
    chance: random.Random, number: int, at: dt.datetime, message_id: str, thread: list[tuple[str, str]]
) -> bytes:
    charset = _CHARSETS[number % 5] if chance.random() < 0.4 else "utf-8"
    subject = (
        f"{thread[0][1]}: {chance.choice(_WORDS)} {chance.choice(_WORDS)}" if thread else f"topic {number}"
    )
    person = chance.randrange(400)
    fields = [
        f"From: Person {person} <person{person}@site{person % 50}.example>",
        "To: list@lists.example",
        f"Subject: {'Re: ' if thread else ''}[list] {subject}",
        f"Date: {at:%a, %d %b %Y %H:%M:%S} +0000",
        *([f"Message-ID: {message_id}"] if chance.random() > 0.005 or thread else []),
        *_refers(chance, [one for one, _ in thread]),
        "List-Id: A list <list.lists.example>",
        "Precedence: list",
        "MIME-Version: 1.0",
    ]
    text = _text(chance, charset, quotes=bool(thread))
    return ("\n".join(fields) + "\n").encode() + _body(chance, text, charset)


def _refers(chance: random.Random, parents: list[str]) -> list[str]:
    if not parents:
        # Some answer mails that are not in the archive.
        return (
            [f"In-Reply-To: <gone{chance.randrange(10**9)}@elsewhere.example>"]
            if chance.random() < 0.02
            else []
        )
    kind = chance.random()
    named = parents[-20:]
    chain = "References: " + "\n\t".join(named)
    if kind < 0.15:
        return [f"In-Reply-To: {parents[-1]}"]
    if kind < 0.3:
        return [chain]
    if kind < 0.33:
        return [f'In-Reply-To: Person\'s message of "Mon" {parents[-1]}']
    return [f"In-Reply-To: {parents[-1]}", chain]


def _text(chance: random.Random, charset: str, *, quotes: bool) -> str:
    lines = [" ".join(chance.choices(_WORDS, k=11)) for _ in range(chance.randrange(6, 42))]
    if quotes:
        lines = [
            "Somebody wrote:",
            *(f"> {one}" for one in lines[: len(lines) // 2]),
            "",
            *lines[len(lines) // 2 :],
        ]
    if chance.random() < 0.05:
        lines.insert(2, "From the log it is clear that nothing happened.")
    return "\n".join((*lines, "", "-- ", _TAILS[charset], ""))


def _body(chance: random.Random, text: str, charset: str) -> bytes:
    raw = text.encode(charset, "replace")
    kind = chance.random()
    if kind < 0.1:
        return (
            f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: base64\n\n".encode()
            + (base64.encodebytes(raw))
        )
    if kind < 0.25:
        head = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: quoted-printable\n\n"
        return head.encode() + quopri.encodestring(raw)
    if kind < 0.33:
        return _with_parts(chance, raw, charset)
    return f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n".encode() + raw


def _with_parts(chance: random.Random, raw: bytes, charset: str) -> bytes:
    boundary = f"b{chance.getrandbits(60):x}"
    html = b"<html><body><p>" + raw.replace(b"\n", b"<br>\n") + b"</p></body></html>\n"
    patch = base64.encodebytes(chance.randbytes(chance.randrange(200, 9000)))
    return b"".join(
        (
            f'Content-Type: multipart/mixed; boundary="{boundary}"\n\n'.encode(),
            f"--{boundary}\nContent-Type: text/html; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n".encode(),
            html,
            f"--{boundary}\nContent-Type: application/octet-stream; name=a.patch\n".encode(),
            b"Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=a.patch\n\n",
            patch,
            f"--{boundary}--\n".encode(),
        )
    )


def _as_mbox(raw: bytes, at: dt.datetime) -> bytes:
    lines = raw.split(b"\n")
    quoted = (b">" + one if one.lstrip(b">").startswith(b"From ") else one for one in lines)
    return f"From list@lists.example {at:%a %b %d %H:%M:%S %Y}\n".encode() + b"\n".join(quoted) + b"\n"
