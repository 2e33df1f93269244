"""What an archive says belongs together, computed without inboxd's code (``import_archive.py``).

By the mails' own words: two belong together when one names the other, or both name a third, in References or
In-Reply-To, as https://www.jwz.org/doc/threading.html and RFC 5256 (THREAD=REFS) have it. Header sections are read by
regular expressions here: the standard library stops at the first line that is no field, and real archives have such.
"""

import binascii
import datetime as dt
import email.utils
import mailbox
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

_ID = re.compile(r"<([^<>]{1,900})>")
_ADDRESS = re.compile(r"[\w.+=-]{1,64}@[\w.-]{1,255}")
_FIELD = re.compile(r"^([!-9;-~]{1,76})[ \t]*:[ \t]*(.*)$", re.MULTILINE)
_FOLD = re.compile(r"\n[ \t]+")
_REPLIED = re.compile(rb"^In-Reply-To:.*\n(?:[ \t]+.*\n)*", re.IGNORECASE | re.MULTILINE)
_FROM = re.compile(rb"^(>*From )", re.MULTILINE)
_NAMES = ("message-id", "references", "in-reply-to", "from", "to", "cc", "date", "subject", "thread-index")
_REPLY = re.compile(r"(?:(?:re|fwd?|aw)[ \t]*:|\[[^]]{1,40}\])[ \t]*", re.IGNORECASE)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def conversations(box: Path, *, outlook: bool = False) -> tuple[dict[str, str], int]:
    """Return the conversation of each Message-ID, and how many mails there are.

    ``outlook``: mails of one subject with one Thread-Index (MS-OXOMSG 2.2.1.3) belong together as well, which is how
    Outlook of old said what a mail answers, and which archives do not read.
    """
    head: dict[str, str] = {}

    def root(one: str) -> str:
        while head.setdefault(one, one) != one:
            head[one] = head[head[one]]
            one = head[one]
        return one

    headers = list(_headers(box))
    people = _people(headers)
    there: set[str] = set()
    for one in headers:
        own = _ids(one["message-id"])[:1]
        named = [i for name in ("references", "in-reply-to") for i in _ids(one[name]) if i not in people]
        ids = [*own, *named, *filter(None, [_outlook(one) if outlook else ""])]
        there.update(own)
        for other in ids[1:]:
            head[root(other)] = root(ids[0])
    return {one: root(one) for one in there}, len(headers)


def without_people(box: Path) -> Iterator[tuple[bytes, bytes]]:
    """Yield each mail as it is, and with nothing but the ids in In-Reply-To."""
    people = _people(_headers(box))

    def ids_alone(found: re.Match[bytes]) -> bytes:
        ids = ("".join(one.split()) for one in _ID.findall(found[0].decode("latin-1")))
        kept = " ".join(f"<{one}>" for one in ids if one.lower() not in people)
        return f"In-Reply-To: {kept}\n".encode("latin-1")

    for raw in _mails(box):
        header, empty, body = raw.partition(b"\n\n")
        yield raw, _REPLIED.sub(ids_alone, header + b"\n") + empty[1:] + body


def message_id(raw: bytes) -> str:
    """Return the id of a mail whose header section is given, in lower case without brackets; empty without one."""
    return next(iter(_ids(_fields(raw)["message-id"])), "")


def gather(folder: Path, box: Path) -> Path:
    """Write the mails of a folder as one mbox (mboxrd) in the order of their dates; return its path."""
    mails = sorted(
        (_dated(file.read_bytes().replace(b"\r\n", b"\n")) for file in folder.rglob("*") if file.is_file()),
        key=lambda mail: mail[0],
    )
    with box.open("wb") as file:
        for at, raw in mails:
            begin = f"From archive@localhost {at:%a %b %e %H:%M:%S %Y}\n".encode()
            file.write(begin + _FROM.sub(rb">\1", raw.rstrip(b"\n")) + b"\n\n")
    return box


def _dated(raw: bytes) -> tuple[dt.datetime, bytes]:
    """Return when a mail was written and its bytes without a From_ line, where its file has one."""
    raw = raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw
    try:
        at = email.utils.parsedate_to_datetime(_fields(raw)["date"])
    except ValueError:
        return _EPOCH, raw
    return (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).astimezone(dt.UTC), raw


def _mails(box: Path) -> Iterator[bytes]:
    archived = mailbox.mbox(box)
    try:
        yield from map(archived.get_bytes, archived.iterkeys())
    finally:
        archived.close()


def _headers(box: Path) -> Iterator[dict[str, str]]:
    return map(_fields, _mails(box))


def _people(headers: Iterable[dict[str, str]]) -> set[str]:
    """Return who writes or gets mail here: old In-Reply-To fields name the person, too, and that is no mail."""
    fields = (one[name] for one in headers for name in ("from", "to", "cc"))
    return {address.lower() for field in fields for address in _ADDRESS.findall(field)}


def _fields(raw: bytes) -> dict[str, str]:
    """Return the first field of each name that counts, unfolded; empty where there is none."""
    section = re.split(rb"\n\r?\n", raw, maxsplit=1)[0].decode("latin-1").replace("\r", "")
    found = dict.fromkeys(_NAMES, "")
    for name, value in reversed(_FIELD.findall(_FOLD.sub(" ", section))):
        found[name.lower()] = value
    return found


def _outlook(fields: dict[str, str]) -> str:
    """Return what all mails of an Outlook conversation share: the first 22 octets of Thread-Index, and the subject."""
    try:
        index = binascii.a2b_base64("".join(fields["thread-index"].split()))[:22].hex()
    except binascii.Error:
        return ""
    return f"{index} {_REPLY.sub('', fields['subject']).strip().lower()}" if index else ""


def _ids(value: str) -> list[str]:
    return ["".join(one.split()).lower() for one in _ID.findall(value)]
