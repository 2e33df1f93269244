"""Where a command is obeyed: who gave it, on which ticket, and what is around."""

from dataclasses import dataclass, replace

from inboxd.core.orders import Orders, TicketCase
from inboxd.core.rule_actions import Surroundings


@dataclass(frozen=True, slots=True)
class Scene:
    """One command mail. ``author`` is the address it came from, ``zone`` the IANA name of the desk's time zone.

    ``here`` is the number of the ticket it answers (0: none); ``around`` is what actions on that ticket need.
    """

    author: str
    zone: str
    here: int
    around: Surroundings
    orders: Orders

    @property
    def operator(self) -> str:
        """Return the operator's main address."""
        return self.orders.operator or self.author


@dataclass(frozen=True, slots=True)
class Place:
    """One ticket of a scene. ``around`` is what actions on it need."""

    scene: Scene
    case: TicketCase
    around: Surroundings

    @property
    def operator(self) -> str:
        """Return the main address of the operator who gave the command."""
        return self.scene.operator


def place_of(scene: Scene, case: TicketCase) -> Place:
    """Return the place of a ticket: what came with the mail belongs to the ticket it answers, to no other."""
    number = case.ticket.number
    if number == scene.here:
        return Place(scene, case, scene.around)
    around = replace(
        scene.around,
        key=f"{scene.around.key}:{number}",
        customer=case.answer_to,
        question=case.question,
        text=f"{case.ticket.subject}\n\n{case.question}",
        copied=case.copied,
        article="",
        confidence=None,
        attachments=(),
    )
    return Place(scene, case, around)
