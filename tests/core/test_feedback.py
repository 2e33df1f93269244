import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core import feedback
from inboxd.core.feedback import COUNTS, Verdict, judge_reply


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, that worked!",
        "Great, problem solved.",
        "Danke, hat geklappt.",
        "Merci, ça marche !",
        "Gracias, ya funciona.",
        "谢谢，解决了",
        "Thank you!",
    ],
)
def test_helped(text: str) -> None:
    """Who says that it worked, in five languages, was helped."""
    assert judge_reply(text) is Verdict.HELPED


@pytest.mark.parametrize(
    "text",
    [
        "That's not what I asked.",
        "Thanks, but this does not help.",
        "It still doesn't work.",
        "My question was about the invoice.",
        "Das hilft mir leider nicht.",
        "Danke, aber das ist nicht das, was ich gefragt habe.",
        "Ce n'est pas ce que je demandais.",
        "No me sirve, sigue sin funcionar.",
        "这不是我问的",
        "还是不行",
        "Thanks for nothing!",
        "Danke für nichts",
        "Nope.",
        "It worked before.",
        "I have done all that already.",
        "Das hat leider nicht funktioniert.",
        "Hab ich alles schon probiert.",
        "J'ai déjà essayé.",
        "Ya lo he intentado.",
        "我已经试过了",
    ],
)
def test_not_helped(text: str) -> None:
    """Who says that it is not it, in five languages and however politely, was not helped."""
    assert judge_reply(text) is Verdict.NOT_HELPED


@pytest.mark.parametrize(
    "text", ["And how long does that take?", "Können Sie mir auch den Preis nennen?", ""]
)
def test_a_further_question_is_unclear(text: str) -> None:
    """A further question is neither thanks nor a complaint."""
    assert judge_reply(text) is Verdict.UNCLEAR


def test_a_reply_weighs_by_what_it_says() -> None:
    """Thanks speak for the article, a complaint against it, and an unclear reply hardly counts."""
    thanks = feedback.from_reply("export", "How?", Verdict.HELPED)
    complaint = feedback.from_reply("export", "How?", Verdict.NOT_HELPED)
    unclear = feedback.from_reply("export", "How?", Verdict.UNCLEAR)
    assert (thanks.right, complaint.right) == (True, False)
    assert min(thanks.weight, complaint.weight) >= COUNTS > unclear.weight
    assert complaint.source in feedback.COMPLAINTS


@given(st.floats(min_value=-1, max_value=2, allow_nan=False))
@settings(max_examples=50)
def test_a_draft_weighs_by_its_distance(distance: float) -> None:
    """A draft sent as it was is full evidence; the more was changed the less it says, until it speaks against it."""
    found = feedback.from_draft("export", "How?", distance)
    assert 0 <= found.weight <= 1
    assert found.right == (distance <= 0.6)
    assert feedback.from_draft("export", "How?", 0.0).weight == 1.0


def test_other_feedback() -> None:
    """A deleted draft is no proof, a bad survey speaks against the article, an own answer says that none fits."""
    assert feedback.from_deleted_draft("export", "How?").weight < COUNTS
    assert feedback.from_survey("export", "How?").source in feedback.COMPLAINTS
    assert feedback.from_answer_by_hand("Are you hiring?").article is None


@pytest.mark.parametrize("piece", ["hilft ", "n't ", "that ", "ne m'aide ", "a"])
def test_long_replies_are_read_quickly(piece: str) -> None:
    """A hostile reply of a megabyte is judged in less than half a second."""
    began = time.process_time()
    judge_reply(piece * (1_000_000 // len(piece)))
    assert time.process_time() - began < 0.5
