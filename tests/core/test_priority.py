import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.categories import CategoryMatch
from inboxd.core.priority import CustomerRecord, PriorityWeights, assess_priority
from inboxd.core.states import Priority

NOBODY = CustomerRecord()
WEIGHTS = PriorityWeights()


@pytest.mark.parametrize(
    ("subject", "text", "priority"),
    [
        ("Question", "How do I change my address?", "normal"),
        ("URGENT: site is down", "Nobody can work.", "urgent"),
        ("Help", "Please answer asap, the payment fails.", "urgent"),
        ("Invoice", "I need this by tomorrow.", "high"),
        ("", "The app is down.", "high"),
        ("", "Please answer within 2 hours.", "high"),
        ("", "Could you look at it by Friday?", "normal"),
        ("Feature request", "A dark theme.", "low"),
        ("", "No rush, answer whenever you like.", "low"),
        ("Not urgent", "How do I change my address?", "low"),
        ("", "Not urgent, but I need it by tomorrow.", "high"),
        ("Dringend", "Der Login geht nicht.", "urgent"),
        ("", "Das eilt nicht.", "low"),
        ("", "Ich brauche das bis spätestens Mittwoch.", "normal"),
        ("Urgence", "Impossible de se connecter.", "urgent"),
        ("", "Ce n’est pas urgent.", "low"),
        ("", "Il me le faut d'ici demain.", "high"),
        ("Urgente", "No puedo entrar en mi cuenta.", "urgent"),
        ("", "Lo necesito antes de mañana.", "high"),
        ("", "No hay prisa.", "low"),
        ("", "请尽快处理，无法登录", "urgent"),
        ("", "3小时内需要回复", "high"),
        ("", "不急，有空再看", "low"),
        ("", "I ordered 3 hours ago.", "normal"),
        ("", "", "normal"),
    ],
)
def test_words_and_deadlines(subject: str, text: str, priority: str) -> None:
    """What a customer writes of time and harm sets the priority, in five languages."""
    assert assess_priority(subject, text, NOBODY, WEIGHTS).priority == priority


def test_parts_add_up_and_are_shown() -> None:
    """P is the weighted sum of its parts, and each part names what it was read from."""
    record = CustomerRecord(open_tickets=1, reopened=1, late=1, satisfaction=2.0, is_vip=True)
    found = assess_priority("asap", "the export fails", record, WEIGHTS)
    assert [part.name for part in found.parts] == ["urgency", "severity", "history"]
    assert found.score == pytest.approx(sum(part.weight * part.value for part in found.parts))
    assert [part.evidence for part in found.parts] == [
        ("asap",),
        ("fails",),
        ("vip", "1 late", "1 reopened", "1 more open", "dissatisfied"),
    ]
    assert found.parts[2].value == 1.0


def test_history_can_lift_a_ticket() -> None:
    """The same words weigh more from a customer who waited in vain before."""
    record = CustomerRecord(late=2, reopened=1, is_vip=True)
    assert assess_priority("", "The export fails.", NOBODY, WEIGHTS).priority == Priority.NORMAL
    assert assess_priority("", "The export fails.", record, WEIGHTS).priority == Priority.HIGH


def test_weights_are_configurable() -> None:
    """Weights count relative to one another; without any there is no priority."""
    only_severity = PriorityWeights(urgency=0, severity=2, history=0)
    assert assess_priority("asap", "data loss", NOBODY, only_severity).score == 1.0
    for broken in (PriorityWeights(0, 0, 0), PriorityWeights(1, -1, 1)):
        with pytest.raises(ValueError, match="weights"):
            assess_priority("", "", NOBODY, broken)


def test_severity_is_that_of_the_category() -> None:
    """A category says how bad a matter is; words of damage in the mail itself outweigh a harmless one."""
    wish = CategoryMatch("wish", 0.9, 0.1, "dark mode", "words")
    outage = CategoryMatch("outage", 0.9, 1.0, "down", "meaning")
    severity = [
        assess_priority("", text, NOBODY, WEIGHTS, category).parts[1]
        for text, category in (("Hello.", wish), ("Hello.", outage), ("There was data loss.", wish))
    ]
    assert [part.value for part in severity] == [0.1, 1.0, 1.0]
    assert severity[0].evidence == ("category wish",)
    assert severity[2].evidence == ("data loss", "category wish")


@given(st.text(max_size=200), st.text(max_size=300))
@settings(max_examples=60)
def test_any_text_has_a_priority(subject: str, text: str) -> None:
    """Whatever is written, P lies between 0 and 1."""
    assert 0 <= assess_priority(subject, text, NOBODY, WEIGHTS).score <= 1


def test_hostile_text_costs_little() -> None:
    """A megabyte of half a phrase is not searched for ever."""
    started = time.perf_counter()
    assess_priority("in " * 100_000, "bis spatestens zum " * 60_000, NOBODY, WEIGHTS)
    assert time.perf_counter() - started < 0.5
