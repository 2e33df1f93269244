"""What broken connections teach about a folder: fetch less at once, and in the end which mail breaks them. No I/O."""

from collections import Counter
from collections.abc import Sequence

MOST_MAILS = 200
# As many UIDs as fit into the 8192 octets a server reads of a line (RFC 7162 4), however high they are.
MOST_LISTED = 500
# A connection that breaks so often over one mail alone breaks because of it.
_MOST_STRIKES = 2
# More mails than this found guilty, or refused, one after the other: then it is the server, not the mails.
_MOST_IN_A_ROW = 3
_MOST_REFUSED = 10


class Caution:
    """How many mails of a folder to ask for at once, and which ones not to ask for at all."""

    def __init__(self) -> None:
        self.most_mails = MOST_MAILS
        self._strikes: Counter[int] = Counter()
        self._in_a_row = 0
        self._refused = 0

    @property
    def most_listed(self) -> int:
        """Return of how many mails to ask size and date at once: a line each, so many while nothing ever broke."""
        return MOST_LISTED if self.most_mails == MOST_MAILS else self.most_mails

    @property
    def on_guard(self) -> bool:
        """Return whether connections broke over mails lately, so that the next try is likely to get further."""
        return self.most_mails < MOST_MAILS and self._in_a_row <= _MOST_IN_A_ROW

    def suspects(self, uid: int) -> bool:
        """Return whether a connection broke over this mail alone."""
        return self._strikes[uid] > 0

    def breaks(self, uid: int) -> bool:
        """Return whether this mail is known to break connections."""
        return self._strikes[uid] >= _MOST_STRIKES

    def went_well(self) -> None:
        """Trust the folder more: a batch came through."""
        self._in_a_row = 0
        self.most_mails = min(self.most_mails * 2, MOST_MAILS)

    def too_many_refused(self, refused: int, given: int) -> bool:
        """Count what the server gave of a batch; return whether it refuses so much that no single mail is to blame."""
        self._refused = 0 if given else self._refused + refused
        return refused > 0 and self._refused > _MOST_REFUSED

    def broke(self, uids: Sequence[int]) -> None:
        """Trust the folder less: the connection broke over these mails."""
        self.most_mails = min(max(len(uids) // 2, 1), MOST_MAILS // 2)
        if len(uids) != 1:
            return
        self._strikes[uids[0]] += 1
        if self._strikes[uids[0]] == _MOST_STRIKES:
            self._in_a_row += 1
            if self._in_a_row > _MOST_IN_A_ROW:
                self._strikes[uids[0]] = 1
