"""Asking whether a text is worth looking through for named secrets."""

import subprocess
import sys

import pytest

from inboxd.core.named_secrets import named_secrets
from inboxd.core.secret_hints import hints_at_secret


@pytest.mark.parametrize(
    "text",
    [
        "My password is Tr0ub4dor",
        "Passwort: geheim42",
        "mon mot de passe est Xy7!kk9",
        "la contraseña es Xy7!kk9",
        "密码：Xy7kk9mm",
        "the CVV is 123",
        "login: ada / Xy7!kk9",
    ],
)
def test_whatever_names_a_secret_hints_at_it(text: str) -> None:
    """Where a secret is found the hint says yes, in capitals, too."""
    assert list(named_secrets(text))
    assert hints_at_secret(text)
    assert hints_at_secret(text.upper())


def test_most_texts_hint_at_nothing() -> None:
    """What the log says all day is not looked through."""
    assert not hints_at_secret("mail 12 from ada@example.test became ticket 7: Where is my order?")


def test_what_looks_for_secrets_is_loaded_when_there_may_be_one() -> None:
    """A process that never writes of a secret does without the patterns, and the first that may be one is hidden."""
    program = (
        "import sys; from inboxd.core.redact_text import redact; n = 'inboxd.core.named_secrets'; "
        "print(redact('ticket 7'), n in sys.modules, redact('password: Xy7!kk9'), n in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["ticket", "7", "False", "password:", "[secret]", "True"]
