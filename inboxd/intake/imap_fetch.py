"""Listing and fetching mails so that an odd one costs the others nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from inboxd.core.folder_walk import Listed
from inboxd.intake.imap_caution import Caution
from inboxd.intake.imap_session import ConnectionLostError, NotNowError, RefusedError, Session

MOST_OCTETS = 8_000_000
# More mails than this refused and none given: then it is the server, not the mails.
_MOST_REFUSED = 10

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail as the server gave it; with a ``fault`` it gave at most the header section, and the fault says why."""

    listed: Listed
    raw: bytes
    fault: str = ""


def list_mails(session: Session, uids: Sequence[int], caution: Caution) -> tuple[Listed, ...]:
    """Return size and INTERNALDATE of those mails that are still there; unknown where the server refuses to tell."""
    listed: list[Listed] = []
    most = caution.most_listed
    for start in range(0, len(uids), most):
        part = uids[start : start + most]
        harmless = [uid for uid in part if not caution.breaks(uid)]
        try:
            found, refused = _by_halves(session.list_mails, harmless)
        except ConnectionLostError:
            caution.broke(harmless)
            raise
        silent = (uid for uid in part if uid in refused or caution.breaks(uid))
        listed += [*found.values(), *(Listed(uid, 0, None) for uid in silent)]
    return tuple(listed)


def fetch_batch(
    session: Session, batch: Sequence[Listed], max_size: int, caution: Caution
) -> tuple[Fetched, ...]:
    """Return what the server gives of each mail that is still there, in order of UID.

    Raises ``ConnectionLostError``; ``caution`` then knows over which mails.
    """
    harmless = [one for one in batch if not caution.breaks(one.uid)]
    try:
        fetched = _fetch(session, harmless, max_size)
    except ConnectionLostError:
        caution.broke([one.uid for one in harmless])
        raise
    refused = [one.fault for one in fetched if one.fault and one.listed.size <= max_size]
    if caution.too_many_refused(len(refused), given=sum(not one.fault for one in fetched)):
        raise NotNowError(f"the server gives none of {len(refused)} mails: {refused[0]}")
    if harmless:
        caution.went_well()
    harmful = (one for one in batch if caution.breaks(one.uid))
    broken = [Fetched(one, b"", "the connection breaks whenever it is fetched") for one in harmful]
    return tuple(sorted((*fetched, *broken), key=lambda one: one.listed.uid))


def fetch_again(session: Session, mail: Listed, caution: Caution) -> Fetched | None:
    """Return a mail the server did not give before, or None when it still does not."""
    try:
        raw = session.fetch([mail.uid]).get(mail.uid)
    except RefusedError:
        return None
    except ConnectionLostError:
        caution.broke([mail.uid])
        raise
    return Fetched(mail, raw) if raw else None


def _fetch(session: Session, batch: Sequence[Listed], max_size: int) -> list[Fetched]:
    faults = {one.uid: f"it has {one.size} octets" for one in batch if one.size > max_size}
    raws, refused = _by_halves(session.fetch, [one.uid for one in batch if one.uid not in faults])
    faults |= refused
    # Somebody may have moved or removed it since it was listed; then it is none of ours.
    here = _still_here(session, [one.uid for one in batch if one.uid not in raws])
    fetched = []
    for one in batch:
        # Left out without a word, perhaps because of another one: ask for it alone.
        silent = one.uid in here and one.uid not in faults
        raw = _alone(session, one.uid) if silent else raws.get(one.uid, b"")
        if raw:
            fetched.append(Fetched(one, raw))
        elif one.uid in here:
            fault = faults.get(one.uid, "the server gives nothing of it")
            fetched.append(Fetched(one, _alone(session, one.uid, "HEADER"), fault))
    return fetched


def _by_halves(
    ask: Callable[[Sequence[int]], Mapping[int, Answer]], uids: Sequence[int]
) -> tuple[dict[int, Answer], dict[int, str]]:
    """Ask for all at once, and for what is refused in ever smaller parts; return the answers and the refusals."""
    answers: dict[int, Answer] = {}
    refused: dict[int, str] = {}
    waiting = [uids] if uids else []
    while waiting:
        part = waiting.pop()
        try:
            answers |= ask(part)
        except RefusedError as error:
            half = len(part) // 2
            if half:
                waiting += [part[half:], part[:half]]
            else:
                refused[part[0]] = str(error)
        if len(refused) > _MOST_REFUSED and not answers:
            raise NotNowError(f"the server refuses every mail: {next(iter(refused.values()))}")
    return answers, refused


def _still_here(session: Session, uids: Sequence[int]) -> set[int]:
    """Return which mails nobody moved or removed since they were listed; the others are none of ours."""
    if not uids:
        return set()
    try:
        return set(session.list_mails(uids))
    except RefusedError:
        return set(uids)


def _alone(session: Session, uid: int, section: str = "") -> bytes:
    try:
        return session.fetch([uid], section).get(uid, b"")
    except RefusedError:
        return b""
