from typing import Any

import pytest

from inboxd.core.outcome import Learnt
from inboxd.store import asked, learnt
from inboxd.store.engine import read, write


@pytest.fixture(autouse=True)
def _every_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "EVERY", 2)


def test_first_mails_of_the_latest_tickets(stage: Any, mail: Any) -> None:
    """Subject and own words of every ticket's first mail, oldest first, the same until enough more have come."""
    with read(stage.desk.engine) as connection:
        assert asked.list_first_mails(connection) == []
    for number in range(3):
        stage.take(mail(f"What about matter {number}?\n\n> quoted", subject=f"Matter {number}"))
    with read(stage.desk.engine) as connection:
        assert asked.looked_through(connection) == 2
        found = asked.list_first_mails(connection)
    assert [subject for subject, _ in found] == ["Matter 0", "Matter 1"]
    assert found[0][1].startswith("What about matter 0?")


def test_what_taught_something_is_left_out(stage: Any, mail: Any) -> None:
    """A mail that became a phrasing is found too easily to tell how sure the desk is."""
    for number in range(2):
        stage.take(mail(f"What about matter {number}?", subject=f"Matter {number}"))
    with write(stage.desk.engine) as connection:
        learnt.add(connection, Learnt("refund-policy", "Matter 1", "#kb"), stage.clock.now, 2)
    with read(stage.desk.engine) as connection:
        assert [subject for subject, _ in asked.list_first_mails(connection)] == ["Matter 0"]


def test_only_so_many_are_looked_at(stage: Any, mail: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """However old the desk, the latest tickets are read and no more."""
    monkeypatch.setattr(asked, "MOST", 2)
    for number in range(4):
        stage.take(mail(f"What about matter {number}?", subject=f"Matter {number}"))
    with read(stage.desk.engine) as connection:
        assert [subject for subject, _ in asked.list_first_mails(connection)] == ["Matter 2", "Matter 3"]
