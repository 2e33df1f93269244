from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.known_tickets import KnownTicket, KnownTickets, resolve

CASEY = "casey@customer.example"


def _known(merges: dict[int, int | None]) -> KnownTickets:
    tickets = {
        number: KnownTicket(number, "open", CASEY, frozenset({CASEY}), merged_into=into)
        for number, into in merges.items()
    }
    return KnownTickets(tickets=tickets)


def test_merges_are_followed_to_the_end() -> None:
    """A ticket leads to the one that is left of it."""
    found = resolve(1, _known({1: 2, 2: 3, 3: None}))

    assert found is not None
    assert found.number == 3


def test_a_ring_ends_where_it_was_entered() -> None:
    """Tickets merged into each other lead to themselves."""
    found = resolve(1, _known({1: 2, 2: 1}))

    assert found is not None
    assert found.number == 1


def test_what_is_gone_leads_nowhere() -> None:
    """An erased ticket, or one merged into an erased one, is none."""
    assert resolve(9, _known({1: None})) is None
    assert resolve(1, _known({1: 2})) is None


@given(st.dictionaries(st.integers(1, 9), st.none() | st.integers(1, 9)), st.integers(1, 9))
def test_resolving_always_ends(merges: dict[int, int | None], number: int) -> None:
    """Whatever was merged into what, the answer is a known ticket or none."""
    found = resolve(number, _known(merges))

    assert found is None or found.number in merges
