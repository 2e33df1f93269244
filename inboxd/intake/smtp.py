"""SMTP in: own addresses only, 250 only after the commit, every fault of ours is 451 without detail."""

import asyncio
import logging

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as SmtpEnvelope

from inboxd import __version__, maillog
from inboxd.core.own_addresses import OwnAddresses
from inboxd.intake.accept import Arrival
from inboxd.intake.group_commit import GroupCommit

# RFC 3463 3.4: X.3.0 "other or undefined mail system status"; never a word about what went wrong inside.
TRY_AGAIN = "451 4.3.0 Temporary trouble here, please try again later"
NOT_HERE = "550 5.1.1 No such address here"
TOO_MANY = "452 4.5.3 Too many recipients"

# RFC 5321 4.5.3.1.6 allows 1,000 octets a line, but mail with far longer ones is real; refusing it would lose it.
MAX_LINE = 1024 * 1024

_log = logging.getLogger(__name__)


class LongLineSMTP(SMTP):
    """aiosmtpd's protocol with room for the lines that real senders write."""

    line_length_limit = MAX_LINE


class SmtpController(Controller):
    """The server on a thread and an event loop of its own."""

    def factory(self) -> SMTP:
        """Return the protocol object of one new connection."""
        return LongLineSMTP(self.handler, **self.SMTP_kwargs)


class SmtpIntake:
    """What aiosmtpd calls at each command; the names are its protocol."""

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
        self._max_recipients = max_recipients
        self._source = source
        self._foreign = foreign

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: SmtpEnvelope, address: str, _options: list[str]
    ) -> str:
        """Take own addresses only (RFC 5321 3.6.2: we relay for nobody)."""
        if not self._own.accepts(address):
            maillog.refused(_peer(session), 550, "foreign recipient")
            return self._foreign
        if len(envelope.rcpt_tos) >= self._max_recipients:
            return TOO_MANY
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: SmtpEnvelope) -> str:  # noqa: N802
        """Answer 250 only when the bytes are committed (RFC 5321 6.1: from then on we are responsible)."""
        future = self._commit.submit(self.arrival(session, envelope))
        # Shielded: a client that hangs up cancels this coroutine, never the commit.
        receipt = await asyncio.shield(asyncio.wrap_future(future))
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
            peer=_peer(session),
            helo=str(session.host_name or ""),
        )

    async def handle_exception(self, error: Exception) -> str:
        """Say "later" to whatever went wrong here; aiosmtpd's own answer is a permanent 500 with the error's text."""
        _log.error("smtp session failed", exc_info=error, extra={"action": "smtp_fault"})
        return TRY_AGAIN


def make_controller(
    intake: SmtpIntake, *, host: str, port: int, max_size: int, timeout: float, ident: str
) -> SmtpController:
    """Return the server, not yet started."""
    return SmtpController(
        intake,
        hostname=host,
        port=port,
        ready_timeout=10,
        data_size_limit=max_size,
        timeout=timeout,
        enable_SMTPUTF8=True,
        server_hostname=ident,
        ident=f"inboxd {__version__}",
    )


def _peer(session: Session) -> str:
    return str(session.peer[0]) if session.peer else ""
