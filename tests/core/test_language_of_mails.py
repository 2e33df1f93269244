"""The language of short mails, replies and mixed threads, measured on 450 that were written for it."""

from collections import Counter
from pathlib import Path

import pytest

from inboxd.core.language import detect_language, language_of_mail, settled_language
from inboxd.core.language_words import LANGUAGES_OF

SHORT_MAILS = tuple(
    tuple(line.split("\t", 1))
    for line in (Path(__file__).parents[1] / "languages" / "short_mails.tsv").read_text("utf-8").splitlines()
)


def test_short_mails_are_read_right() -> None:
    """Of 450 short mails in twenty languages at most one in a hundred gets a wrong language, nine in ten the right one."""
    came = Counter(
        "right" if found == language else "wrong" if found else "none"
        for language, text in SHORT_MAILS
        for found in (detect_language(text),)
    )

    assert came.total() > 440
    assert came["wrong"] <= came.total() // 100
    assert came["right"] >= came.total() * 0.95


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("thanks", "en"),
        ("Danke!", "de"),
        ("merci", "fr"),
        ("gracias", "es"),
        ("obrigado", "pt"),
        ("bedankt", "nl"),
        ("谢谢", "zh"),
        ("謝謝", "zh"),
        ("ok", ""),
        ("OK，谢谢", "zh"),
        ("MacBook Pro 无法安装", "zh"),
        ("Please translate 你好 for me", "en"),
    ],
)
def test_a_word_of_thanks_tells_the_language(text: str, language: str) -> None:
    """Courtesies are known by themselves; what is the same everywhere says nothing."""
    assert detect_language(text) == language


@pytest.mark.parametrize(
    ("one", "other", "texts"),
    [
        ("zh", "ja", ("領収書発行希望", "請求書再発行依頼", "二重請求されました", "返金")),
        (
            "es",
            "pt",
            ("não consigo entrar", "Onde está a minha fatura?", "Desde a última atualização não abre"),
        ),
        ("de", "nl", ("werkt niet", "Waar is mijn factuur?", "Kunt u mij helpen?", "Met vriendelijke groet")),
    ],
)
def test_neighbours_are_told_apart(one: str, other: str, texts: tuple[str, ...]) -> None:
    """Japanese without kana is not taken for Chinese, Portuguese not for Spanish, Dutch not for German."""
    assert {detect_language(text) for text in texts} == {other} != {one}


@pytest.mark.parametrize("text", ["請問如何退款？", "登入不了，請協助", "怎么退款？", "登录不了，请帮忙"])
def test_both_kinds_of_chinese_are_chinese(text: str) -> None:
    """Traditional and Simplified characters are one language here: whoever reads one can read the other."""
    assert detect_language(text) == "zh"


def test_the_subject_of_a_reply_is_not_its_writers() -> None:
    """A German subject stays on the thread when the answer is in English; of a new mail it helps."""
    subject = "Re: [#12] Wie bekomme ich mein Geld für die zweite Zahlung zurück?"

    assert language_of_mail(subject, "That did not help, sorry.", is_reply=True) == "en"
    assert language_of_mail("Frage zur Rechnung vom letzten Monat", "??", is_reply=False) == "de"
    assert language_of_mail(subject, "12345", is_reply=True) == "de"


@pytest.mark.parametrize(
    ("found", "text", "known", "settled"),
    [
        ("en", "Thanks!", "de", "de"),
        ("en", "Great, thank you so much for the fast reply", "de", "de"),
        ("en", "Actually I still cannot open the file you sent", "de", "en"),
        ("zh", "谢谢", "en", "en"),
        ("zh", "请问怎么退款？", "en", "zh"),
        ("", "ok", "fr", "fr"),
        ("es", "hola", "", "es"),
        ("", "12", "", ""),
    ],
)
def test_a_word_or_two_does_not_change_the_language(found: str, text: str, known: str, settled: str) -> None:
    """A customer is answered in the language he writes now, unless he writes no more than a courtesy."""
    assert settled_language(found, text, known) == settled


def test_words_that_tell_are_small_letters_without_digits() -> None:
    """Every word of the table can be found: it is written as texts are compared."""
    assert [
        word for word in LANGUAGES_OF if word != word.lower() or any(char.isdigit() for char in word)
    ] == []
