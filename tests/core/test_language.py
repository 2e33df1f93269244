"""In which language a person wrote."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.language import detect_language

SENTENCES = {
    "en": "Please help, I cannot log in to my account.",
    "de": "Guten Tag, meine Rechnung vom letzten Monat stimmt nicht.",
    "fr": "Bonjour, où puis-je changer mon mot de passe ?",
    "es": "Hola, ¿dónde puedo cambiar mi contraseña?",
    "it": "Buongiorno, non riesco ad accedere al mio conto.",
    "pt": "Olá, não consigo entrar na minha conta.",
    "nl": "Hallo, hoe krijg ik mijn geld terug?",
    "pl": "Dzień dobry, nie mogę się zalogować.",
    "sv": "Hej, jag kan inte logga in på mitt konto.",
    "fi": "Hei, en voi kirjautua sisään tililleni.",
    "cs": "Dobrý den, nemohu se přihlásit ke svému účtu.",
    "hu": "Jó napot, nem tudok bejelentkezni a fiókomba.",
    "ro": "Bună ziua, factura mea este greșită.",
    "tr": "Merhaba, hesabıma giriş yapamıyorum.",
    "ru": "Здравствуйте, я не могу войти в систему.",
    "uk": "Добрий день, я не можу увійти до системи.",
    "el": "Δεν μπορώ να συνδεθώ.",
    "ja": "ログインできません。",
    "zh": "我无法登录",
    "ko": "로그인이 안 됩니다",
    "ar": "لا أستطيع تسجيل الدخول",
    "he": "לא מצליח להתחבר",
    "th": "เข้าสู่ระบบไม่ได้",
    "vi": "Tôi không đăng nhập được vào tài khoản",
}


@pytest.mark.parametrize(("language", "sentence"), SENTENCES.items())
def test_one_sentence_is_enough(language: str, sentence: str) -> None:
    """Customers write one sentence; it decides the language of the answer."""
    assert detect_language(sentence) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "Hi",
        "12345",
        "API",
        "ERR_TIMEOUT 0x8000",
        "Max Mustermann",
        "https://x.example/a/b",
        "a@b.example",
    ],
)
def test_what_says_nothing_gets_no_language(text: str) -> None:
    """Names, codes and links are in no language; a guess would choose a wrong template."""
    assert detect_language(text) == ""


def test_quotes_and_latin_product_names_do_not_count() -> None:
    """The person's own words decide, not the quoted ones, nor the names of things."""
    assert (
        detect_language(
            "> Wie kann ich Ihnen helfen?\n> Mit freundlichen Grüßen\nI would like a refund please"
        )
        == "en"
    )
    assert detect_language("API の key が無効です") == "ja"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_returns_two_letters_or_nothing(text: str) -> None:
    """Any text, lone surrogates too, gets an ISO 639-1 code or the empty string."""
    found = detect_language(text)
    assert found == "" or (len(found) == 2 and found.isascii())


def test_lone_surrogates_do_not_raise() -> None:
    """Undecodable bytes may come through as surrogates."""
    assert detect_language("hello \udcff\udcfe my friend, how are you today") == "en"
