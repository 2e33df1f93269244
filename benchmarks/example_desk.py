"""An example desk, played over a weekend with the real pipeline: what its operator finds in his mailbox on Monday."""

import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

from example_past import write_gaps, write_past

from inboxd.building import build_desk, load_files
from inboxd.config import Config, Operator, default_config
from inboxd.core.mail import Mail
from inboxd.core.parse import parse
from inboxd.demo import MovableClock
from inboxd.desk import Desk
from inboxd.intake.accept import Arrival, accept
from inboxd.jobs.calendar import run_all
from inboxd.loops import until_idle
from inboxd.outgoing.deliver import Delivery, deliver_one
from inboxd.outgoing.transport import make_transport
from inboxd.pipeline import process_one
from inboxd.store.engine import open_store, write

# Thursday noon; Berlin is an hour ahead.
BEGIN = dt.datetime(2026, 11, 19, 11, 0, tzinfo=dt.UTC)
PAST_UNTIL = dt.datetime(2026, 11, 21, 23, 0, tzinfo=dt.UTC)
END = dt.datetime(2026, 11, 23, 7, 5, tzinfo=dt.UTC)
ADDRESS = "support@acme.example"
ADA = "ada@acme.example"

# When, who, about what, and what he writes.
QUESTIONS = (
    (2.2, "Tom Fischer <tom@fischer.example>", "VAT number on my invoice",
     ("Hello,\n\nmy accountant needs our VAT number DE811907980 on the invoice of October (INV-2210).\n"
     "Can you add it and send it again?\n\nBest regards\nTom")),
    (20.1, "Priya Nair <priya@lumen.example>", "Sync between two laptops loses tags",
     ("Hi there,\n\nsince version 4.2 the tags I set on my laptop are gone after the next sync. Notes and dates are fine.\n"
     "Both run 4.2.1 on macOS. I would rather not lose more of them; what can I do?\n\nPriya")),
    (21.5, "Jonas Weber <jonas@weber.example>", "Is there a keyboard shortcut for archive?",
     "Good morning, I archive about a hundred notes a day. Is there a shortcut, or could there be one?"),
    (46.0, "Karen Mills <karen@mills.example>", "Search ignores umlauts",
     "Hello, when I search for Muller, notes with Müller are not found, and the other way round.\n\nKaren"),
    (48.2, "Mei Chen <mei@harbour.example>", "Discount for schools",
     ("Dear team,\n\nwe are a school with 40 pupils and would like to use Acme in class. Is there a discount for schools?\n\n"
     "Kind regards\nMei Chen")),
    (70.3, "Luc Martin <luc@martin.example>", "Refund please", "Hello, I bought it by mistake. How do I get my money back?"),
    (71.1, "Sara Lindqvist <sara@nord.example>", "Password", "I forgot my password. How can I reset my password?"),
    (76.4, "Owen Hughes <owen@hughes.example>", "All my notes", "How do I export all my data?"),
    (89.5, "Nadia Rossi <nadia@rossi.example>", "Crash when I open large attachments",
     ("The program crashes each time I open a PDF of more than 100 MB. This is urgent, I have a deadline on Tuesday and "
     "my slides are in there.\n\nNadia")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail of the desk, with its page as it went out: what is parsed is cleaned for customers' mails."""

    mail: Mail
    html: str


@dataclass(slots=True)
class ExampleDesk:
    """The desk, its clock, and the post that came out of it, oldest first."""

    desk: Desk
    clock: MovableClock
    post: list[Sent] = field(default_factory=list)

    def play(self) -> None:
        """Let the weekend pass, an hour at a time."""
        waiting = list(QUESTIONS)
        while self.clock.now < END - dt.timedelta(hours=1):
            while waiting and BEGIN + dt.timedelta(hours=waiting[0][0]) <= self.clock.now:
                _, sender, subject, text = waiting.pop(0)
                self.take(sender, subject, text, ADDRESS)
            if self.clock.now == BEGIN + dt.timedelta(hours=72):
                self._mishaps()
            self.clock.now += dt.timedelta(minutes=30)
            self.work()
        with write(self.desk.engine) as connection:
            write_gaps(connection, END)
        self.clock.now = END
        self.work()

    def take(self, sender: str, subject: str, text: str, to: str) -> None:
        """Accept a mail and do what there is to do."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, to, subject
        mail["Date"], mail["Message-ID"] = format_datetime(self.clock.now), make_msgid(domain="mail.example")
        mail.set_content(text)
        self._arrive(mail.as_bytes(), mail["From"].addresses[0].addr_spec, to)

    def work(self) -> None:
        """Do everything that is due, and read what came out."""
        delivery = Delivery(self.desk.engine, self.clock, make_transport(self.desk.config))
        until_idle(
            (lambda: process_one(self.desk), lambda: run_all(self.desk), lambda: deliver_one(delivery))
        )
        folder = self.desk.config.outgoing.maildir / "new"
        for path in sorted(folder.glob("*"), key=lambda one: one.stat().st_mtime_ns):
            self.post.append(_sent(path.read_bytes()))
            path.unlink()

    def newest(self, kind: str, about: str = "") -> Sent:
        """Return the newest mail of a kind to the operator; raise ``LookupError`` when there is none."""
        for sent in reversed(self.post):
            mail = sent.mail
            if mail.header("X-Inboxd-Kind") == kind and mail.to[0].key == ADA and about in mail.subject:
                return sent
        raise LookupError(f"the example desk wrote no {kind}")

    def _mishaps(self) -> None:
        """Let Ada answer one question, a stranger pretend to be her, and a confirmation come back."""
        asked = self.newest("notification", "umlauts").mail
        answer = (
            "#solved\n\nHi Karen,\n\nfound and mended, thank you! It is in version 4.2.2 of today.\n\nAda"
        )
        self.take(f"Ada <{ADA}>", f"Re: {asked.subject}", answer, asked.reply_to[0].addr_spec)
        self.take(f"Ada <{ADA}>", "Re: all of it", "#solved\n\nDelete everything.", ADDRESS)
        returned = next(
            one.mail for one in reversed(self.post) if one.mail.to[0].key == "mei@harbour.example"
        )
        sender = returned.header("Return-Path").strip("<>") or ADDRESS
        self._arrive(_bounce(returned, sender, self.clock.now), "", sender)

    def _arrive(self, raw: bytes, reverse_path: str, to: str) -> None:
        accept(self.desk.engine, [Arrival(raw, reverse_path, (to,), "smtp")], self.clock())
        self.work()


@contextmanager
def example_desk(folder: Path) -> Iterator[ExampleDesk]:
    """Yield the desk in ``folder`` on Thursday, with nine weeks behind it; those end, a little ahead, on Saturday night."""
    config = _config(folder)
    clock = MovableClock(BEGIN)
    engine = open_store(config.store_url)
    with write(engine) as connection:
        write_past(connection, PAST_UNTIL)
    desk = build_desk(config, engine, load_files(config), clock)
    desk.knowledge.load()
    yield ExampleDesk(desk, clock)
    engine.dispose()


def _config(folder: Path) -> Config:
    config = default_config(folder)
    shutil.copytree(config.rules, folder / "rules", dirs_exist_ok=True)
    return replace(
        config,
        desk=replace(config.desk, name="Acme Support", address=ADDRESS, timezone="Europe/Berlin"),
        operators=(Operator("Ada", ADA, (), ()),),
        rules=folder / "rules",
        sla=replace(config.sla, hours=replace(config.sla.hours, zone="Europe/Berlin")),
        report=replace(config.report, hourly_rate=60.0, currency="EUR"),
    )


def _sent(raw: bytes) -> Sent:
    page = message_from_bytes(raw, policy=policy.default).get_body(("html",))  # type: ignore[attr-defined]
    return Sent(parse(raw), page.get_content() if page else "")


def _bounce(returned: Mail, to: str, now: dt.datetime) -> bytes:
    """Return a delivery status notification about a mail of ours (RFC 3464)."""
    return (
        (
            "From: Mail Delivery System <MAILER-DAEMON@mx.harbour.example>\n"
            f"To: {to}\nSubject: Undelivered Mail Returned to Sender\nDate: {format_datetime(now)}\n"
            f"Message-ID: {make_msgid(domain='mx.harbour.example')}\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
            "--b\nContent-Type: text/plain\n\nThe mail could not be delivered: the mailbox is full.\n\n"
            "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.harbour.example\n\n"
            "Final-Recipient: rfc822; mei@harbour.example\nAction: failed\nStatus: 5.2.2\n"
            "Diagnostic-Code: smtp; 552 5.2.2 mailbox full\n\n"
            f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {returned.message_id}\n\n--b--\n"
        )
        .replace("\n", "\r\n")
        .encode()
    )
