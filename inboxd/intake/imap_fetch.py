"""Fetching a batch of mails so that an odd one costs the others nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from inboxd.core.folder_walk import Listed
from inboxd.intake.imap_session import ConnectionLostError, RefusedError, Session

MOST_MAILS = 200
MOST_OCTETS = 8_000_000
# More mails than this refused and none given: then it is the server, not the mails.
_MOST_REFUSED = 10
# A connection that breaks so often over one mail alone breaks because of it.
_MOST_STRIKES = 2


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail as the server gave it; with a ``fault`` it gave at most the header section, and the fault says why."""

    listed: Listed
    raw: bytes
    fault: str = ""


class Caution:
    """What broken connections teach about a folder: smaller batches, and in the end which mail breaks them."""

    def __init__(self) -> None:
        self.most_mails = MOST_MAILS
        self._strikes: Counter[int] = Counter()

    @property
    def on_guard(self) -> bool:
        """Return whether a connection broke over a batch and no batch went well since."""
        return self.most_mails < MOST_MAILS

    def breaks(self, uid: int) -> bool:
        """Return whether this mail is known to break connections."""
        return self._strikes[uid] >= _MOST_STRIKES

    def went_well(self) -> None:
        """Trust the folder a little more."""
        self.most_mails = min(self.most_mails * 2, MOST_MAILS)

    def broke(self, uids: Sequence[int]) -> None:
        """Trust the folder less; a mail that was fetched alone is the suspect."""
        if len(uids) == 1:
            self._strikes[uids[0]] += 1
        self.most_mails = max(len(uids) // 2, 1)


def fetch_batch(
    session: Session, batch: Sequence[Listed], max_size: int, caution: Caution
) -> tuple[Fetched, ...]:
    """Return what the server gives of each mail that is still there, in order.

    Raises ``ConnectionLostError``; ``caution`` then knows over which mails.
    """
    harmful = [one for one in batch if caution.breaks(one.uid)]
    rest = [one for one in batch if not caution.breaks(one.uid)]
    try:
        fetched = _fetch(session, rest, max_size)
    except ConnectionLostError:
        caution.broke([one.uid for one in rest])
        raise
    caution.went_well()
    broken = [Fetched(one, b"", "the connection breaks whenever it is fetched") for one in harmful]
    return tuple(sorted((*fetched, *broken), key=lambda one: one.listed.uid))


def _fetch(session: Session, batch: Sequence[Listed], max_size: int) -> list[Fetched]:
    faults = {one.uid: f"it has {one.size} octets" for one in batch if one.size > max_size}
    fitting = [one.uid for one in batch if one.uid not in faults]
    raws, refused = _by_halves(session, fitting)
    faults |= refused
    absent = [one.uid for one in batch if one.uid not in raws]
    # Somebody may have moved or removed it since it was listed; then it is none of ours.
    here = {one.uid for one in session.list_mails(absent)}
    if not raws and len(here & set(fitting)) > _MOST_REFUSED:
        raise ConnectionLostError(f"the server gives none of {len(here)} mails")
    fetched = []
    for one in batch:
        if one.uid in raws:
            fetched.append(Fetched(one, raws[one.uid]))
        elif one.uid in here:
            fault = faults.get(one.uid, "the server gives nothing of it")
            fetched.append(Fetched(one, _header(session, one.uid), fault))
    return fetched


def _by_halves(session: Session, uids: list[int]) -> tuple[dict[int, bytes], dict[int, str]]:
    """Fetch all at once, and what is refused in ever smaller parts, until each single culprit is known."""
    raws: dict[int, bytes] = {}
    refused: dict[int, str] = {}
    waiting = [uids] if uids else []
    while waiting:
        part = waiting.pop()
        try:
            raws |= session.fetch(part)
        except RefusedError as error:
            half = len(part) // 2
            if half:
                waiting += [part[half:], part[:half]]
            else:
                refused[part[0]] = str(error)
        if len(refused) > _MOST_REFUSED and not raws:
            raise ConnectionLostError(f"the server refuses every mail: {next(iter(refused.values()))}")
    return raws, refused


def _header(session: Session, uid: int) -> bytes:
    try:
        return session.fetch([uid], "HEADER").get(uid, b"")
    except RefusedError:
        return b""
