import time

import pytest

from inboxd.knowledge.polarity import says_opposite, sides_of, tells_failure


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("How do I activate my card?", "How do I deactivate my card?"),
        ("turn the wifi socket on", "turn off the socket"),
        ("please lower the volume", "turn up the volume"),
        ("turn off the sound", "turn the volume up"),
        ("show me my alarms", "remove all alarms"),
        ("Konto sperren", "Wie kann ich mein Konto entsperren?"),
        ("如何关闭通知", "如何打开通知"),
        ("comment désactiver l'alerte", "activer une alerte"),
        ("uninstall the program", "How do I install it?"),
        ("what were the dates of last weekend", "what date is next weekend"),
        ("can I pay yearly?", "What does it cost per month?"),
        ("Do you ship abroad?", "Domestic shipping"),
        ("schalte das Licht bitte aus", "Licht einschalten"),
        ("Die letzte Rechnung", "Wann kommt die nächste Rechnung?"),
        ("quelles étaient les dates du weekend dernier", "la date du prochain week-end"),
        ("¿cómo desactivo el aviso?", "activar el aviso"),
        ("annullo o disattivo l'avviso?", "attivare l'avviso"),
        ("como desligar as notificações", "ligar as notificações"),
        ("zet de melding uit", "melding inschakelen"),
        ("sluk for beskeder", "tænd for beskeder"),
        ("上个月的账单", "下个月的账单"),
    ],
)
def test_opposites(asked: str, answered: str) -> None:
    """Alike in words, opposite in meaning, in either direction."""
    assert says_opposite(asked, sides_of([answered]))
    assert says_opposite(answered, sides_of([asked]))


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("How do I cancel the order I made?", "Cancel an order"),
        ("I want to activate my card", "My card is not activated"),
        ("activate or deactivate the alarm?", "deactivate the alarm"),
        ("turn off the alarm", "turn the volume up"),
        ("I need the invoice", "remove a user"),
        ("there are charges on my account", "turn off two-factor"),
        ("it took 5 min", "the highest price"),
        ("in how many business days?", "my personal account"),
        ("stell mir eine Rechnung an meine Adresse aus Berlin", "Konto einschalten"),
    ],
)
def test_no_opposites(asked: str, answered: str) -> None:
    """One side each, or no side at all, is no opposition."""
    assert not says_opposite(asked, sides_of([answered]))


@pytest.mark.parametrize(
    "text",
    [
        "My payment was declined",
        "it doesn't work any more",
        "Die App stürzt ab",
        "l'application plante",
        "付款失败了",
        "我的网络连接不稳定",
    ],
)
def test_failures_are_heard(text: str) -> None:
    """A report of failure is known in four languages."""
    assert tells_failure([text])


@pytest.mark.parametrize("text", ["How do I pay?", "Wie bezahle ich?", "如何付款"])
def test_plain_questions_tell_no_failure(text: str) -> None:
    """A question is no complaint."""
    assert not tells_failure([text])


def test_hostile_length_is_read_in_no_time() -> None:
    """Long repetitions do not slow the patterns down."""
    started = time.process_time()
    for piece in ("turn the ", "take a b c ", "does not ", "不"):
        says_opposite(piece * 120, sides_of([piece * 120]))
        sides_of([piece * 120])
        tells_failure([piece * 120])
    assert time.process_time() - started < 1.0
