"""SMTP in: own addresses only, 250 only after the commit, every fault of ours is 451 without detail."""

import logging
import resource
import threading
import time
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Session, TLSSetupException
from aiosmtpd.smtp import Envelope as SmtpEnvelope

from inboxd import __version__, maillog
from inboxd.configintake import DEFAULT_GATE, GateLimits
from inboxd.core.own_addresses import OwnAddresses
from inboxd.errors import TransientError
from inboxd.fault_points import Point, reached
from inboxd.intake.accept import Arrival
from inboxd.intake.certificate import Certificate
from inboxd.intake.doorbell import Doorbell
from inboxd.intake.group_commit import GroupCommit
from inboxd.intake.smtp_doorway import Doorway
from inboxd.intake.smtp_gate import Gate
from inboxd.intake.smtp_protocol import DeskSMTP, address_of

# RFC 3463 3.4: X.3.0 "other or undefined mail system status"; never a word about what went wrong inside.
TRY_AGAIN = "451 4.3.0 Temporary trouble here, please try again later"
NOT_HERE = "550 5.1.1 No such address here"

# What was refused and is not yet closed is a file, too.
_FILES_PER_CONNECTION = 4
_OTHER_FILES = 500

_log = logging.getLogger(__name__)


class SmtpController(Controller):
    """A server on a thread and an event loop of its own, so that a slow password check delays no other server's mail."""

    def __init__(
        self, handler: "SmtpIntake", gate: Gate, certificate: Certificate | None, **options: Any
    ) -> None:
        super().__init__(handler, **options)
        self._gate = gate
        self._certificate = certificate

    def _run(self, ready_event: threading.Event) -> None:
        super()._run(ready_event)
        if self._thread_exception is not None:
            # The port is taken. aiosmtpd would wait until its patience ends, and leave the loop open.
            self.loop.close()
            self._factory_invoked.set()
            ready_event.set()

    def _trigger_server(self) -> None:
        # Where somebody else has the port he is no business of ours.
        if self._thread_exception is None:
            super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd says nothing of it

    def factory(self) -> Doorway:
        """Return where one new connection begins."""
        return Doorway(self._gate, self._build)

    def _build(self) -> DeskSMTP:
        """Return the protocol of a connection, with the certificate as it is now."""
        return DeskSMTP(
            self.handler,
            gate=self._gate,
            most_recipients=self.handler.max_recipients,
            tls_context=self._certificate.context if self._certificate else None,
            **self.SMTP_kwargs,
        )


class SmtpIntake:
    """What aiosmtpd calls at each command; the names are its protocol."""

    signs_in = False

    def __init__(
        self,
        own: OwnAddresses,
        commit: GroupCommit,
        max_recipients: int,
        *,
        source: str = "smtp",
        foreign: str = NOT_HERE,
    ) -> None:
        self._own = own
        self._commit = commit
        self.max_recipients = max_recipients
        self._source = source
        self._foreign = foreign
        self._bell = Doorbell()

    async def handle_EHLO(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, session: Session, _envelope: SmtpEnvelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Say what we offer. Where nobody signs in no AUTH is offered (RFC 4954 3): some would send a password."""
        session.host_name = hostname
        offered = [line for line in responses if self.signs_in or not line.startswith("250-AUTH")]
        return [*offered[:-1], "250-PIPELINING", offered[-1]]

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: SmtpEnvelope, address: str, _options: list[str]
    ) -> str:
        """Take own addresses only (RFC 5321 3.6.2: we relay for nobody)."""
        if not self._own.accepts(address):
            maillog.refused(address_of(session), 550, "foreign recipient")
            return self._foreign
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: SmtpEnvelope) -> str:  # noqa: N802
        """Answer 250 only when the bytes are committed (RFC 5321 6.1: from then on we are responsible)."""
        reached(Point.DATA_RECEIVED)
        receipt = await self._bell.answer_to(self._commit.submit(self.arrival(session, envelope)))
        reached(Point.BEFORE_250)
        return f"250 2.0.0 OK, kept as {receipt.mail_id}"

    def arrival(self, session: Session, envelope: SmtpEnvelope) -> Arrival:
        """Return the mail as it is handed on: its bytes, its envelope, where it came from."""
        reverse_path = envelope.mail_from or ""
        return Arrival(
            raw=envelope.original_content or b"",
            # aiosmtpd hands the null reverse-path (RFC 5321 4.5.5) over as the string "<>".
            reverse_path="" if reverse_path == "<>" else reverse_path,
            forward_paths=tuple(envelope.rcpt_tos),
            source=self._source,
            peer=address_of(session),
            helo=str(session.host_name or ""),
        )

    async def handle_exception(self, error: Exception) -> str:
        """Say "later" to whatever went wrong here; aiosmtpd's own answer is a permanent 500 with the error's text."""
        if isinstance(error, TransientError):
            # While the store is away each mail says so: a line each is enough.
            maillog.problem(str(error))
        elif not isinstance(error, TLSSetupException):
            # What a peer's handshake fails by is no fault of ours, and told where it fails.
            _log.error("smtp session failed", exc_info=error, extra={"action": "smtp_fault"})
        return TRY_AGAIN


def allow_open_files(connections: int) -> None:
    """Let this process open a file for each connection and some more: without one the store could not be opened."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES_PER_CONNECTION * connections + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))


def make_controller(
    intake: SmtpIntake,
    *,
    host: str,
    port: int,
    max_size: int,
    timeout: float,
    ident: str,
    limits: GateLimits = DEFAULT_GATE,
    certificate: Certificate | None = None,
) -> SmtpController:
    """Return the server, not yet started; with a certificate it offers STARTTLS (RFC 3207)."""
    allow_open_files(limits.connections)
    return SmtpController(
        intake,
        Gate(limits, time.monotonic),
        certificate,
        hostname=host,
        port=port,
        ready_timeout=10,
        data_size_limit=max_size,
        timeout=timeout,
        enable_SMTPUTF8=True,
        server_hostname=ident,
        ident=f"inboxd {__version__}",
        # Nobody signs in here; whoever may knows another port (submission.py).
        auth_exclude_mechanism=("LOGIN", "PLAIN"),
    )
