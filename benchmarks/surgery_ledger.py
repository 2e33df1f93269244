"""What was delivered, and when it could be seen where: the book by which a missing mail is lost, or never to be had. Pure.

It knows nothing of the desk but which mails it has, and of its connections but what went over the wire.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from math import inf


@dataclass(slots=True)
class Life:
    """A time a mail lay in a folder, in seconds: surely there from ``since``, surely there up to ``until``."""

    folder: str
    since: float
    until: float = inf


@dataclass(frozen=True, slots=True)
class Poll:
    """A look of the desk at a folder, from asking for its state to being done with it, in seconds."""

    folder: str
    began: float
    ended: float


@dataclass(slots=True)
class Ledger:
    """All deliveries by number, and where each mail lay in the folders the desk reads."""

    lives: dict[int, list[Life]] = field(default_factory=dict)
    ways: Counter[str] = field(default_factory=Counter)

    def delivered(self, number: int, folder: str, way: str, at: float) -> None:
        """Note a delivery that is complete."""
        self.ways[way] += 1
        self.appeared(number, folder, at)

    def appeared(self, number: int, folder: str, at: float) -> None:
        """Note that a mail lies in a folder from now on, at the latest."""
        self.lives.setdefault(number, []).append(Life(folder, at))

    def goes(self, numbers: Collection[int], folder: str, at: float) -> None:
        """Note that these mails are about to leave a folder."""
        for number in numbers:
            for life in self.lives.get(number, ()):
                if life.folder == folder and life.until == inf:
                    life.until = at

    def lying(self, folder: str) -> list[int]:
        """Return the mails that lie in a folder now."""
        return [
            number
            for number, lives in self.lives.items()
            if any(life.folder == folder and life.until == inf for life in lives)
        ]

    def newest(self, folders: Collection[str]) -> dict[str, float]:
        """Return when a mail that still lies there last came into each folder that has any."""
        found: dict[str, float] = {}
        for lives in self.lives.values():
            for life in lives:
                if life.until == inf and life.folder in folders:
                    found[life.folder] = max(life.since, found.get(life.folder, 0.0))
        return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which mails the desk lost, has twice, and never had the chance to see."""

    lost: tuple[int, ...]
    doubled: tuple[int, ...]
    never_seen: tuple[int, ...]


def judge(ledger: Ledger, had: Mapping[int, int], polls: Collection[Poll]) -> Verdict:
    """Return the verdict on a desk that has each mail so often, and looked so often.

    A mail it lacks is lost when it still lies there, or when a whole look fell into the time it lay there.
    """
    by_folder: dict[str, list[Poll]] = {}
    for poll in polls:
        by_folder.setdefault(poll.folder, []).append(poll)
    missing = [number for number in ledger.lives if not had.get(number)]
    lost = [
        number
        for number in missing
        if any(_could_be_seen(life, by_folder.get(life.folder, [])) for life in ledger.lives[number])
    ]
    return Verdict(
        tuple(lost),
        tuple(number for number in ledger.lives if had.get(number, 0) > 1),
        tuple(number for number in missing if number not in set(lost)),
    )


def _could_be_seen(life: Life, polls: Collection[Poll]) -> bool:
    return life.until == inf or any(poll.began >= life.since and poll.ended <= life.until for poll in polls)
