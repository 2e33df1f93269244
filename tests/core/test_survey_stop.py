import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.survey_stop import asks_to_stop


@pytest.mark.parametrize(
    "text",
    [
        "stop",
        "STOP!",
        "Stopp",
        "Hi Ada,\n\nplease stop\n\nTom",
        "unsubscribe",
        "No more surveys, please",
        "Don't ask me again",
        "Please stop sending me these",
        "Keine weiteren Umfragen bitte",
        "Bitte keine Umfragen mehr",
        "Abmelden",
        "Plus de sondages, merci",
        "Désabonner",
        "Baja",
        "No más encuestas, por favor",
        "退订",
        "别再发了",
    ],
)
def test_whoever_has_enough_is_heard(text: str) -> None:
    """One line that asks for no more surveys is understood in five languages."""
    assert asks_to_stop(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "The export does not stop",
        "How do I unsubscribe from the newsletter?",
        "Stop the subscription please, I want my money back",
        "Ich möchte mein Abo kündigen",
        "不要取消我的订单",
        "Please stop the server, it is on fire",
        "Everything was fine.\nstop",
    ],
)
def test_other_mails_are_left_alone(text: str) -> None:
    """Whoever wants something else stopped is read by a person."""
    assert not asks_to_stop(text)


@given(st.text(max_size=200))
def test_never_raises(text: str) -> None:
    """Whatever is written, the answer is yes or no."""
    assert asks_to_stop(text) in {True, False}


def test_hostile_text_costs_little() -> None:
    """A megabyte of stops is cut before it is read."""
    started = time.perf_counter()
    assert not asks_to_stop("stop asking " * 100_000)
    assert time.perf_counter() - started < 0.5
