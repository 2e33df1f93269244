"""Scripts that decide the language alone."""

import pytest

from inboxd.core.scripts import language_by_script, letters


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("密码", "zh"),
        ("パスワード", "ja"),
        ("請求書が間違い", "ja"),
        ("비밀번호", "ko"),
        ("รหัสผ่าน", "th"),
        ("κωδικός", "el"),
        ("סיסמה", "he"),
    ],
)
def test_one_word_is_enough_where_the_script_is_one_languages(text: str, language: str) -> None:
    """No model is asked."""
    assert language_by_script(text) == language


@pytest.mark.parametrize(
    "text", ["", "password", "пароль", "كلمة السر", "We sell α and β versions of it, thank you"]
)
def test_scripts_of_many_languages_decide_nothing(text: str) -> None:
    """Latin, Cyrillic and Arabic letters are left to the model, and so are single foreign letters."""
    assert language_by_script(text) == ""


def test_letters_of_all_scripts_count() -> None:
    """Digits and marks do not."""
    assert letters("ab 12 密码 !") == 4
