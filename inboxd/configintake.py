"""Where mail comes from, as values: our own SMTP server and the mailboxes that are read."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from inboxd.configfolders import QueueFolders, read_folders
from inboxd.configform import read_forms
from inboxd.configlogin import Submission, absolute_path, read_oauth2, read_password, read_submission
from inboxd.configmodel import IntakeModel, SmtpIntakeModel
from inboxd.core.contact_form import ContactForm
from inboxd.core.limits import Window
from inboxd.oauthsource import OAuth2Source
from inboxd.secretsource import SecretSource

_ARRIVALS = Window(dt.timedelta(minutes=1), 600)
_MAILS = Window(dt.timedelta(minutes=10), 6000)


@dataclass(frozen=True, slots=True)
class GateLimits:
    """What a port that faces the world bears: connections at one time, arrivals, mails, and octets of mails on their way.

    A peer is an IPv4 address, or a /64 of IPv6. One peer never holds more than half of ``memory``. A mail system on this
    machine may send as many mails as it has.
    """

    connections: int = 500
    connections_per_peer: int = 50
    arrivals_per_peer: Window = _ARRIVALS
    memory: int = 150_000_000
    mails_per_peer: Window = _MAILS


DEFAULT_GATE = GateLimits()


@dataclass(frozen=True, slots=True)
class SmtpIntake:
    """Our own SMTP server. ``max_size`` in bytes, ``timeout`` of a silent connection; port 0 lets the system choose.

    With ``tls_cert`` and ``tls_key`` it offers STARTTLS to whoever wants it (RFC 3207).
    """

    enabled: bool
    host: str
    port: int
    max_size: int
    max_recipients: int
    timeout: dt.timedelta
    gate: GateLimits = DEFAULT_GATE
    tls_cert: Path | None = None
    tls_key: Path | None = None


@dataclass(frozen=True, slots=True)
class ImapAccount:
    """A folder that is read. ``tls`` is ``tls`` (from the start), ``starttls`` or ``none``; ``max_size`` in bytes.

    ``after`` a mail was accepted: ``leave`` it, set ``keyword`` on it or ``move`` it to the folder ``move_to``.
    ``poll``: look at least so often, even when the server tells news by itself (``idle``). ``folders``: its queues.
    ``sent`` and ``drafts`` are those folders of the mailbox: ``auto`` finds them, empty leaves them alone.
    ``sent_copies``: whether answers are put into Sent; ``auto``: not where the provider does that by itself.
    """

    host: str
    port: int
    tls: str
    user: str
    password: SecretSource
    folder: str
    after: str = "leave"
    keyword: str = "inboxd"
    move_to: str = ""
    idle: bool = True
    poll: dt.timedelta = dt.timedelta(minutes=5)
    timeout: dt.timedelta = dt.timedelta(minutes=1)
    max_size: int = 50_000_000
    oauth2: OAuth2Source | None = None
    folders: QueueFolders | None = None
    sent: str = "auto"
    drafts: str = "auto"
    sent_copies: str = "auto"

    @property
    def mailbox(self) -> str:
        """Return what the store calls the mailbox: at another provider the UIDs mean other mails."""
        return f"{self.user}@{self.host}"


@dataclass(frozen=True, slots=True)
class Intake:
    """Where mail comes from, and whose word about its sender counts (RFC 8601 authserv-id)."""

    smtp: SmtpIntake
    submission: Submission
    imap: tuple[ImapAccount, ...]
    trusted_authserv_ids: tuple[str, ...]
    forms: tuple[ContactForm, ...] = ()

    @property
    def certificates(self) -> tuple[tuple[Path, Path], ...]:
        """Return (certificate, key) of every port of ours that has them, each once."""
        ports = [(self.smtp.tls_cert, self.smtp.tls_key)] if self.smtp.enabled else []
        if self.submission.enabled:
            ports.append((self.submission.tls_cert, self.submission.tls_key))
        return tuple(dict.fromkeys((cert, key) for cert, key in ports if cert and key))

    @property
    def form_senders(self) -> frozenset[str]:
        """Return the addresses forms send from, in lower case."""
        return frozenset(form.sender for form in self.forms)


def read_intake(model: IntakeModel, folder: Path) -> Intake:
    """Return the intake a file describes; paths in it are relative to ``folder``."""
    return Intake(
        smtp=SmtpIntake(
            **same_values(model.smtp, "enabled", "max_size", "max_recipients", "timeout"),
            host=model.smtp.listen[0],
            port=model.smtp.listen[1],
            gate=_read_gate(model.smtp),
            tls_cert=absolute_path(folder, model.smtp.tls_cert) if model.smtp.tls_cert else None,
            tls_key=absolute_path(folder, model.smtp.tls_key) if model.smtp.tls_key else None,
        ),
        submission=read_submission(model.submission, folder),
        imap=tuple(
            ImapAccount(
                **same_values(one, "host", "port", "tls", "user", "folder", "after", "keyword", "move_to"),
                **same_values(one, "idle", "poll", "timeout", "max_size", "sent", "drafts", "sent_copies"),
                password=read_password(one, folder),
                oauth2=read_oauth2(one.oauth2, folder),
                folders=read_folders(one.folders),
            )
            for one in model.imap
        ),
        trusted_authserv_ids=tuple(model.trusted_authserv_ids),
        forms=read_forms(model.form),
    )


def _read_gate(model: SmtpIntakeModel) -> GateLimits:
    return GateLimits(
        connections=model.max_connections,
        connections_per_peer=model.max_connections_per_peer,
        arrivals_per_peer=model.max_arrivals_per_peer,
        mails_per_peer=model.max_mails_per_peer,
        # One peer gets half: it must be enough for a mail of the size we say we take.
        memory=max(model.max_memory, 2 * model.max_size),
    )


def same_values(model: BaseModel, *names: str) -> dict[str, Any]:
    """Return the values that are the same inside as outside."""
    return {name: getattr(model, name) for name in names}
