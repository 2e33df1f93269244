"""``inboxd import imap``: years of mail from an IMAP account, which stays as it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from inboxd.clock import Clock
from inboxd.commands.import_bar import Bar
from inboxd.commands.import_filing import import_all
from inboxd.config import Config
from inboxd.configintake import ImapAccount
from inboxd.desk import Desk
from inboxd.errors import PermanentError
from inboxd.intake.history import Taken
from inboxd.intake.past_imap import PastMailbox, take_in_mailbox
from inboxd.secretsource import SecretSource

# RFC 8314 3.2 and RFC 9051 6.2.1: TLS from the start, or by STARTTLS.
_SCHEMES = {"imaps": ("tls", 993), "imap": ("starttls", 143)}


@dataclass(frozen=True, slots=True)
class ImapSource:
    """What was typed: an account of config.toml or a URL, where the password of a URL comes from, and the folders.

    ``plain``: without TLS, as only a server on this machine should be spoken to. ``again``: from the beginning.
    """

    account: str = ""
    folders: tuple[str, ...] = ()
    password: SecretSource = field(default_factory=SecretSource)
    plain: bool = False
    again: bool = False


def import_imap(config: Config, clock: Clock, source: ImapSource, *, as_json: bool) -> None:
    """File the mails of an account, and say what became of them.

    Raises ``PermanentError`` for an account or folder that is not there, ``TransientError`` for one that cannot be read.
    """
    account = find_account(config, source)

    def take(desk: Desk, bar: Bar) -> Taken:
        box = PastMailbox(config, desk.engine, clock, account, again=source.again, tell=bar.follow)
        return take_in_mailbox(box, source.folders)

    import_all(config, clock, take, as_json=as_json)


def find_account(config: Config, source: ImapSource) -> ImapAccount:
    """Return the account that was named. Raises ``PermanentError`` when there is none, or more than one."""
    if "://" in source.account:
        return _from_url(source)
    accounts = _each_once(config.intake.imap)
    named = [one for one in accounts if source.account in {"", one.user, one.host, one.mailbox}]
    if len(named) == 1:
        return named[0]
    known = ", ".join(one.mailbox for one in accounts) or "none"
    raise PermanentError(
        f"name an account of config.toml ({known}), or one as imaps://user@host with --password-command"
    )


def password_source(command: str, file: Path | None) -> SecretSource:
    """Return where the password of a URL comes from. Raises ``PermanentError`` for two places at once."""
    if command and file:
        raise PermanentError("a command or a file, not both: choose one")
    return SecretSource(command, file)


def _from_url(source: ImapSource) -> ImapAccount:
    parts = urlsplit(source.account)
    if parts.scheme not in _SCHEMES or not parts.hostname or not parts.username:
        raise PermanentError(
            f"{parts.scheme}://… is no account: write imaps://user@host, or imap:// for STARTTLS"
        )
    if parts.password:
        raise PermanentError(
            "a password in a URL is seen by everybody on the machine: use --password-command"
        )
    if not source.password:
        raise PermanentError("where does the password come from? Use --password-command or --password-file")
    tls, port = _SCHEMES[parts.scheme]
    return ImapAccount(
        host=parts.hostname,
        port=parts.port or port,
        tls="none" if source.plain else tls,
        user=unquote(parts.username),
        password=source.password,
        folder="INBOX",
    )


def _each_once(accounts: Sequence[ImapAccount]) -> list[ImapAccount]:
    """Return one account of each mailbox: several entries may read several folders of it."""
    return list({one.mailbox: one for one in reversed(accounts)}.values())
