"""Finding a draft again in the Drafts folder: clients save an edited one as a new mail, often with a new Message-ID."""

from collections.abc import Sequence
from dataclasses import dataclass

from inboxd.core.evidence import message_id_key


@dataclass(frozen=True, slots=True)
class Seen:
    """A mail that lies in Drafts: its ids as ``message_id_key`` gives them, our mark if it still bears it, and what it refers to."""

    uid: int
    message_id: str = ""
    mark: str = ""
    refers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A draft of ours: its Message-ID, the customer's mail it answers, and under which UID it lay."""

    message_id: str
    in_reply_to: str
    uid: int

    @property
    def key(self) -> str:
        """Return its Message-ID in the form ids are compared in."""
        return message_id_key(self.message_id)

    @property
    def mark(self) -> str:
        """Return the mark it bears (``core/drafts.py``)."""
        return self.key.strip("<>").partition("@")[0]


def marked(wanted: Wanted, seen: Sequence[Seen]) -> tuple[int, ...]:
    """Return the UIDs of the mails that are surely this draft, ascending: they bear its id or its mark."""
    return tuple(sorted(one.uid for one in seen if wanted.key == one.message_id or wanted.mark == one.mark))


def successor(wanted: Wanted, seen: Sequence[Seen]) -> int | None:
    """Return the UID of what the operator made of a draft that is gone; None when there is nothing of the kind.

    Without id and mark it is the newest mail saved after it that answers the same mail, or the draft itself.
    """
    sure = marked(wanted, seen)
    if sure:
        return sure[-1]
    ids = {message_id_key(wanted.in_reply_to), wanted.key} - {""}
    found = [one.uid for one in seen if one.uid > wanted.uid and not one.mark and ids & set(one.refers)]
    return max(found, default=None)
