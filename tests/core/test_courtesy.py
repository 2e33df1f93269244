"""Replies that only thank."""

import pytest

from inboxd.core.courtesy import is_thanks


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!",
        "Thank you so much, that worked.\n\nTom",
        "Vielen Dank für die schnelle Hilfe!",
        "谢谢！",
        "好的，谢谢您的帮助！",
        "问题已经解决了，非常感谢。",
        "謝謝您的幫忙",
        "谢谢啊",
        "Merci beaucoup",
        "Thanks, Tom",
        "Thank you Ada!",
        "Danke\ntom",
        "Cheers,\n\n-- \nTom",
    ],
)
def test_thanks_alone_is_thanks(text: str) -> None:
    """A reply of nothing but thanks is recognised in the languages we speak."""
    assert is_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Thanks, but it still fails.",
        "Thank you. How do I export my data?",
        "No thanks",
        "Great, and please cancel my account",
        "Danke, aber die Rechnung fehlt",
        "That did not help",
        "谢谢，但是还是不行",
        "问题没有解决",
        "谢谢。怎么导出数据？",
        "好的",
        "谢谢！\n不行",
        "Thanks for nothing!",
        "Thanks for Nothing",
        "Danke für nichts",
        "Merci pour rien",
        "Gracias por nada",
        "Thanks, no.",
        "Thanks\nNo",
        "Danke, nein",
        "Super, klappt nicht",
        "It worked before",
        "It worked yesterday",
        "great, it worked not",
        "Perfect. Cancel",
    ],
)
def test_anything_more_is_for_a_person(text: str) -> None:
    """One word beyond courtesy makes it a mail that a person must see."""
    assert not is_thanks(text)
