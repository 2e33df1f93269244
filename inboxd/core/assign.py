"""Who shall answer: the named operator, or of those with the skill the one with the least to do."""

from dataclasses import dataclass

# An urgent ticket keeps a person busier than a low one; the figures order people, they mean nothing by themselves.
_WEIGHTS = {"urgent": 4, "high": 2, "normal": 1, "low": 0.5}


@dataclass(frozen=True, slots=True)
class Colleague:
    """An operator as assignment sees him; ``open_tickets`` are how many of each priority he has.

    While he is ``away`` he gets nothing new, unless everybody is or he is named.
    """

    name: str
    address: str
    skills: tuple[str, ...] = ()
    open_tickets: tuple[tuple[str, int], ...] = ()
    away: bool = False

    @property
    def load(self) -> float:
        """Return his open tickets, weighted by priority."""
        return sum(_WEIGHTS.get(priority, 1) * many for priority, many in self.open_tickets)


def choose_operator(
    colleagues: tuple[Colleague, ...], *, name: str = "", skill: str = ""
) -> Colleague | None:
    """Return the operator of that name, else the least loaded who has the skill, else the least loaded of all."""
    if name:
        wanted = name.casefold()
        return next((one for one in colleagues if wanted in {one.name.casefold(), one.address}), None)
    there = present(colleagues)
    skilled = [one for one in there if skill.casefold() in {word.casefold() for word in one.skills}]
    return min(skilled or there, key=lambda one: one.load, default=None)


def choose_by_tags(colleagues: tuple[Colleague, ...], topics: tuple[str, ...]) -> Colleague | None:
    """Return the least loaded of those whose skills cover most of a ticket's tags and category."""
    wanted = {topic.casefold() for topic in topics if topic}

    def rank(one: Colleague) -> tuple[int, float]:
        return (-len(wanted & {skill.casefold() for skill in one.skills}), one.load)

    return min(present(colleagues), key=rank, default=None)


def present(colleagues: tuple[Colleague, ...]) -> tuple[Colleague, ...]:
    """Return those who are not away; all of them when nobody is there."""
    return tuple(one for one in colleagues if not one.away) or colleagues
