"""Submission (RFC 6409): an operator's mail client hands mail to the desk, over TLS and with his password.

It takes mail to the desk only. His words reach customers as the desk's own, from its address and without what is
internal; a mail handed straight on would carry his private address and leave no trace on the ticket.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword, Session
from aiosmtpd.smtp import Envelope as SmtpEnvelope

from inboxd import __version__, maillog
from inboxd.config import Operator
from inboxd.configintake import DEFAULT_GATE, GateLimits
from inboxd.core.own_addresses import OwnAddresses
from inboxd.errors import InboxdError
from inboxd.intake.accept import Arrival
from inboxd.intake.certificate import Certificate
from inboxd.intake.group_commit import GroupCommit
from inboxd.intake.lockout import Lockout
from inboxd.intake.smtp import SmtpController, SmtpIntake
from inboxd.intake.smtp_gate import Gate
from inboxd.intake.smtp_protocol import address_of
from inboxd.passwords import is_right, load_hash

# RFC 4954 6: authentication credentials invalid; temporary authentication failure.
WRONG = "535 5.7.8 Name or password wrong"
WAIT = "454 4.7.0 Too many failed sign-ins from here, please wait some minutes"
# RFC 6409 6.1: the submitter may not use this address.
NOT_YOURS = "553 5.7.1 Send from one of your own addresses"
# RFC 6409 6.1 and RFC 3463 X.7.1: delivery not authorized.
DESK_ONLY = "550 5.7.1 This server takes mail to the desk only: reply to the desk's mail about the ticket"


@dataclass(frozen=True, slots=True)
class Door:
    """Who may come in: operators by any of their addresses or their name."""

    operators: tuple[Operator, ...]

    def find(self, login: str) -> Operator | None:
        """Return whose login this is."""
        name = login.strip().lower()
        return next((one for one in self.operators if name in {*one.addresses, one.name.lower()}), None)


class SubmissionIntake(SmtpIntake):
    """What aiosmtpd calls at each command of a submission; the names are its protocol."""

    signs_in = True

    def __init__(self, own: OwnAddresses, commit: GroupCommit, max_recipients: int) -> None:
        super().__init__(own, commit, max_recipients, source="submission", foreign=DESK_ONLY)

    async def handle_MAIL(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: SmtpEnvelope, address: str, options: list[str]
    ) -> str:
        """Take the operator's own addresses only: what he signed in as is what he is believed to be."""
        operator: Any = session.auth_data
        if not isinstance(operator, Operator) or address.strip().lower() not in operator.addresses:
            maillog.refused(address_of(session), 553, "foreign sender")
            return NOT_YOURS
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    def arrival(self, session: Session, envelope: SmtpEnvelope) -> Arrival:
        """Return the mail with the operator's address as its proven submitter."""
        arrival = super().arrival(session, envelope)
        return replace(arrival, submitter=(envelope.mail_from or "").strip().lower())


class Authenticator:
    """Checks logins as aiosmtpd asks it to."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._lockout = Lockout()

    def __call__(
        self, _server: SMTP, session: Session, _envelope: SmtpEnvelope, _mechanism: str, given: Any
    ) -> AuthResult:
        """Return whether name and password belong together; ``auth_data`` is the operator."""
        peer, now = address_of(session), time.monotonic()
        if self._lockout.is_out(peer, now):
            return AuthResult(success=False, handled=False, message=WAIT)
        operator = self._check(given) if isinstance(given, LoginPassword) else None
        if operator is None:
            self._lockout.failed(peer, now)
            maillog.refused(peer, 535, "wrong name or password")
            return AuthResult(success=False, handled=False, message=WRONG)
        self._lockout.succeeded(peer)
        return AuthResult(success=True, auth_data=operator)

    def _check(self, given: LoginPassword) -> Operator | None:
        operator = self._door.find(given.login.decode("utf-8", "replace"))
        try:
            kept = load_hash(operator.password_hash_file) if operator else ""
        except InboxdError as error:
            maillog.problem(str(error))
            kept = ""
        right = is_right(given.password.decode("utf-8", "surrogateescape"), kept)
        return operator if right else None


def make_submission(
    intake: SubmissionIntake,
    certificate: Certificate,
    operators: tuple[Operator, ...],
    *,
    host: str,
    port: int,
    max_size: int,
    timeout: float,
    ident: str,
    limits: GateLimits = DEFAULT_GATE,
) -> SmtpController:
    """Return the server, not yet started: STARTTLS first (RFC 3207), then AUTH (RFC 4954), then mail."""
    options: Mapping[str, Any] = {
        "hostname": host,
        "port": port,
        "ready_timeout": 10,
        "data_size_limit": max_size,
        "timeout": timeout,
        "enable_SMTPUTF8": True,
        "server_hostname": ident,
        "ident": f"inboxd {__version__}",
        "require_starttls": True,
        "auth_required": True,
        "authenticator": Authenticator(Door(operators)),
    }
    return SmtpController(intake, Gate(limits, time.monotonic), certificate, **options)
