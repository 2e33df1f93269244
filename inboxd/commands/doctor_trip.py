"""The doctor's test mails: from the desk to the desk, out by the smarthost and back by IMAP or our own SMTP port."""

import contextlib
import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.configintake import ImapAccount
from inboxd.core.dns_answers import Resolve
from inboxd.core.domain_check import check_dkim
from inboxd.core.folder_walk import Window
from inboxd.core.parse import parse
from inboxd.core.probe import (
    Arrived,
    Check,
    Probe,
    judge_arrival,
    judge_authentication,
    judge_plus,
    judge_return_path,
    with_detail,
    write_probe,
)
from inboxd.errors import InboxdError
from inboxd.intake.imap_session import Session, open_session
from inboxd.outgoing.transmit import Outcome, Parcel, Transmit
from inboxd.outgoing.transport import make_transport
from inboxd.store import probes
from inboxd.store.engine import open_store, read

_POLL_SECONDS = 2.0
# Ours are small; whatever else comes meanwhile is not fetched just to look.
_LARGEST = 200_000
_LAST_UID = 2**32 - 1

Look = Callable[[], Mapping[str, Arrived]]


@dataclass(frozen=True, slots=True)
class Trip:
    """A test mail, and why the smarthost did not take it (empty: it did)."""

    probe: Probe
    refused: str = ""


def check_round_trip(
    config: Config, clock: Clock, key: str, wait_seconds: float, resolve: Resolve
) -> Iterator[Check]:
    """Send test mails to the desk and yield what became of them within ``wait_seconds``."""
    if config.outgoing.transport == "maildir":
        yield Check(
            "round trip", True, "mail stays on this machine (transport = 'maildir'): no test mail is sent"
        )
        return
    written = write_probes(config, key, clock())
    with contextlib.ExitStack() as stack:
        looks = [*_mailbox_looks(config, clock, stack), _store_look(config, clock, written)]
        sent_at = clock()
        trips = _send(written, make_transport(config))
        arrived = _wait(trips, looks, wait_seconds)
    yield from _judge(config, trips, arrived, sent_at, wait_seconds, resolve)


def write_probes(config: Config, key: str, now: dt.datetime) -> dict[str, Probe]:
    """Return the test mails: a plain one, and those that show what the provider does to plus addresses."""
    desk = config.desk
    found = {"plain": write_probe(desk.name, desk.address, f"{key}a", now)}
    if desk.recipient_delimiter:
        to = with_detail(desk.address, desk.recipient_delimiter, f"doctor.{key}")
        found["plus"] = write_probe(desk.name, desk.address, f"{key}b", now, recipient=to)
        if config.outgoing.return_path == "signed":
            found["path"] = write_probe(desk.name, desk.address, f"{key}c", now, reverse_path=to)
    return found


def _send(written: Mapping[str, Probe], transmit: Transmit) -> dict[str, Trip]:
    trips = {}
    for name, probe in written.items():
        reply = transmit(Parcel(probe.reverse_path, (probe.recipient,), probe.message_id, probe.raw))
        trips[name] = Trip(probe, "" if reply.outcome is Outcome.SENT else reply.text)
    return trips


def _wait(trips: Mapping[str, Trip], looks: list[Look], seconds: float) -> dict[str, Arrived]:
    """Look until all that was sent is back or the time is over."""
    awaited = {trip.probe.key for trip in trips.values() if not trip.refused}
    arrived: dict[str, Arrived] = {}
    until = time.monotonic() + seconds
    while awaited:
        for look in looks:
            for key, one in look().items():
                arrived.setdefault(key, one)
        left = until - time.monotonic()
        if awaited <= arrived.keys() or left <= 0:
            break
        time.sleep(min(_POLL_SECONDS, left))
    return arrived


def _judge(
    config: Config,
    trips: Mapping[str, Trip],
    arrived: Mapping[str, Arrived],
    sent_at: dt.datetime,
    seconds: float,
    resolve: Resolve,
) -> Iterator[Check]:
    plain = trips["plain"]
    came = arrived.get(plain.probe.key)
    if plain.refused:
        yield Check("round trip", False, f"the smarthost does not take a mail from the desk: {plain.refused}")
    elif came is None:
        yield Check("round trip", False, f"the test mail did not come back within {seconds:.0f} s")
    else:
        yield from judge_arrival(plain.probe, came, sent_at, config.desk.recipient_delimiter)
        yield from judge_authentication(came, config.intake.trusted_authserv_ids)
        if came.mail.headers("DKIM-Signature"):
            yield check_dkim(came.mail, config.desk.domain, resolve)
    # Where nothing comes back a missing second mail says nothing about its address.
    for name, judge in (("plus", judge_plus), ("path", judge_return_path)):
        if name in trips and (came is not None or trips[name].refused):
            check = judge(trips[name].probe, arrived.get(trips[name].probe.key))
            refused = f" (the smarthost says {trips[name].refused})" if trips[name].refused else ""
            yield Check(check.name, check.ok, check.detail + refused)


def _mailbox_looks(config: Config, clock: Clock, stack: contextlib.ExitStack) -> Iterator[Look]:
    """Yield a look into the inbox and the junk folder of each mailbox, beginning with what is not there yet."""
    for account in config.intake.imap:
        try:
            session = stack.enter_context(contextlib.closing(open_session(account)))
            junk = session.special_folder("\\Junk")
            folders = {name: name == junk for name in (account.folder, junk) if name}
            first = {name: session.select(name, readonly=True).uidnext for name in folders}
        except InboxdError:
            # The mailbox's own checks tell it.
            continue
        yield _MailboxLook(account, session, folders, first, clock)


@dataclass(slots=True)
class _MailboxLook:
    account: ImapAccount
    session: Session
    folders: Mapping[str, bool]
    first: dict[str, int]
    clock: Clock

    def __call__(self) -> Mapping[str, Arrived]:
        found: dict[str, Arrived] = {}
        for name, is_junk in self.folders.items():
            with contextlib.suppress(InboxdError):
                found |= self._look(name, is_junk=is_junk)
        return found

    def _look(self, name: str, *, is_junk: bool) -> Mapping[str, Arrived]:
        self.session.select(name, readonly=True)
        uids = self.session.search(Window(self.first[name], _LAST_UID))
        listed = self.session.list_mails(uids) if uids else {}
        small = [uid for uid, one in listed.items() if one.size <= _LARGEST]
        raws = self.session.fetch(small) if small else {}
        self.first[name] = max((*uids, self.first[name] - 1)) + 1
        now = self.clock()
        return {
            key: Arrived(parse(raw), name, listed[uid].received_at, now, is_junk)
            for uid, raw in raws.items()
            if (key := _key_of(raw))
        }


def _store_look(config: Config, clock: Clock, written: Mapping[str, Probe]) -> Look:
    """Return a look at what a running desk has accepted, by whatever way."""
    engine = open_store(config.store_url)

    def look() -> Mapping[str, Arrived]:
        with read(engine) as connection:
            rows = probes.find_arrived(connection, [one.message_id for one in written.values()])
        now = clock()
        return {
            key: Arrived(parse(one.raw), "the desk itself", None, now)
            for one in rows
            if (key := _key_of(one.raw))
        }

    return look


def _key_of(raw: bytes) -> str:
    """Return the key in the subject of a test mail; empty for any other mail."""
    at = raw.find(b"Subject: inboxd doctor: test mail ")
    if at < 0:
        return ""
    line = raw[at : at + 200].partition(b"\r")[0].partition(b"\n")[0]
    return line.rpartition(b" ")[2].decode("ascii", "replace")
