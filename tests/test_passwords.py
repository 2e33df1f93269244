import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd import passwords
from inboxd.errors import PermanentError
from inboxd.passwords import hash_password, is_right, load_hash, new_password, save_hash


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make hashes cheap."""
    monkeypatch.setattr(passwords, "_LOG2_N", 4)


def test_the_right_password_is_right() -> None:
    """A hash knows its own password and no other, whatever the letters; twice the same makes two hashes."""
    kept = hash_password("pässwörd 密码")
    assert is_right("pässwörd 密码", kept)
    assert not is_right("pässwörd", kept)
    assert not is_right("", kept)
    assert kept != hash_password("pässwörd 密码")
    assert "密码" not in kept


@settings(max_examples=60)
@given(st.text(), st.text())
def test_nothing_raises_and_nothing_opens(password: str, kept: str) -> None:
    """What is no hash of ours is wrong for every password."""
    assert not is_right(password, kept)


def test_a_costly_hash_is_not_computed() -> None:
    """A hash whose parameters would eat the machine is wrong, at once."""
    assert not is_right("x", "scrypt$ln=60,r=99,p=99$AAAAAAAAAAA=$AAAAAAAAAAA=")
    assert not is_right("x", "scrypt$ln=18,r=99,p=99$AAAAAAAAAAA=$AAAAAAAAAAA=")


def test_new_passwords_are_long_and_random() -> None:
    """A hundred bits, in groups a person can type."""
    made = {new_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(one) == 23 and one.count("-") == 3 for one in made)


def test_the_file_is_its_owners(tmp_path: Path) -> None:
    """Only its owner can read the hash."""
    path = tmp_path / "deep" / "ada"
    kept = hash_password("secret enough")
    save_hash(path, kept)
    assert load_hash(path) == kept
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_file_is_no_password(tmp_path: Path) -> None:
    """Who has no file cannot sign in; a file that is no hash is a mistake to be told."""
    assert load_hash(None) == ""
    assert load_hash(tmp_path / "none") == ""
    (tmp_path / "plain").write_text("hunter2\n")
    with pytest.raises(PermanentError, match="inboxd password"):
        load_hash(tmp_path / "plain")
