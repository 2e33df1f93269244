"""Every pair of opposites has an example, and is heard in it."""

from pathlib import Path

import pytest

from inboxd.knowledge.opposites import ANTONYMS
from inboxd.knowledge.polarity import says_opposite, sides_of

_LINES = Path(__file__).with_name("opposites.tsv").read_text("utf-8").splitlines()
# One example a pair, in their order.
EXAMPLES = [(pair, *line.split("\t")) for pair, line in enumerate(_LINES, 1)]


def test_every_pair_has_an_example() -> None:
    """A pair that is added comes with two questions that differ in it."""
    assert len(EXAMPLES) == len(ANTONYMS)


@pytest.mark.parametrize(("pair", "first", "second"), EXAMPLES)
def test_a_pair_is_heard(pair: int, first: str, second: str) -> None:
    """Each question has its own side of the pair alone, and so is no answer to the other."""
    assert {pair, -pair} & sides_of([first]) == {pair}
    assert {pair, -pair} & sides_of([second]) == {-pair}
    assert says_opposite(first, frozenset({-pair}))
    assert says_opposite(second, frozenset({pair}))
    assert not says_opposite(first, frozenset({pair, -pair}))


@pytest.mark.parametrize("text", ["取消订阅邮件", "如何解除绑定手机"])
def test_a_side_that_holds_the_other_is_one(text: str) -> None:
    """What ends a thing names the thing, and does not begin it."""
    assert all(-side not in sides_of([text]) for side in sides_of([text]))
