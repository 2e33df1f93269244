"""Taking a person out of the Maildir the desk delivers into, where that is its transport."""

from collections.abc import Collection, Iterator
from pathlib import Path

from inboxd.core.erasure import LETTERS, Traces
from inboxd.core.mail_rewriting import rewrite_mail
from inboxd.core.parse import parse
from inboxd.outgoing.maildir import file_name


def erase_delivered(folder: Path, sent: Collection[tuple[str, tuple[str, ...]]], traces: Traces) -> int:
    """Remove the mails that were written to him or about him, take him out of all others; return how many it touched.

    ``sent`` are Message-ID and recipients of the former. Raises ``OSError`` when a file cannot be changed.
    """
    names = {file_name(*one) for one in sent}
    return sum(_erase(path, names, traces) for path in _files(folder))


def _files(folder: Path) -> Iterator[Path]:
    for name in ("new", "cur", "tmp"):
        if (folder / name).is_dir():
            yield from sorted(path for path in (folder / name).iterdir() if path.is_file())


def _erase(path: Path, names: Collection[str], traces: Traces) -> bool:
    if path.name.partition(":")[0] in names:
        path.unlink()
        return True
    raw = path.read_bytes()
    mail = parse(raw)
    if mail.header("X-Inboxd-Kind") in LETTERS and traces.is_told_in(f"{mail.subject}\n{mail.text}"):
        path.unlink()
        return True
    new = rewrite_mail(raw, traces.redact)
    if new != raw:
        path.write_bytes(new)
    return new != raw
