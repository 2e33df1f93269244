"""From what is measured to what it means: is a mailbox silent, a queue stuck, a disk full? Limits and sentences."""

import datetime as dt
from collections.abc import Sequence

from inboxd.core.alarm_kind import AlarmKind
from inboxd.core.alarms import Health, Observation

SILENCE = dt.timedelta(minutes=15)
STUCK = dt.timedelta(hours=1)
SETTLING = dt.timedelta(minutes=15)
ENDS_SOON = dt.timedelta(days=14)
UNSEEN = dt.timedelta(days=1)
LEAST_FREE = 0.05
# A hundredth more, so that a disk at the limit does not come and go.
ENOUGH_FREE = 0.06
STORE_PATIENCE = dt.timedelta(minutes=5)
MOST_DEATHS = 5
DEATHS_WITHIN = dt.timedelta(minutes=15)
# With an interval of its own a folder is looked at no more often than that: half of it more is late.
_SLACK = 1.5
_GIB = 1024**3


def silence(
    folder: str, polled_at: dt.datetime | None, since: dt.datetime, poll: dt.timedelta, now: dt.datetime
) -> Observation:
    """Return whether a folder was read within 15 minutes, or within one and a half of its own longer intervals.

    ``since`` is when the watching began: what was not read before that is no news yet.
    """
    limit = max(SILENCE, _SLACK * poll)
    key = f"intake:{folder}"
    if polled_at is not None and now - polled_at < limit:
        return Observation(key, AlarmKind.INTAKE_SILENT, Health.WELL)
    if now - max(since, polled_at or since) < limit:
        return Observation(key, AlarmKind.INTAKE_SILENT, Health.UNKNOWN)
    last = f"since {_time(polled_at)}" if polled_at else "a single time yet"
    return Observation(key, AlarmKind.INTAKE_SILENT, Health.FAILING, f"{folder} could not be read {last}.")


def backlog(
    oldest: dt.datetime | None, waiting: int, said: str, since: dt.datetime, now: dt.datetime
) -> Observation:
    """Return whether mail has waited to be sent for an hour; ``said`` is the server's last word about it.

    ``since``: what waited while the desk was down gets a quarter of an hour to leave.
    """
    if oldest is None or now - oldest < STUCK:
        return Observation("outbox", AlarmKind.SENDING_FAILS, Health.WELL)
    if now - since < SETTLING:
        return Observation("outbox", AlarmKind.SENDING_FAILS, Health.UNKNOWN)
    detail = f"{_mails(waiting)} to be sent, the oldest since {_time(oldest)}."
    return Observation(
        "outbox", AlarmKind.SENDING_FAILS, Health.FAILING, f"{detail} Last reply: {said}" if said else detail
    )


def standstill(oldest: dt.datetime | None, waiting: int, since: dt.datetime, now: dt.datetime) -> Observation:
    """Return whether accepted mail has waited to be processed for an hour; ``since`` as above."""
    if oldest is None or now - oldest < STUCK:
        return Observation("work", AlarmKind.WORKER_FAILS, Health.WELL)
    if now - since < SETTLING:
        return Observation("work", AlarmKind.WORKER_FAILS, Health.UNKNOWN)
    detail = f"{_mails(waiting)} to be processed, the oldest since {_time(oldest)}."
    return Observation("work", AlarmKind.WORKER_FAILS, Health.FAILING, detail)


def crashes(deaths: Sequence[dt.datetime], now: dt.datetime) -> Observation:
    """Return whether the worker keeps dying: more often than one bad mail, which is held at its third time, explains."""
    recent = [at for at in deaths if now - at < DEATHS_WITHIN]
    if len(recent) >= MOST_DEATHS:
        detail = (
            f"The worker ended {len(recent)} times within 15 minutes; mail is accepted, but not processed."
        )
        return Observation("worker", AlarmKind.WORKER_FAILS, Health.FAILING, detail)
    return Observation("worker", AlarmKind.WORKER_FAILS, Health.UNKNOWN if recent else Health.WELL)


def space(folder: str, free: int, total: int) -> Observation:
    """Return whether a disk is nearly full; ``free`` and ``total`` in bytes."""
    key = f"disk:{folder}"
    share = free / total if total else 1.0
    if share >= ENOUGH_FREE:
        return Observation(key, AlarmKind.DISK_FULL, Health.WELL)
    if share >= LEAST_FREE:
        return Observation(key, AlarmKind.DISK_FULL, Health.UNKNOWN)
    detail = f"{free / _GIB:.1f} of {total / _GIB:.1f} GiB are free where {folder} lies."
    return Observation(key, AlarmKind.DISK_FULL, Health.FAILING, detail)


def held(oldest: dt.datetime | None, waiting: int, patience: dt.timedelta, now: dt.datetime) -> Observation:
    """Return whether held mail has waited for a person longer than ``patience``."""
    if oldest is None or now - oldest < patience:
        return Observation("held", AlarmKind.MAIL_HELD, Health.WELL)
    detail = f"{_mails(waiting)} for you, the oldest since {_time(oldest)}: see `inboxd held`."
    return Observation("held", AlarmKind.MAIL_HELD, Health.FAILING, detail)


def certificate(file: str, ends: dt.datetime | None, now: dt.datetime) -> Observation:
    """Return whether the certificate ends within two weeks; ``ends`` None: it cannot be read."""
    if ends is not None and ends - now > ENDS_SOON:
        return Observation(f"certificate:{file}", AlarmKind.CERTIFICATE_ENDS, Health.WELL)
    if ends is None:
        occasion, detail = "unreadable", f"{file} cannot be read."
    else:
        occasion = "ends" if ends > now else "ended"
        detail = f"{file} {occasion} on {_time(ends)}."
    key = f"certificate:{file}"
    return Observation(key, AlarmKind.CERTIFICATE_ENDS, Health.FAILING, detail, occasion)


def sign_in(name: str, occasion: str, detail: str) -> Observation:
    """Return whether a sign-in at a mail provider lasts; ``occasion`` says in what way it does not, empty: it does."""
    health = Health.FAILING if occasion else Health.WELL
    return Observation(f"sign-in:{name}", AlarmKind.SIGN_IN_ENDS, health, detail, occasion)


def model(trouble: str | None) -> Observation:
    """Return whether the knowledge base can be asked; ``trouble`` None: it did not say yet, empty: it can."""
    if trouble:
        return Observation("model", AlarmKind.MODEL_FAILS, Health.FAILING, trouble)
    return Observation("model", AlarmKind.MODEL_FAILS, Health.UNKNOWN if trouble is None else Health.WELL)


def store(failing_since: dt.datetime | None, said: str, now: dt.datetime) -> Observation:
    """Return whether the store has not answered for five minutes: a database that is restarted is back sooner."""
    if failing_since is None:
        return Observation("store", AlarmKind.STORE_FAILS, Health.WELL)
    if now - failing_since < STORE_PATIENCE:
        return Observation("store", AlarmKind.STORE_FAILS, Health.UNKNOWN)
    return Observation(
        "store", AlarmKind.STORE_FAILS, Health.FAILING, f"Since {_time(failing_since)}: {said}"
    )


def _mails(number: int) -> str:
    return "1 mail waits" if number == 1 else f"{number} mails wait"


def _time(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"
