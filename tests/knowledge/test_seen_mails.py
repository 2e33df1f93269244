from dataclasses import replace

from inboxd.core.facts import KbMatch
from inboxd.knowledge.index import Index
from inboxd.knowledge.seen_mails import look_at, notice
from inboxd.knowledge.threshold import desk_threshold


def threshold(index: Index) -> float:
    """Return the confidence from which the only shelf's answers are sure."""
    (shelf,) = index.shelves
    return desk_threshold(shelf.calibrator, shelf.own, 0.03)


def test_mails_nobody_labelled_move_the_threshold(index: Index) -> None:
    """Clear answers and clear misses lower it, doubtful ones raise it against those."""

    def after(*chances: float) -> float:
        best = [KbMatch("refund-policy", "", "", chance, sure=False, score=1.0) for chance in chances]
        return threshold(notice(index, best))

    clear = after(*[0.99] * 60, *[0.01] * 60)
    doubtful = after(*[0.9] * 60, *[0.6] * 60)
    assert clear < threshold(index)
    assert clear < doubtful


def test_mails_are_asked_like_any_other(index: Index) -> None:
    """Every mail that has a best article counts once, the rest not at all; without mails nothing changes."""
    looked = look_at(index, [("Refund", "How do I get a refund?"), ("", ""), ("", "Where is the invoice?")])
    assert [len(shelf.own.seen.odds) for shelf in looked.shelves] == [2]
    assert look_at(index, []) == replace(index)


def test_mails_for_another_shelf_say_nothing_of_this_one(index: Index) -> None:
    """What a desk's Chinese articles are asked leaves its English ones alone."""
    other = KbMatch("elsewhere", "", "", 0.9, sure=False, score=1.0)
    assert notice(index, [other]).shelves == index.shelves
