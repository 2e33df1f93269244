"""Which mailboxes there are, and where copies and drafts go."""

from dataclasses import replace
from pathlib import Path

import pytest

from inboxd.config import Config, default_config, load_config
from inboxd.configintake import ImapAccount
from inboxd.configmailboxes import drafts_mailbox, mailboxes, sent_mailbox
from inboxd.errors import ConfigError
from inboxd.secretsource import SecretSource

BASE = ImapAccount("imap.test", 993, "tls", "support", SecretSource(), "INBOX")


def _config(*accounts: ImapAccount) -> Config:
    config = default_config(Path("/nowhere"))
    return replace(config, intake=replace(config.intake, imap=accounts))


def test_a_mailbox_counts_once() -> None:
    """Several folders of one login are one mailbox; its first table says what becomes of Sent and Drafts."""
    folder, other = replace(BASE, folder="Forms", sent=""), replace(BASE, user="sales")

    assert mailboxes(_config(BASE, folder, other, replace(other, folder="Old"))) == (BASE, other)


def test_copies_and_drafts_go_to_the_first_that_takes_them() -> None:
    """A mailbox whose Sent is left alone, or kept by the provider, gets no copies; one without Drafts no drafts."""
    quiet = replace(BASE, sent_copies="never", drafts="")
    other = replace(BASE, user="sales")

    assert (sent_mailbox(_config(quiet, other)), drafts_mailbox(_config(quiet, other))) == (
        "sales@imap.test",
    ) * 2
    assert (sent_mailbox(_config(replace(BASE, sent=""))), drafts_mailbox(_config())) == ("", "")


def test_the_keys_are_read(tmp_path: Path) -> None:
    """Without them the folders are found by themselves; a wrong word is told with its line."""
    path = tmp_path / "config.toml"
    table = '[[intake.imap]]\nhost = "imap.test"\nuser = "support"\npassword_file = "pw"\n'
    path.write_text(table)
    (account,) = load_config(path).intake.imap
    assert (account.sent, account.drafts, account.sent_copies) == ("auto", "auto", "auto")

    path.write_text(f'{table}sent = "Sent Items"\ndrafts = ""\nsent_copies = "always"\n')
    (account,) = load_config(path).intake.imap
    assert (account.sent, account.drafts, account.sent_copies) == ("Sent Items", "", "always")

    path.write_text(f'{table}sent_copies = "sometimes"\n')
    with pytest.raises(ConfigError, match=r"config\.toml:5.*always.*auto.*never"):
        load_config(path)
