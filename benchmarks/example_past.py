"""Eight weeks of an example desk, from a seed: what its store would hold, so that there is something to draw."""

import datetime as dt
import random
from dataclasses import dataclass

from sqlalchemy import Connection, insert

from inboxd.core.outcome import Learnt
from inboxd.core.ticket import Event, Ticket
from inboxd.core.trials import COMPARED, SHADOW
from inboxd.store import core_tables, learnt, settings, tickets

WEEKS = 9
# Questions by weekday, Monday first.
BY_DAY = (15, 17, 14, 13, 12, 4, 3)
CUSTOMERS = 240
ARTICLES = ("refund-policy", "reset-password", "export-data", "invoice-copy")
_SEED = 20261123
_TRIAL = "copies of invoices are sent at once"


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question of the past; ``grown`` from 0 to 1 is how far the desk had come by then."""

    number: int
    at: dt.datetime
    customer: int
    grown: float


def write_past(connection: Connection, until: dt.datetime) -> int:
    """Write the weeks before ``until``; return how many tickets there are."""
    dice = random.Random(_SEED)
    began = until - dt.timedelta(weeks=WEEKS)
    names = [
        {"id": number, "name": f"Customer {number}", "language": "en", "tags": [], "note": "", "created_at": began,
         "opted_out": False}
        for number in range(1, CUSTOMERS + 1)
    ]  # fmt: skip
    connection.execute(insert(core_tables.customer), names)
    asked = _questions(dice, began, until)
    for one in asked:
        _live(connection, dice, one, until)
    _try_a_rule(connection, dice, asked, until)
    return len(asked)


def write_gaps(connection: Connection, now: dt.datetime) -> None:
    """Write down what the nightly look for gaps would have found in the answers of these weeks, had they words."""
    gaps = [
        ["Can I change the currency of my invoices?", 4, [571, 583, 590, 602]],
        ["Is there an API?", 3, [560, 577, 601]],
    ]
    settings.save(connection, "kb.gaps", {"gaps": gaps}, now)


def _questions(dice: random.Random, began: dt.datetime, until: dt.datetime) -> list[_Asked]:
    moments = []
    for day in range(WEEKS * 7):
        midnight = (began + dt.timedelta(days=day)).replace(hour=0, minute=0)
        usual = BY_DAY[midnight.weekday()] * (0.9 + 0.2 * day / (WEEKS * 7))
        count = max(0, round(dice.gauss(usual, usual**0.5 * 0.6)))
        moments += [midnight + dt.timedelta(minutes=dice.randrange(7 * 60, 20 * 60)) for _ in range(count)]
    inside = sorted(one for one in moments if began <= one <= until)
    return [
        _Asked(number, at, dice.randrange(1, CUSTOMERS + 1), (at - began) / (until - began))
        for number, at in enumerate(inside, 1)
    ]


def _live(connection: Connection, dice: random.Random, asked: _Asked, until: dt.datetime) -> None:
    """Let one question be answered, by itself more often as time goes by, solved, and asked how it was."""
    by_itself = dice.random() < 0.16 + 0.24 * asked.grown
    took = dt.timedelta(minutes=1) if by_itself else _working_hours(dice, asked)
    answered, solved = asked.at + took, asked.at + took + dt.timedelta(hours=dice.randrange(2, 40))
    ticket = Ticket(
        asked.number, "An earlier question", asked.customer, asked.at, asked.at,
        status="solved" if solved <= until else "pending",
        first_response_at=answered, solved_at=min(solved, until), answered_automatically=by_itself,
        automatic_article=dice.choice(ARTICLES) if by_itself else "",
        automatic_confidence=round(dice.uniform(0.95, 0.995), 3) if by_itself else None,
        promised_at=None if by_itself else asked.at + took * dice.choice((0.97, 1.4, 2, 3, 3, 4)),
    )  # fmt: skip
    tickets.insert_ticket(connection, ticket)
    happened = [(asked.at, Event("asked", {})), (answered, Event("answered", {"automatic": by_itself}))]
    if solved <= until:
        happened.append((solved, Event("status", {"from": "pending", "to": "solved"})))
    for at, event in happened:
        tickets.add_event(connection, event, min(at, until), ticket_number=asked.number)
    if by_itself and dice.random() < 0.3:
        right = dice.random() < 0.96
        said = Learnt(ticket.automatic_article, "?", "thanks" if right else "#wrong", right=right)
        learnt.add(connection, said, solved, asked.number, masked=True, adopted=True)
    if solved <= until and dice.random() < 0.35:
        _survey(connection, dice, asked, solved + dt.timedelta(hours=20))


def _working_hours(dice: random.Random, asked: _Asked) -> dt.timedelta:
    """Return how long a person took: shorter as the desk grows, and over the night where the day was over."""
    minutes = dice.expovariate(1 / (150 - 90 * asked.grown)) + 8
    answered = asked.at + dt.timedelta(minutes=minutes)
    while answered.weekday() > 4 or not 8 <= answered.hour < 16:
        answered += dt.timedelta(hours=1)
    return answered - asked.at


def _survey(connection: Connection, dice: random.Random, asked: _Asked, at: dt.datetime) -> None:
    score = dice.choices((5, 4, 3, 2, 1), weights=(60 + 25 * asked.grown, 25, 6, 3, 2))[0]
    row = {"ticket_number": asked.number, "customer_id": asked.customer, "due_at": at, "sent_at": at, "score": score,
           "answered_at": at, "withdrawn_why": "", "comment": ""}  # fmt: skip
    connection.execute(insert(core_tables.survey), [row])


def _try_a_rule(connection: Connection, dice: random.Random, asked: list[_Asked], until: dt.datetime) -> None:
    """Let a rule in shadow mode have looked on."""
    detail = {
        "rule": _TRIAL,
        "file": "rules/30-new-tickets.toml",
        "line": 12,
        "article": "invoice-copy",
        "actions": [],
    }
    for at, one in enumerate(dice.sample(asked[-150:], 9)):
        tickets.add_event(connection, Event(SHADOW, detail), one.at, ticket_number=one.number)
        verdict = {"rule": _TRIAL, "similarity": 0.72 + at / 40, "agreed": at != 0}
        tickets.add_event(connection, Event(COMPARED, verdict), until, ticket_number=one.number)
