"""Four ways a mail gets into a mailbox: IMAP APPEND, LMTP, Dovecot's delivery agent, a file in the Maildir."""

import contextlib
import datetime as dt
import itertools
import os
import random
import smtplib
import time
from collections.abc import Callable

from imapclient.exceptions import IMAPClientError
from surgery_dovecot import USER, Dovecot
from surgery_ledger import Ledger
from surgery_operator import Operator

_TRIES = 3
_AGES = (0, 0, 0, 60, 3600, 86_400, 30 * 86_400)


class Post:
    """Delivers mails into folders and notes each in the ledger once that is complete."""

    def __init__(self, server: Dovecot, operator: Operator, ledger: Ledger, dice: random.Random) -> None:
        self._server = server
        self._client = operator.client
        self._reconnect = operator.hang_up
        self._ledger = ledger
        self._dice = dice
        self._lmtp: smtplib.LMTP | None = None
        self._names = itertools.count(1)
        self.ways: dict[str, Callable[[str, bytes], None]] = {
            "append": self._append,
            "dovecot-lda": self._lda,
            "maildir": self._drop,
        }
        if server.lmtp_port:
            self.ways["lmtp"] = self._hand_over

    def deliver(self, number: int, folder: str, raw: bytes, way: str) -> None:
        """Deliver one mail."""
        self.ways[way](folder, raw)
        self._ledger.delivered(number, folder, way, time.monotonic())

    def hang_up(self) -> None:
        """Forget connections to a server that was stopped."""
        if self._lmtp is not None:
            self._lmtp.close()
            self._lmtp = None

    def _append(self, folder: str, raw: bytes) -> None:
        age = dt.timedelta(seconds=self._dice.choice(_AGES))
        moment = dt.datetime.fromtimestamp(time.time() - age.total_seconds(), dt.UTC)  # noqa: TID251  a script has no injected clock
        for _ in range(_TRIES - 1):
            # A session that had the folder open when its indexes were changed below it may refuse, and append nothing.
            with contextlib.suppress(IMAPClientError):
                self._client().append(folder, raw, msg_time=moment)
                return
            self._reconnect()
        self._client().append(folder, raw, msg_time=moment)

    def _hand_over(self, folder: str, raw: bytes) -> None:
        if self._lmtp is None:
            self._lmtp = smtplib.LMTP("127.0.0.1", self._server.lmtp_port, timeout=30)
        detail = "" if folder == "INBOX" else f"+{folder}"
        self._lmtp.sendmail("customer@shop.example", [f"{USER}{detail}@acme.test"], raw, ["BODY=8BITMIME"])

    def _lda(self, folder: str, raw: bytes) -> None:
        self._server.tool("dovecot-lda", "-d", USER, "-m", folder, stdin=raw)

    def _drop(self, folder: str, raw: bytes) -> None:
        maildir = self._server.path_of(folder)
        name = f"{time.time_ns()}.M{next(self._names)}P{os.getpid()}.test"
        path = maildir / "tmp" / name
        path.write_bytes(raw.replace(b"\r\n", b"\n"))
        self._server.own(path)
        path.rename(maildir / "new" / name)
