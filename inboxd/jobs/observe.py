"""What the watch looks at: mailboxes, queues, disks, certificates, sign-ins, the worker. Only reads."""

import datetime as dt
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError

from inboxd.config import Config
from inboxd.configintake import ImapAccount
from inboxd.core import alarm_signs
from inboxd.core.alarms import Observation
from inboxd.errors import TransientError
from inboxd.store import alarms, cursors, vital_signs
from inboxd.store.engine import read

# IDLE is left so often at least, whatever ``poll`` says (RFC 2177 3).
_LONGEST_POLL = dt.timedelta(minutes=28)


@dataclass(frozen=True, slots=True)
class Sight:
    """What one look found; ``complete`` False: the store, with all that is known by it, could not be looked at."""

    observations: tuple[Observation, ...]
    complete: bool = True
    store_says: str = ""


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk by one folder on it; ``free`` and ``total`` in bytes."""

    folder: str
    free: int
    total: int


def observe(
    config: Config, engine: Engine, now: dt.datetime, since: dt.datetime, deaths: Sequence[dt.datetime]
) -> Sight:
    """Return what a look finds now. ``since``: no mailbox counts as silent before; ``deaths`` are the worker's."""
    found = (
        alarm_signs.crashes(deaths, now),
        *_disks(config),
        *_certificate(config, now),
        *_sign_ins(config, now),
    )
    try:
        with read(engine) as connection:
            return Sight((*found, *_stored(config, connection, now, since)))
    except TransientError as error:
        return Sight(found, complete=False, store_says=str(error))
    except DBAPIError as error:
        # A damaged file, a table that is gone: not for a moment, and so much the more to be told.
        return Sight(found, complete=False, store_says=f"the store cannot be read: {error.orig}")


def first_seen(config: Config, connection: Connection) -> tuple[str, ...]:
    """Return the folders nobody has watched before."""
    names = map(_name, config.intake.imap)
    return tuple(name for name in names if alarms.watched_since(connection, name) is None)


def disks(config: Config) -> Iterator[Disk]:
    """Yield the disks the desk writes to, each once."""
    folders = sorted({_existing(folder) for folder in _written_folders(config)}, reverse=True)
    # One disk, however many folders lie on it.
    for folder in {one.stat().st_dev: one for one in folders}.values():
        usage = shutil.disk_usage(folder)
        yield Disk(str(folder), usage.free, usage.total)


def certificate_end(cert: Path) -> dt.datetime | None:
    """Return when a certificate, of a chain the first one, ends; None for a file that is none."""
    from cryptography import x509  # noqa: PLC0415  few desks have a certificate of their own

    try:
        return x509.load_pem_x509_certificate(cert.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        return None


def _stored(
    config: Config, connection: Connection, now: dt.datetime, since: dt.datetime
) -> Iterator[Observation]:
    for account in config.intake.imap:
        yield _folder(account, connection, now, since)
    queue = vital_signs.to_send(connection)
    yield alarm_signs.backlog(queue.oldest, queue.number, queue.said, since, now)
    waiting = vital_signs.to_process(connection)
    yield alarm_signs.standstill(waiting.oldest, waiting.number, since, now)
    # The digest shows all that is held; without it nobody would see what a rule holds either.
    with_digest = config.digest.enabled
    held = vital_signs.held(connection, only_faults=with_digest)
    patience = alarm_signs.STUCK if with_digest else alarm_signs.UNSEEN
    yield alarm_signs.held(held.oldest, held.number, patience, now)
    yield alarm_signs.model(vital_signs.model_trouble(connection))


def _folder(
    account: ImapAccount, connection: Connection, now: dt.datetime, since: dt.datetime
) -> Observation:
    cursor = cursors.load(connection, account.mailbox, account.folder)
    began = max(since, alarms.watched_since(connection, _name(account)) or now)
    polled_at = cursor.polled_at if cursor else None
    return alarm_signs.silence(_name(account), polled_at, began, min(account.poll, _LONGEST_POLL), now)


def _name(account: ImapAccount) -> str:
    return f"{account.folder} of {account.user} at {account.host}"


def _disks(config: Config) -> Iterator[Observation]:
    for disk in disks(config):
        yield alarm_signs.space(disk.folder, disk.free, disk.total)


def _written_folders(config: Config) -> Iterator[Path]:
    url = make_url(config.store_url)
    if url.get_backend_name() == "sqlite" and url.database:
        yield Path(url.database).parent
    yield config.desk.secret_file.parent
    if config.outgoing.transport == "maildir":
        yield config.outgoing.maildir


def _existing(folder: Path) -> Path:
    return next((one for one in (folder, *folder.parents) if one.is_dir()), Path("/"))


def _certificate(config: Config, now: dt.datetime) -> Iterator[Observation]:
    for cert, _key in config.intake.certificates:
        yield alarm_signs.certificate(str(cert), certificate_end(cert), now)


def _sign_ins(config: Config, now: dt.datetime) -> Iterator[Observation]:
    from inboxd.jobs.signin import observe_sign_in  # noqa: PLC0415  few desks sign in so

    for user, source in config.sign_ins:
        yield observe_sign_in(user, source, now)
