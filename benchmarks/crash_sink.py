"""The smarthost of the crash driver: notes every mail that reaches it, and sometimes breaks before it says so."""

import email
import hashlib
import json
import random
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as SmtpEnvelope

# What becomes of a mail: the rest is taken, and the client is told.
_BROKEN = 0.02
_LATER = 0.01

Seen = Callable[[str, bytes], None]


class Sink:
    """What aiosmtpd calls; each transmission is a line of JSON in ``log`` before anything is said about it.

    ``verdict`` in it: ``told`` (250), ``broken`` (the connection ends after DATA: whoever sent it cannot know),
    ``later`` (451). ``seen`` is called with kind and bytes of what was taken.
    """

    def __init__(self, port: int, log: Path, seen: Seen, dice: random.Random) -> None:
        self.counts: Counter[str] = Counter()
        self._log = log.open("a", encoding="utf-8")
        self._seen = seen
        self._dice = dice
        self._lock = threading.Lock()
        self._controller = Controller(self, hostname="127.0.0.1", port=port, ready_timeout=10)

    def start(self) -> None:
        """Listen."""
        self._controller.start()

    def stop(self) -> None:
        """Listen no more."""
        self._controller.stop()
        self._log.close()

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: SmtpEnvelope) -> str:  # noqa: N802  aiosmtpd's name
        """Take the mail, refuse it for now, or break off."""
        raw = envelope.original_content or b""
        chance = self._dice.random()
        verdict = "broken" if chance < _BROKEN else "later" if chance < _BROKEN + _LATER else "told"
        kind = self._note(raw, envelope.rcpt_tos, verdict)
        if verdict == "broken":
            transport: Any = server.transport
            transport.abort()
        elif verdict == "told":
            self._seen(kind, raw)
        return "250 2.0.0 taken" if verdict == "told" else "451 4.3.0 later"

    def _note(self, raw: bytes, recipients: list[str], verdict: str) -> str:
        mail = email.message_from_bytes(raw[: raw.find(b"\r\n\r\n") + 4])
        kind = str(mail["X-Inboxd-Kind"] or "")
        line = {
            "message_id": str(mail["Message-ID"]),
            "recipients": recipients,
            "sha256": hashlib.sha256(raw).hexdigest(),
            "kind": kind,
            "verdict": verdict,
        }
        with self._lock:
            self.counts[verdict] += 1
            self._log.write(json.dumps(line) + "\n")
            self._log.flush()
        return kind
