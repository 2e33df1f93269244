"""What broken connections teach."""

from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.intake.imap_caution import MOST_MAILS, Caution


@settings(max_examples=50)
@given(harmful=st.sets(st.integers(1, 300), min_size=1, max_size=3))
def test_the_culprits_are_found_and_everything_else_gets_through(harmful: set[int]) -> None:
    """Whichever few mails break connections, the walk ends with those found out and no other."""
    caution, done, connections = Caution(), 0, 0
    while done < 300:
        connections += 1
        while done < 300:
            batch = range(done + 1, min(done + caution.most_mails, 300) + 1)
            asked = [uid for uid in batch if not caution.breaks(uid)]
            if harmful.intersection(asked):
                caution.broke(asked)
                break
            if asked:
                caution.went_well()
            done = batch[-1]
    assert {uid for uid in range(1, 301) if caution.breaks(uid)} == harmful
    assert connections < 20 * len(harmful)


def test_trust_grows_back() -> None:
    """After a broken batch fewer mails are asked for, and more again with each that comes through."""
    caution = Caution()
    caution.broke(range(100))
    assert (caution.most_mails, caution.on_guard) == (50, True)
    caution.went_well()
    caution.went_well()
    assert (caution.most_mails, caution.on_guard) == (MOST_MAILS, False)


def test_a_server_that_always_breaks_is_not_blamed_on_the_mails() -> None:
    """After three culprits in a row with nothing coming through in between no further mail is condemned."""
    caution = Caution()
    for uid in range(1, 10):
        for _ in range(5):
            caution.broke([uid])
    assert [uid for uid in range(1, 10) if caution.breaks(uid)] == [1, 2, 3]
    assert not caution.on_guard
