"""Which account ``inboxd import imap`` reads."""

from dataclasses import replace
from pathlib import Path

import pytest

from inboxd.commands.import_imap import ImapSource, find_account, password_source
from inboxd.config import Config, default_config
from inboxd.configintake import ImapAccount
from inboxd.errors import PermanentError
from inboxd.secretsource import SecretSource

SECRET = SecretSource(command="pass show old")
ACCOUNT = ImapAccount("mail.acme.test", 993, "tls", "support@acme.test", SecretSource(), "INBOX")


def config(*accounts: ImapAccount) -> Config:
    plain = default_config(Path("/nowhere"))
    return replace(plain, intake=replace(plain.intake, imap=accounts))


def test_the_only_account_needs_no_name() -> None:
    """Two folders of one mailbox are one account."""
    assert find_account(config(ACCOUNT, replace(ACCOUNT, folder="Sales")), ImapSource()) == ACCOUNT


@pytest.mark.parametrize("name", ["support@acme.test", "mail.acme.test", "support@acme.test@mail.acme.test"])
def test_an_account_is_found_by_user_host_or_both(name: str) -> None:
    """As config.toml has it."""
    other = replace(ACCOUNT, user="sales@acme.test", host="mail.other.test")
    assert find_account(config(other, ACCOUNT), ImapSource(name)) == ACCOUNT


def test_a_name_that_fits_none_or_two_is_refused() -> None:
    """And the accounts there are named."""
    other = replace(ACCOUNT, user="sales@acme.test")
    for source in (ImapSource(), ImapSource("mail.acme.test"), ImapSource("nobody")):
        with pytest.raises(PermanentError, match="sales@acme"):
            find_account(config(ACCOUNT, other), source)


def test_a_url_is_an_account_of_its_own() -> None:
    """With TLS from the start or by STARTTLS, the usual port, and a user name with an @ however it is written."""
    found = find_account(config(), ImapSource("imaps://old%40acme.test@mx.test", password=SECRET))
    assert (found.host, found.port, found.tls, found.user) == ("mx.test", 993, "tls", "old@acme.test")
    found = find_account(config(), ImapSource("imap://old@acme.test@mx.test:1143", password=SECRET))
    assert (found.port, found.tls, found.user) == (1143, "starttls", "old@acme.test")
    plain = find_account(config(), ImapSource("imap://old@localhost", password=SECRET, plain=True))
    assert plain.tls == "none"


@pytest.mark.parametrize(
    ("url", "secret", "said"),
    [
        ("https://old@mx.test", SECRET, "imaps://user@host"),
        ("imaps://mx.test", SECRET, "imaps://user@host"),
        ("imaps://old:hunter2@mx.test", SECRET, "password in a URL"),
        ("imaps://old@mx.test", SecretSource(), "--password-command"),
    ],
)
def test_a_url_that_will_not_do_says_what_is_missing(url: str, secret: SecretSource, said: str) -> None:
    """And a password in it is never repeated."""
    with pytest.raises(PermanentError, match=said) as error:
        find_account(config(), ImapSource(url, password=secret))
    assert "hunter2" not in str(error.value)


def test_a_password_comes_from_one_place(tmp_path: Path) -> None:
    """Two places are a mistake."""
    assert password_source("", None) == SecretSource()
    with pytest.raises(PermanentError, match="choose one"):
        password_source("pass", tmp_path)
