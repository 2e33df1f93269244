"""Looking into the queue folders: which mail lies where, written down as what was seen, not yet as what it means."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from inboxd.core.folder_walk import Cursor
from inboxd.core.queue_folders import Queue
from inboxd.core.queue_moves import Look, Whereabouts, is_gone, see
from inboxd.core.ticket import Event
from inboxd.intake.imap import poll_folder
from inboxd.intake.queue_box import Box
from inboxd.intake.queue_session import QueueSession
from inboxd.store import cursors, queue_mails
from inboxd.store.cursors import Place
from inboxd.store.engine import read, write
from inboxd.store.queue_mails import LyingMail

LEFT = "queue.left"
MAILBOX = "mailbox"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A customer's mail as it lies in a folder now. ``is_old``: it was history there, put there for no command."""

    place: str
    folder: Place
    uid: int
    mail_id: int
    imported: bool
    is_old: bool = False


@dataclass(slots=True)
class Shelf:
    """What was seen of a folder when its STATUS said ``state``: as long as it says the same, that holds.

    ``known`` are those of the mails ``lying`` there that are customers' mails on tickets, by UID.
    """

    state: object
    folder: Place
    archive_uid: int
    lying: frozenset[int]
    known: dict[int, LyingMail] = field(default_factory=dict)


@dataclass(slots=True)
class Remembered:
    """What a connection remembers from look to look, so that only what changed is looked up and written.

    ``places`` of every mail seen (None: not looked yet), ``vanished`` those seen nowhere the last time but before it.
    ``checked_at``: when it last saw how all folders stand. ``first_uids`` of the inboxes: below it is only history.
    """

    shelves: dict[str, Shelf] = field(default_factory=dict)
    places: dict[int, frozenset[str]] | None = None
    vanished: frozenset[int] = frozenset()
    checked_at: dt.datetime | None = None
    first_uids: dict[Place, int] = field(default_factory=dict)

    def expect_elsewhere(self, mail_ids: Iterable[int]) -> None:
        """Take note that we move these: wherever they are seen next, and be it where they were, is news."""
        if self.places is not None:
            self.places |= dict.fromkeys(mail_ids, frozenset())

    def forget(self) -> None:
        """Look at everything anew the next time."""
        self.shelves.clear()
        self.places = None


def look_around(
    box: Box,
    session: QueueSession,
    names: Mapping[str, str],
    states: Mapping[str, object],
    remembered: Remembered,
) -> tuple[Sighting, ...]:
    """Take in what is new in the queue folders, note where every mail lies now, and return that.

    ``states``: what STATUS said just now of each folder, by name. Raises ``TransientError``, and ``RefusedError``
    when a folder cannot be read.
    """
    look = Look(box.clock())
    sightings: list[Sighting] = []
    for place, name in names.items():
        before = remembered.checked_at
        if _is_news(remembered, name, states):
            remembered.shelves[name], polled_at, restored = _read(box, session, place, name, states[name])
            before = before or polled_at
            look = replace(look, restored=look.restored | ({place} if restored else set()))
        look = replace(look, before={**look.before, place: before})
        sightings += _on_shelf(box, place, remembered.shelves[name])
    for name in box.inboxes:
        if _is_news(remembered, name, states):
            remembered.shelves[name] = _read_inbox(box, session, name, states[name], remembered)
        sightings += _on_shelf(box, Queue.INBOX, remembered.shelves[name])
    if not box.ended():
        _note(box, sightings, look, remembered)
    return tuple(sightings)


def _is_news(remembered: Remembered, name: str, states: Mapping[str, object]) -> bool:
    shelf = remembered.shelves.get(name)
    return shelf is None or shelf.state != states[name]


def _read(
    box: Box, session: QueueSession, place: str, name: str, state: object
) -> tuple[Shelf, dt.datetime | None, bool]:
    """Read a queue folder; return what lies there, when it was read before, and whether it went back in time."""
    folder = box.folder(place, name)
    with read(box.engine) as connection:
        before = cursors.load(connection, box.name, name)
    poll_folder(folder, session)
    with read(box.engine) as connection:
        after = cursors.load(connection, box.name, name) or Cursor(0, 0)
    restored = before is not None and (before.uidvalidity, before.archive_uid) != (
        after.uidvalidity,
        after.archive_uid,
    )
    shelf = Shelf(state, folder.place(after.uidvalidity), after.archive_uid, session.lying(1))
    return shelf, before.polled_at if before else None, restored


def _read_inbox(box: Box, session: QueueSession, name: str, state: object, remembered: Remembered) -> Shelf:
    """Return what lies in a folder that mail comes in, without what was history there before all other mail."""
    here = Place(box.name, name, session.select(name, readonly=True).uidvalidity)
    first = remembered.first_uids.get(here)
    if first is None:
        with read(box.engine) as connection:
            first = queue_mails.first_live(connection, here)
    if first is None:
        return Shelf(state, here, 0, frozenset())
    remembered.first_uids[here] = first
    return Shelf(state, here, 0, session.lying(first))


def _on_shelf(box: Box, place: str, shelf: Shelf) -> list[Sighting]:
    # A mail taken in just now becomes one of a ticket later, without any change of the folder.
    unknown = shelf.lying - shelf.known.keys()
    if unknown:
        with read(box.engine) as connection:
            shelf.known |= {one.uid: one for one in queue_mails.lying_in(connection, shelf.folder, unknown)}
    return [
        Sighting(place, shelf.folder, one.uid, one.mail_id, one.imported, _is_old(place, shelf, one))
        for one in shelf.known.values()
    ]


def _is_old(place: str, shelf: Shelf, mail: LyingMail) -> bool:
    return mail.imported if place == Queue.INBOX else mail.uid <= shelf.archive_uid


def _note(box: Box, sightings: Iterable[Sighting], look: Look, remembered: Remembered) -> None:
    seen: dict[int, list[Sighting]] = {}
    for one in sightings:
        seen.setdefault(one.mail_id, []).append(one)
    places = {mail_id: frozenset(one.place for one in found) for mail_id, found in seen.items()}
    then = remembered.places
    if then is None:
        _note_mails(box, seen, None, look)
    else:
        changed = {
            mail_id for mail_id in places.keys() | then.keys() if places.get(mail_id) != then.get(mail_id)
        }
        _note_mails(box, seen, changed | remembered.vanished, look)
    remembered.vanished = frozenset((then or {}).keys() - places.keys())
    remembered.places = places


def _note_mails(
    box: Box, seen: Mapping[int, Collection[Sighting]], only: set[int] | None, look: Look
) -> None:
    """Write down where mails were seen: all there are, or ``only`` some."""
    if only is not None and not only:
        return
    with write(box.engine) as connection:
        known = queue_mails.load(connection, box.name, only, lock=True)
        wanted = seen.keys() | known.keys() if only is None else only
        # A customer's mails may be erased at any time.
        new = queue_mails.tickets_of(connection, wanted - known.keys()).keys()
        changed: list[Whereabouts] = []
        gone: dict[int, Event] = {}
        for mail_id in sorted(known.keys() | (wanted & new)):
            before = known.get(mail_id)
            after = _seen(before, mail_id, seen.get(mail_id, ()), look)
            if after is None or after == before:
                continue
            changed.append(after)
            if before is not None and is_gone(before, after):
                gone[mail_id] = Event(LEFT, {"from": before.lies_in, "mail": mail_id}, MAILBOX)
        queue_mails.save(connection, box.name, changed)
        queue_mails.add_events(connection, gone, look.at)


def _seen(
    before: Whereabouts | None, mail_id: int, seen: Collection[Sighting], look: Look
) -> Whereabouts | None:
    """Return what is known of a mail now; None for one that stays none of the queues' business."""
    places = {one.place for one in seen}
    if before is not None:
        return see(before, places, look)
    if all(one.is_old for one in seen):
        if any(one.imported for one in seen):
            return None
        found = see(Whereabouts(mail_id), places, look)
        return replace(found, agreed=found.lies_in)
    return see(Whereabouts(mail_id), places, look)
