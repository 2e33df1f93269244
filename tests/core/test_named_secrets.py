"""Passwords, keys and codes that somebody names are found in the languages of customers; talk about passwords stays."""

import pytest

from inboxd.core.redact_text import SECRET, redact


@pytest.mark.parametrize(
    "text",
    [
        "my password is hunter22",
        "My password is sunshine.",
        "password hunter22!",
        'the password is "correct horse battery"',
        "Password (new): sunshine",
        "password for the portal: hunter22",
        "Password for carla is hunter22, thanks",
        "Password:\nhunter22",
        "pw: sunshine",
        "PW=hunter22",
        "user: carla\npass: hunter22",
        "username carla password hunter22",
        "login: carla / hunter22",
        '{"password": "hunter22", "user": "carla"}',
        "dbPassword=hunter22",
        "DB_PASSWORD=hunter22",
        "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "api key: 0123456789abcdef",
        "X-Api-Key: abcdef012345",
        "token: abcdef0123456789",
        "Mein Passwort ist Geheim123",
        "Mein Passwort ist Sonnenschein.",
        "Passwort lautet Geheim123!",
        "Kennwort: geheim",
        "API-Schlüssel: abcdef0123456789",
        "mon mot de passe est Secret123",
        "clé API : abcdef0123456789",
        "mi contraseña es Secreto123",
        "我的密码是abc12345",
        "密码 abc12345，谢谢",
        "密碼：abc12345",
        "账号：carla 密码：hunter22",
        "PIN: 4711",
        "my pin is 4711",
        "CVV 123",
        "Prüfziffer: 123",
        "Security code: 4711",
        "验证码：123456",
    ],
)
def test_what_is_named_is_taken_out(text: str) -> None:
    """However it is named, the secret goes and the word that names it stays."""
    shown = redact(text)
    assert SECRET in shown
    for secret in (
        "hunter22",
        "sunshine",
        "horse",
        "geheim",
        "sonnenschein",
        "secret123",
        "secreto123",
        "abc12345",
    ):
        assert secret not in shown.lower()
    for secret in ("4711", "123456", "abcdef", "wJalr", " 123"):
        assert secret not in shown


@pytest.mark.parametrize(
    "text",
    [
        "I forgot my password",
        "My password is wrong.",
        "my password is not accepted, my password was rejected",
        "the password is being reset",
        "My password is expired!",
        "password reset does not work",
        "Password: required",
        "password reset link: https://acme.test/reset?x=1",
        "The password must have 8 characters and 2 digits",
        "I use LastPass for my password; KeePassXC, too",
        "Which password policy: SHA256 or MD5?",
        "Mein Passwort ist falsch.",
        "Mein Passwort ist abgelaufen",
        "Das Kennwort wurde nicht angenommen: Fehler 401",
        "mon mot de passe est expiré",
        "mi contraseña es incorrecta",
        "我的密码是什么？",
        "我忘记了密码。",
        "How do I make an API key?",
        "the token is missing",
        "AUTH LOGIN CRAM-MD5",
        "for(String key : bucketInfo.getKeys()) {",
        "discount code: spring",
        "my pin is blocked",
        "PIN: 560001 Bangalore",
        "the distance is 1234",
        "#12 solved",
        "My new password goes to carla@customer.test",
        "Password: [secret]",
    ],
)
def test_talk_about_passwords_stays(text: str) -> None:
    """What is wrong with a password, where it is reset and what it must look like tells none."""
    assert redact(text) == text
