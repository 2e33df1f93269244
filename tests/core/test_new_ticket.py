from collections.abc import Callable

from inboxd.core.categories import CategoryMatch
from inboxd.core.facts import Facts
from inboxd.core.new_ticket import new_ticket
from inboxd.core.priority import Assessment
from inboxd.core.states import Priority


def test_what_was_assessed_stands_on_it(facts: Callable[..., Facts]) -> None:
    """Category, priority and its score are those of the assessment; without one it is an ordinary ticket."""
    category = CategoryMatch("billing", 0.9, 0.4, "charged twice", "words")
    known = facts(category=category, assessment=Assessment(Priority.HIGH, 0.51239, ()))
    ticket = new_ticket(known, 7)
    assert (ticket.number, ticket.category, ticket.priority, ticket.priority_score) == (
        7,
        "billing",
        "high",
        0.5124,
    )
    plain = new_ticket(facts(), 8)
    assert (plain.category, plain.priority, plain.priority_score) == ("", "normal", None)
