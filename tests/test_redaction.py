import base64
import datetime as dt
import re
import threading
import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, insert
from sqlalchemy.exc import DBAPIError

from inboxd import redaction
from inboxd.oauthtokens import SignIn
from inboxd.redaction import MARK, hide, redacted
from inboxd.secretsource import SecretSource, read_secret
from inboxd.store import core_tables


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins with no secret in hand, and leaves none to the others."""
    monkeypatch.setattr(redaction, "_known", redaction.Known())


def test_a_secret_that_was_read_is_said_no_more(tmp_path: Path) -> None:
    """What came from a file or a command is taken out of any text, also as base64; other words stay."""
    (tmp_path / "pw").write_text("correct horse\n")
    assert read_secret(SecretSource(file=tmp_path / "pw")) == "correct horse"
    assert redacted("535 correct horse is wrong") == f"535 {MARK} is wrong"
    assert redacted("535 Y29ycmVjdCBob3JzZQ== is wrong") == f"535 {MARK} is wrong"
    assert redacted("535 correct") == "535 correct"


@given(st.text(min_size=6, max_size=40), st.binary(max_size=9), st.binary(max_size=9))
def test_inside_any_base64(secret: str, before: bytes, after: bytes) -> None:
    """However a sign-in is wrapped, of the secret in it nothing that could be decoded is left."""
    octets = secret.encode("utf-8", "surrogateescape")
    hide(secret)
    wrapped = redacted(base64.b64encode(before + octets + after).decode())
    left = wrapped.split(MARK)
    assert len(left) >= 2
    # At most the bits that share a digit with what stands beside it.
    assert len("".join(left)) * 6 <= 8 * (len(before) + len(after)) + 2 * 8 + 2 * 6


def test_as_a_form_field() -> None:
    """A token endpoint that repeats the form repeats it encoded."""
    hide("1//token +1")
    assert redacted("refresh_token=1%2F%2Ftoken+%2B1&x") == f"refresh_token={MARK}&x"


def test_the_longer_of_two_goes_first() -> None:
    """Of a secret that begins with another nothing is left over."""
    hide("secret-1")
    hide("secret-1-and-more")
    assert redacted("<secret-1-and-more>") == f"<{MARK}>"


def test_short_ones_are_no_secrets() -> None:
    """A password of a letter would take the letter out of every line."""
    hide("a")
    hide("")
    assert redacted("a banana") == "a banana"


def test_old_tokens_are_forgotten() -> None:
    """Tokens that change every hour do not pile up."""
    for number in range(200):
        hide(f"token-{number:04}")
    assert len(redaction._known) <= 64
    assert redacted("token-0199 token-0000") == f"{MARK} token-0000"


def test_a_secret_in_use_is_not_forgotten() -> None:
    """What is read again and again is remembered, however many tokens come and go meanwhile."""
    for number in range(100):
        if number % 50 == 0:
            hide("the-password")
        hide(f"token-{number:04}")
    assert redacted("the-password") == MARK


def test_a_secret_that_is_no_text() -> None:
    """A password file may hold octets of any kind; they are recognised as they are sent."""
    hide(b"caf\xe9-Latin".decode("utf-8", "surrogateescape"))
    assert redacted(base64.b64encode(b"caf\xe9-Latin").decode()) == MARK


def test_two_secrets_read_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of secrets that two threads read at once both are hidden, whichever is slower."""
    slow, second = threading.Event(), threading.Thread(target=hide, args=("second-secret",))
    compiled = re.compile

    def dawdle(pattern: str) -> re.Pattern[str]:
        if not slow.is_set():
            slow.set()
            second.start()
            second.join(0.2)
        return compiled(pattern)

    monkeypatch.setattr(redaction.re, "compile", dawdle)
    hide("first-secret")
    second.join(10)
    assert redacted("first-secret second-secret") == f"{MARK} {MARK}"


def test_an_error_of_the_database_has_no_words_of_a_mail(engine: Engine) -> None:
    """What a statement was given stays out of the error it fails with, on both databases."""
    rows = [{"id": 1, "kind": "answer", "recipient": "eve@sand.example", "subject": "xylophone"}]
    with (
        pytest.raises(DBAPIError) as raised,
        engine.begin() as connection,
    ):
        connection.execute(insert(core_tables.outbox), rows)
    said = "".join(traceback.format_exception(raised.value))
    assert "outbox" in str(raised.value)
    assert "hidden" in said
    assert "xylophone" not in said
    assert "eve@" not in said


def test_what_is_printed_has_no_secret() -> None:
    """The repr of what holds tokens shows none."""
    now = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    assert "access-1" not in repr(SignIn("access-1", "refresh-1", now, now, now))
    assert "refresh-1" not in repr(SignIn("access-1", "refresh-1", now, now, now))


def test_a_secret_that_is_part_of_the_mark() -> None:
    """Whoever's password is "secret" gets whole marks, whatever else is hidden in the same line."""
    hide("hunter2")
    hide("secret")
    assert redacted("hunter2 and secret") == f"{MARK} and {MARK}"
