"""What is asked about more than before: topics whose rate rose by more than chance explains."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from inboxd.core.proportion import lower_bound

LEAST_COUNT = 3  # two mails about the same thing are no trend
MOST_TOPICS = 20


@dataclass(frozen=True, slots=True)
class RisingTopic:
    """A topic with its tickets lately and before; ``growth`` is how many times as often it comes now.

    None: it never came before.
    """

    topic: str
    recent: int
    before: int
    growth: float | None


def rising_topics(
    recent: Iterable[str], before: Iterable[str], share: float, confidence: float = 0.95
) -> tuple[RisingTopic, ...]:
    """Return the topics that come more often lately, the most frequent first.

    ``share`` is the part (0 to 1) of the whole time that "lately" is. With an unchanged rate, k of n tickets fall into
    it as Binomial(n, share) (Przyborowski and Wilenski, Biometrika 31 (1940)); a topic rises when the one-sided
    Clopper-Pearson lower bound of k/n lies above ``share``.
    """
    if not 0.0 < share < 1.0:
        return ()
    late, early = Counter(recent), Counter(before)
    found = [
        RisingTopic(topic, count, early[topic], _growth(count, early[topic], share))
        for topic, count in late.items()
        if count >= LEAST_COUNT and lower_bound(count, count + early[topic], confidence) > share
    ]
    return tuple(sorted(found, key=lambda one: (-one.recent, one.before, one.topic))[:MOST_TOPICS])


def _growth(recent: int, before: int, share: float) -> float | None:
    return (recent / share) / (before / (1 - share)) if before else None
