"""Which mailboxes the folders of ``[[intake.imap]]`` lie in, and what becomes of each one's Sent and Drafts."""

from inboxd.config import Config
from inboxd.configintake import ImapAccount


def mailboxes(config: Config) -> tuple[ImapAccount, ...]:
    """Return each mailbox once, by its first table: that one says what becomes of its Sent and Drafts."""
    found: dict[str, ImapAccount] = {}
    for one in config.intake.imap:
        found.setdefault(one.mailbox, one)
    return tuple(found.values())


def sent_mailbox(config: Config) -> str:
    """Return the mailbox whose Sent gets a copy of each answer; empty when none does."""
    return next((one.mailbox for one in mailboxes(config) if one.sent and one.sent_copies != "never"), "")


def drafts_mailbox(config: Config) -> str:
    """Return the mailbox whose Drafts get the replies that lie ready; empty when none does."""
    return next((one.mailbox for one in mailboxes(config) if one.drafts), "")
