"""The three-way merge of queue folders: where a mail lies, where its ticket wants it, where both last agreed. Pure.

Whoever differs from the agreement has moved: the mailbox (a command), or the desk (we move the mail). A mail is
followed by what it is, never by its UID, so that a new UIDVALIDITY, a second copy or a crash half-way is no move.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from inboxd.core.queue_folders import Queue

# Somebody's filter may move each mail back that we move. No real ticket changes its queue so often.
MOST_MOVES = 12
MOVES_WINDOW = dt.timedelta(hours=24)
# And no person moves the mails of one ticket so often.
MOST_ORDERS = 10
ORDERS_WINDOW = dt.timedelta(hours=1)
UNSETTLED = -1


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What is known of one mail in the queue folders.

    ``places`` are those it lay in when we last looked (several: there are copies), ``lies_in`` the one it was put
    into last, found there at ``seen_at`` and not before ``moved_after``. ``agreed`` is where mailbox and desk last
    were at one, ``wanted`` where the desk wants it (empty: nowhere), ``moving`` where we may just have moved it.
    ``has_left``: it is told that the mail lies in none of the folders any more. ``moves`` of ours since ``counted_from``.
    ``version`` and ``asleep_until`` are the ticket's (its snooze) when ``wanted`` was worked out.
    """

    mail_id: int
    places: tuple[str, ...] = ()
    lies_in: str = Queue.INBOX.value
    agreed: str = Queue.INBOX.value
    wanted: str = ""
    moving: str = ""
    seen_at: dt.datetime | None = None
    moved_after: dt.datetime | None = None
    asleep_until: dt.datetime | None = None
    has_left: bool = False
    moves: int = 0
    counted_from: dt.datetime | None = None
    version: int = UNSETTLED

    @property
    def is_moved(self) -> bool:
        """Return whether the mailbox has put it elsewhere than agreed."""
        return self.lies_in != self.agreed


@dataclass(frozen=True, slots=True)
class Look:
    """One look at all folders: when, when each place was looked at before, and which went back in time.

    A server that was restored from a backup shows old places; nobody ordered them.
    """

    at: dt.datetime
    before: Mapping[str, dt.datetime | None] = field(default_factory=lambda: MappingProxyType({}))
    restored: frozenset[str] = frozenset()


def see(known: Whereabouts, places: Collection[str], look: Look) -> Whereabouts:
    """Return what is known of a mail after a look that found it in these places."""
    if not places:
        # Perhaps it was on its way while we looked; only the second look in vain says that it left.
        return replace(known, places=(), has_left=known.has_left or not known.places)
    now_here = replace(known, places=tuple(sorted(places)), has_left=False)
    if known.moving:
        now_here = _arrived(now_here) if known.moving in places else now_here
    return _put(now_here, _newest_place(known, now_here, look), look)


def is_gone(before: Whereabouts, after: Whereabouts) -> bool:
    """Return whether a look has just found out that somebody took a mail out of all the folders."""
    return after.has_left and not before.has_left


def latest_order(whereabouts: Iterable[Whereabouts], wanted: str) -> Whereabouts | None:
    """Return the mail of a ticket whose move is to be obeyed: of several the one of the newest mail; None if none.

    A move to where the desk wants the mails anyway is no order.
    """
    moved = [one for one in whereabouts if one.is_moved and one.lies_in != wanted]
    return max(moved, key=lambda one: one.mail_id, default=None)


def settled(known: Whereabouts, wanted: str, version: int, asleep_until: dt.datetime | None) -> Whereabouts:
    """Return what is known of a mail once its ticket was worked out: its move is obeyed or refused."""
    return replace(known, agreed=known.lies_in, wanted=wanted, version=version, asleep_until=asleep_until)


def sources(known: Whereabouts, now: dt.datetime) -> tuple[str, ...]:
    """Return the places a mail is to be moved from to where it is wanted; none while a move of his is not obeyed yet."""
    if not known.wanted or known.is_moved or _moves(known, now) >= MOST_MOVES:
        return ()
    return tuple(place for place in known.places if place != known.wanted)


def about_to_move(known: Whereabouts, now: dt.datetime) -> Whereabouts:
    """Return what must be written down before a mail is moved to where it is wanted."""
    moves = _moves(known, now)
    counted_from = known.counted_from if moves else now
    return replace(known, moving=known.wanted, moves=moves + 1, counted_from=counted_from)


def moved_from(known: Whereabouts, place: str) -> Whereabouts:
    """Return what is known of a mail that we have moved from there to ``moving``."""
    places = {known.moving, *known.places} - {place}
    return _arrived(replace(known, places=tuple(sorted(places))))


def _moves(known: Whereabouts, now: dt.datetime) -> int:
    fresh = known.counted_from is not None and now - known.counted_from < MOVES_WINDOW
    return known.moves if fresh else 0


def _arrived(known: Whereabouts) -> Whereabouts:
    """Return the mail as lying where we moved it: that was nobody's order."""
    return replace(known, lies_in=known.moving, agreed=known.moving, moving="")


def _newest_place(known: Whereabouts, now_here: Whereabouts, look: Look) -> str:
    """Return where somebody has put the mail last."""
    appeared = [one for one in now_here.places if one not in known.places and one != known.moving]
    if now_here.lies_in in now_here.places:
        # What turns up in the inbox while it also lies elsewhere was delivered twice, or comes from a backup.
        appeared = [one for one in appeared if one != Queue.INBOX and not _restored(one, look)]
        return appeared[-1] if appeared else now_here.lies_in
    if appeared:
        return appeared[-1]
    return now_here.agreed if now_here.agreed in now_here.places else now_here.places[0]


def _put(known: Whereabouts, place: str, look: Look) -> Whereabouts:
    # A move of ours that is still noted did not happen, or was overtaken: the mail is seen elsewhere.
    known = replace(known, moving="")
    if place == known.lies_in:
        return known
    if _restored(place, look):
        return replace(known, lies_in=place, agreed=place, version=UNSETTLED)
    return replace(known, lies_in=place, seen_at=look.at, moved_after=look.before.get(place))


def _restored(place: str, look: Look) -> bool:
    # When the mailbox went back in time so did its inbox, which another connection reads.
    return place in look.restored or (place == Queue.INBOX and bool(look.restored))
