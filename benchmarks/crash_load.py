"""The senders of the crash driver: SMTP, IMAP and ``inboxd accept``. Each mail is offered until somebody says yes to it."""

import contextlib
import itertools
import json
import queue
import random
import smtplib
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from crash_desk import WATCHED, Desk, at
from crash_mails import answer, compose, envelope_of, greedy
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError
from surgery_dovecot import PASSWORD, USER

from inboxd.fault_points import Point

_SMTP_SENDERS = 6
_BATCH = 5
# Of 100 mails come so many over IMAP and through the pipe; so many come a second time; so many letters are answered.
_BY_IMAP, _BY_PIPE, _TWICE, _ANSWERED = 14, 8, 3, 8
_PAUSE = 0.05
# How many connections are reset in the middle of DATA, usually and while that is what happens.
_RESET, _MANY_RESET = 0.01, 0.5


class Load:
    """All mails by number; ``release`` hands some to the senders, ``acknowledged`` is the book of those who got a yes."""

    def __init__(self, desk: Desk, imap_port: int, dice: random.Random, book: Path) -> None:
        self.resetting = False
        self.counts: Counter[str] = Counter()
        self.acknowledged: set[int] = set()
        self._desk = desk
        self._imap_port = imap_port
        self._dice = dice
        # The sender's own disk is not the desk's.
        self._folder = book.parent
        self._book = book.open("a", encoding="utf-8")
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._numbers = itertools.count()
        self._issued = 0
        self._queues: dict[str, queue.SimpleQueue[tuple[int, bytes] | None]] = {
            way: queue.SimpleQueue() for way in ("smtp", "imap", "pipe")
        }
        senders: list[Callable[[], None]] = [self._send_by_smtp] * _SMTP_SENDERS
        senders += [self._append, self._pipe]
        self._threads = [threading.Thread(target=one, name=one.__name__, daemon=True) for one in senders]
        for thread in self._threads:
            thread.start()

    @property
    def outstanding(self) -> int:
        """Return how many mails nobody has said yes to yet."""
        with self._lock:
            return self._issued - len(self.acknowledged)

    @property
    def issued(self) -> int:
        """Return how many mails were handed to the senders."""
        return self._issued

    def release(self, count: int) -> None:
        """Hand so many new mails to the senders."""
        for _ in range(count):
            way = self._dice.choices(
                ("imap", "pipe", "smtp"), (_BY_IMAP, _BY_PIPE, 100 - _BY_IMAP - _BY_PIPE)
            )[0]
            self._issue(way, lambda number: compose(number, self._dice))

    def release_greedy(self, kinds: int) -> None:
        """Hand one mail of each of the first greedy kinds to the senders."""
        for kind in range(kinds):
            self._issue("smtp", lambda number, kind=kind: greedy(number, kind))  # type: ignore[misc]  # bound early

    def answer(self, kind: str, ours: bytes) -> None:
        """Answer some of the letters that arrive: the operator his notifications, customers their acknowledgements."""
        if kind in {"notification", "acknowledgement"} and self._dice.randrange(100) < _ANSWERED:
            by_operator = kind == "notification"
            self.counts["answers of the operator" if by_operator else "answers of customers"] += 1
            self._issue("smtp", lambda number: answer(number, ours, by_operator=by_operator))

    def close(self) -> None:
        """Let the senders end, whatever they are at."""
        self._ended.set()
        for way, waiting in self._queues.items():
            for _ in range(_SMTP_SENDERS if way == "smtp" else 1):
                waiting.put(None)
        for thread in self._threads:
            thread.join(30)
        self._book.close()

    def _issue(self, way: str, write: Callable[[int], bytes]) -> None:
        with self._lock:
            number = next(self._numbers)
            self._issued += 1
        self._queues[way].put((number, write(number)))

    def _give_up(self) -> None:
        """Count a mail that was refused for good: its sender knows."""
        with self._lock:
            self._issued -= 1

    def _acknowledge(self, number: int, way: str) -> None:
        with self._lock:
            self.counts[way] += 1
            if number not in self.acknowledged:
                self._book.write(json.dumps({"number": number, "way": way}) + "\n")
                self._book.flush()
            self.acknowledged.add(number)

    def _send_by_smtp(self) -> None:
        client: smtplib.SMTP | None = None
        dice = random.Random(self._dice.random())
        while (item := self._queues["smtp"].get()) is not None:
            number, raw = item
            times = 2 if dice.randrange(100) < _TWICE else 1
            while times and not self._ended.is_set():
                if not self._desk.up.wait(1.0):
                    continue
                try:
                    if dice.random() < (_MANY_RESET if self.resetting else _RESET):
                        self._reset_in_data(raw)
                    client = client or smtplib.SMTP("127.0.0.1", self._desk.port, "mx.example", timeout=60)
                    reverse_path, forward_path = envelope_of(raw)
                    client.sendmail(reverse_path, [forward_path], raw)
                except (smtplib.SMTPException, OSError) as error:
                    # Nobody said yes: the same bytes again, as every mail server does (RFC 5321 4.5.4.1).
                    self.counts[f"refused {_code(error)}" if _code(error) else "connection lost"] += 1
                    if client is not None:
                        client.close()
                    client = None
                    if _code(error) >= 500:
                        self._give_up()
                        break
                    time.sleep(_PAUSE)
                else:
                    self._acknowledge(number, "smtp")
                    times -= 1
        if client is not None:
            client.close()

    def _reset_in_data(self, raw: bytes) -> None:
        """Begin to send a mail and reset the connection in the middle (RST): nobody was told yes."""
        client = smtplib.SMTP("127.0.0.1", self._desk.port, "mx.example", timeout=60)
        reverse_path, forward_path = envelope_of(raw)
        client.ehlo()
        client.mail(reverse_path)
        client.rcpt(forward_path)
        client.docmd("DATA")
        if client.sock is not None:
            client.sock.sendall(raw[: len(raw) // 2])
            # socket(7): closing with a linger time of nought sends RST instead of FIN.
            client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.sock.close()
        self.counts["reset in DATA"] += 1

    def _append(self) -> None:
        client: IMAPClient | None = None
        folders = itertools.cycle(WATCHED)
        while (item := self._queues["imap"].get()) is not None:
            number, raw = item
            while number not in self.acknowledged and not self._ended.is_set():
                try:
                    if client is None:
                        client = IMAPClient("127.0.0.1", self._imap_port, ssl=False, timeout=30)
                        client.login(USER, PASSWORD)
                    client.append(next(folders), raw)
                    self._acknowledge(number, "imap")
                except (IMAPClientError, OSError):
                    self.counts["append refused"] += 1
                    client = None
                    time.sleep(_PAUSE)
        if client is not None:
            with contextlib.suppress(IMAPClientError, OSError):
                client.logout()

    def _pipe(self) -> None:
        ended = False
        while not ended and (item := self._queues["pipe"].get()) is not None:
            batch = [item]
            with contextlib.suppress(queue.Empty):
                while len(batch) < _BATCH:
                    more = self._queues["pipe"].get_nowait()
                    if more is None:
                        ended = True
                        break
                    batch.append(more)
            self._hand_over(batch)

    def _hand_over(self, batch: list[tuple[int, bytes]]) -> None:
        """Run ``inboxd accept`` on some files until it says yes; sometimes it is killed, too."""
        names = []
        for number, raw in batch:
            path = self._folder / f"{number}.eml"
            path.write_bytes(raw)
            names.append(str(path))
        sender = envelope_of(batch[0][1])[0]
        code = -1
        while code and not self._ended.is_set():
            chance = self._dice.random()
            point = self._dice.choice((Point.BEFORE_ACCEPT, Point.AFTER_ACCEPT))
            fault = at(point, self._dice, len(batch)) if chance < 0.1 else ""
            code = self._desk.run(
                "accept", "--from", sender, "--to", "support@acme.test", *names, fault=fault
            )
            if code:
                self.counts[f"accept ended with {code}"] += 1
                time.sleep(_PAUSE)
        for number, _ in batch:
            if not code:
                self._acknowledge(number, "pipe")
        for name in names:
            Path(name).unlink()


def _code(error: Exception) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(code for code, _ in error.recipients.values())
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0
