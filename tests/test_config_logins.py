"""How config.toml says whom to sign in as, and where the secret is."""

from pathlib import Path

import pytest
from written_config import load, problem

from inboxd.errors import TransientError
from inboxd.secretsource import SecretSource, read_secret


def test_secrets_come_from_a_command_or_a_file(tmp_path: Path) -> None:
    """The first line counts, as with pass(1); no source is no password."""
    (tmp_path / "password").write_text("hunter2\nlogin: ada\n")

    assert read_secret(SecretSource(file=tmp_path / "password")) == "hunter2"
    assert read_secret(SecretSource(command="printf '%s\\n' 'a b'")) == "a b"
    assert read_secret(SecretSource()) == ""


@pytest.mark.parametrize(
    "source",
    [
        SecretSource(command="false"),
        SecretSource(command="no-such-program-here"),
        SecretSource(command="true"),
    ],
)
def test_a_secret_that_cannot_be_had_is_asked_for_again(source: SecretSource) -> None:
    """A locked key ring is no mistake in a file: the caller tries again later."""
    with pytest.raises(TransientError):
        read_secret(source)


def test_a_missing_secret_file_is_asked_for_again(tmp_path: Path) -> None:
    """A secret that is mounted late is found on the next try."""
    with pytest.raises(TransientError, match="FileNotFoundError"):
        read_secret(SecretSource(file=tmp_path / "gone"))


OAUTH2 = """
[[intake.imap]]
host = "imap.acme.test"
user = "support@acme.test"
[intake.imap.oauth2]
provider = "{provider}"
client_id = "desk"
token_file = "var/oauth2.json"
"""


def test_a_provider_brings_its_own_endpoints(tmp_path: Path) -> None:
    """Name and client id are enough for a large provider; what is written goes before it."""
    google = load(tmp_path, OAUTH2.format(provider="google")).intake.imap[0].oauth2
    assert google is not None
    assert (google.scope, google.device_url, google.mechanism) == ("https://mail.google.com/", "", "XOAUTH2")
    assert google.token_file == tmp_path / "var/oauth2.json"

    text = OAUTH2.format(provider="microsoft") + 'tenant = "acme.test"\nmechanism = "oauthbearer"'
    microsoft = load(tmp_path, text).intake.imap[0].oauth2
    assert microsoft is not None
    assert microsoft.device_url.startswith("https://login.microsoftonline.com/acme.test/")
    assert (microsoft.mechanism, microsoft.unused_days) == ("OAUTHBEARER", 90)

    by_browser = load(tmp_path, text + '\nauthorize_url = "https://sign.in/here"').intake.imap[0].oauth2
    assert by_browser is not None
    assert (by_browser.device_url, by_browser.authorize_url) == ("", "https://sign.in/here")


def test_logins_with_one_token_file_share_a_sign_in(tmp_path: Path) -> None:
    """Reading and sending as the same account needs one sign-in only."""
    smarthost = OAUTH2.format(provider="google").partition("[intake.imap.oauth2]")[2]
    text = (
        OAUTH2.format(provider="google")
        + '[outgoing]\ntransport = "smtp"\nhost = "smtp.acme.test"\nuser = "support@acme.test"\n'
        + f"[outgoing.oauth2]{smarthost}"
    )
    config = load(tmp_path, text)
    assert [name for name, _ in config.sign_ins] == ["support@acme.test"]
    assert config.outgoing.oauth2 == config.intake.imap[0].oauth2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (OAUTH2.format(provider="custom"), "needs token_url"),
        (OAUTH2.format(provider="gogle"), "did you mean 'google'"),
        (OAUTH2.format(provider="google") + 'token_url = "http://acme.test/token"', "https://"),
        (OAUTH2.format(provider="google") + 'tenant = "a/b"', "no tenant"),
        (
            OAUTH2.format(provider="google") + 'client_secret_file = "a"\nclient_secret_command = "b"',
            "choose one",
        ),
        (
            OAUTH2.format(provider="google").replace("[intake.imap.o", 'password_file = "x"\n[intake.imap.o'),
            "choose one",
        ),
        ("[intake.submission]\nenabled = true", "tls_cert and tls_key"),
        ('[outgoing.oauth2]\nprovider = "google"\nclient_id = "x"\ntoken_file = "y"', "needs a user"),
    ],
)
def test_mistakes_in_logins(tmp_path: Path, text: str, words: str) -> None:
    """Each mistake about OAuth2 and submission is told in words."""
    assert words in problem(tmp_path, text)
