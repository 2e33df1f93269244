"""May an article still be sent by itself? Its answers and the complaints about them decide.

An article is demoted to suggestions when the lower bound of its complaint rate stands above the rate that is allowed:
with k complaints about n automatic answers, lower = B(0.05; k, n-k+1) > ``kb.max_error_rate`` (Clopper and Pearson,
Biometrika 26 (1934), one-sided at 95 %), and k ≥ 2, since one customer may err. Then the article, not chance, is to
blame with 95 % certainty. It comes back when its file is edited or somebody says so; the count begins anew then.
"""

import datetime as dt
from dataclasses import dataclass, replace

from inboxd.core.proportion import lower_bound

FEWEST_COMPLAINTS = 2
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Standing:
    """An article's record: which ``revision`` of it is judged, since when, and when it was demoted (None: it is not)."""

    revision: str
    since: dt.datetime
    answers: int = 0
    complaints: int = 0
    demoted_at: dt.datetime | None = None

    @property
    def lower(self) -> float:
        """Return the lower bound of the complaint rate."""
        return lower_bound(self.complaints, self.answers, CONFIDENCE)


def judge_standing(
    before: Standing, answers: int, complaints: int, allowed: float, now: dt.datetime
) -> Standing:
    """Return the record after a new count; an article that is demoted stays so until it is restored."""
    after = replace(before, answers=answers, complaints=min(complaints, answers))
    if before.demoted_at is None and after.complaints >= FEWEST_COMPLAINTS and after.lower > allowed:
        return replace(after, demoted_at=now)
    return after


def restored(revision: str, now: dt.datetime) -> Standing:
    """Return the record of an article that begins anew: its text is another, or a person trusts it again."""
    return Standing(revision, now)


def in_words(standing: Standing) -> str:
    """Return why an article was demoted, for the digest and ``kb search``."""
    return (
        f"{standing.complaints} complaints about {standing.answers} automatic answers "
        f"(at least {standing.lower:.0%} with 95 % certainty); it is only suggested until it is edited or promoted"
    )
