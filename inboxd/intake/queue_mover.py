"""Moving mails to where their tickets want them: written down before and after, so that a crash between is no puzzle."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from inboxd import maillog
from inboxd.core.queue_moves import Whereabouts, about_to_move, moved_from, sources
from inboxd.core.ticket import Event
from inboxd.intake.imap_session import RefusedError
from inboxd.intake.queue_box import Box
from inboxd.intake.queue_look import Remembered, Sighting
from inboxd.intake.queue_session import Landed, QueueSession
from inboxd.store import cursors, queue_mails
from inboxd.store.cursors import FolderMail, Place
from inboxd.store.engine import read, write

MOVED = "queue.moved"
DESK = "desk"


@dataclass(frozen=True, slots=True)
class _Errand:
    """Mails of one folder that all go to the same place, and what that folder is called."""

    folder: Place
    place: str
    target: str
    target_name: str
    mails: tuple[Sighting, ...]


def move_all(
    box: Box,
    session: QueueSession,
    names: Mapping[str, str],
    sightings: Sequence[Sighting],
    remembered: Remembered,
) -> int:
    """Move every mail that lies elsewhere than its ticket wants it; return how many were moved.

    What the server refuses to move is told to the log; the others are moved all the same. Raises ``TransientError``.
    """
    with read(box.engine) as connection:
        due = queue_mails.due(connection, box.name, box.clock())
        known = due | queue_mails.load(connection, box.name, _copied(sightings))
    moved = 0
    for errand in _errands(box, names, known, sightings):
        if box.ended():
            break
        try:
            moved += _run(box, session, errand, sightings, remembered)
        except RefusedError as error:
            maillog.problem(f"queue folder {errand.target_name} of {box.name}: {error}")
            # It is noted as being moved until a look says otherwise.
            remembered.forget()
    return moved


def _copied(sightings: Iterable[Sighting]) -> set[int]:
    """Return the mails that lie in several places: one of them may be where they are wanted."""
    first: dict[int, str] = {}
    return {one.mail_id for one in sightings if first.setdefault(one.mail_id, one.place) != one.place}


def _errands(
    box: Box,
    names: Mapping[str, str],
    known: Mapping[int, Whereabouts],
    sightings: Iterable[Sighting],
) -> list[_Errand]:
    now = box.clock()
    grouped: dict[tuple[Place, str, str], list[Sighting]] = {}
    for one in sightings:
        mail = known.get(one.mail_id)
        if mail is not None and one.place in sources(mail, now):
            grouped.setdefault((one.folder, one.place, mail.wanted), []).append(one)
    found = []
    for (folder, place, wanted), mails in grouped.items():
        if name := box.target(wanted, names):
            found.append(_Errand(folder, place, wanted, name, tuple(mails)))
    return found


def _run(
    box: Box,
    session: QueueSession,
    errand: _Errand,
    sightings: Iterable[Sighting],
    remembered: Remembered,
) -> int:
    state = session.select(errand.folder.folder, readonly=False)
    if state.uidvalidity != errand.folder.uidvalidity:
        return 0
    here = session.still_lying([one.uid for one in errand.mails])
    begun = _begin(box, errand, [one for one in errand.mails if one.uid in here])
    remembered.expect_elsewhere(one.mail_id for one in begun)
    landed = _move(session, errand, begun, sightings)
    _end(box, errand, begun, landed)
    return len(begun)


def _begin(box: Box, errand: _Errand, mails: Sequence[Sighting]) -> tuple[Sighting, ...]:
    """Write down which mails are moved now; return those that are still wanted there."""
    now = box.clock()
    with write(box.engine) as connection:
        known = queue_mails.load(connection, box.name, {one.mail_id for one in mails}, lock=True)
        still = {
            one.mail_id: known[one.mail_id]
            for one in mails
            if one.mail_id in known and _is_still_wanted(known[one.mail_id], errand)
        }
        queue_mails.save(connection, box.name, (about_to_move(one, now) for one in still.values()))
    return tuple(one for one in mails if one.mail_id in still)


def _is_still_wanted(mail: Whereabouts, errand: _Errand) -> bool:
    return mail.wanted == errand.target and not mail.is_moved


def _move(
    session: QueueSession, errand: _Errand, mails: Sequence[Sighting], sightings: Iterable[Sighting]
) -> Landed | None:
    there = {one.mail_id for one in sightings if one.place == errand.target}
    # Without MOVE a connection that breaks leaves two copies behind: the old one goes, no third is made.
    leftovers = [] if session.can_move else [one.uid for one in mails if one.mail_id in there]
    if leftovers:
        session.remove(leftovers)
    uids = [one.uid for one in mails if one.uid not in leftovers]
    return session.move_mails(uids, errand.target_name) if uids else None


def _end(box: Box, errand: _Errand, mails: Sequence[Sighting], landed: Landed | None) -> None:
    detail = {"from": errand.place, "to": errand.target}
    with write(box.engine) as connection:
        known = queue_mails.load(connection, box.name, {one.mail_id for one in mails}, lock=True)
        arrived = {
            one.mail_id: moved_from(known[one.mail_id], errand.place)
            for one in mails
            if one.mail_id in known and known[one.mail_id].moving == errand.target
        }
        queue_mails.save(connection, box.name, arrived.values())
        events = {mail_id: Event(MOVED, {**detail, "mail": mail_id}, DESK) for mail_id in arrived}
        queue_mails.add_events(connection, events, box.clock())
        if landed is not None:
            _note_landing(connection, box, errand, mails, landed)


def _note_landing(
    connection: Connection, box: Box, errand: _Errand, mails: Sequence[Sighting], landed: Landed
) -> None:
    """Write down under which UIDs the mails lie now, so that they need not be fetched again to be known."""
    since = queue_mails.received_at(connection, errand.folder, [one.uid for one in mails])
    noted = [
        FolderMail(landed.uids[one.uid], one.mail_id, since.get(one.uid), aftermath_due=False)
        for one in mails
        if one.uid in landed.uids
    ]
    cursors.note(connection, Place(box.name, errand.target_name, landed.uidvalidity), noted)
