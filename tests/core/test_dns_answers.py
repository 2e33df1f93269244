import pytest

from inboxd.core.dns_answers import MAX_QUESTIONS, remember
from inboxd.errors import TransientError


def test_each_question_is_asked_once() -> None:
    """An answer is remembered, whatever the case of the name."""
    asked = []
    ask = remember(lambda name, rdtype: asked.append((name, rdtype)) or ("yes",))

    assert ask("A.example", "TXT") == ask("a.example.", "TXT") == ("yes",)
    assert asked == [("a.example", "TXT")]


def test_questions_end() -> None:
    """No mail can make us ask for ever, and what failed is not asked again."""
    asked = []
    ask = remember(lambda name, _rdtype: asked.append(name) or ())
    for number in range(MAX_QUESTIONS):
        ask(f"{number}.example", "A")

    for _ in range(2):
        with pytest.raises(TransientError):
            ask("one.more.example", "A")
    assert len(asked) == MAX_QUESTIONS


@pytest.mark.parametrize("name", ["", ".", "a b.example", "ä.example", "a" * 254])
def test_what_is_no_name_is_not_asked(name: str) -> None:
    """Names that cannot be in the DNS have no records."""
    assert remember(lambda _name, _rdtype: ("yes",))(name, "A") == ()
