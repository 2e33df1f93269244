"""The steps of a journey: mails as ``.eml`` files, everything else (replies, time, saved files) as ``.toml``.

What a step may say stands in README.md beside this file.
"""

import datetime as dt
import tomllib
from collections.abc import Mapping
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any

import jinja2
from journey_stage import Stage

from inboxd.core.mail import Mail
from inboxd.core.units import parse_duration
from inboxd.intake.accept import Arrival, accept
from inboxd.intake.history import take_in
from inboxd.intake.mbox import open_mbox, read_mbox
from inboxd.store import mails

# A second between two mails keeps them in order; a minute is how people write.
BETWEEN_STEPS = dt.timedelta(minutes=1)
_KINDS = (
    "acknowledgement",
    "answer",
    "notification",
    "relay",
    "chase",
    "survey",
    "digest",
    "result",
    "alarm",
)
_ENVELOPE = ("return-path:", "delivered-to:")


def perform(stage: Stage, step: Path) -> None:
    """Do what one file says; the clock moves on a minute first."""
    stage.clock.now += BETWEEN_STEPS
    if step.suffix == ".eml":
        _send_file(stage, step, times=1)
        return
    for name, value in tomllib.loads(step.read_text(encoding="utf-8")).items():
        _perform_one(stage, step, name, value)


def _perform_one(stage: Stage, step: Path, name: str, value: Any) -> None:
    match name:
        case "about":
            pass
        case "advance" | "downtime" | "smarthost":
            _let_happen(stage, name, value)
        case "reply":
            for reply in value:
                _reply(stage, step, reply)
        case "send":
            for send in value:
                waits = send.get("wait", False)
                _send_file(stage, step.parent / send["file"], times=send.get("times", 1), waits=waits)
        case "sent":
            for sent in value:
                _write_from_mailbox(stage, step, sent)
        case "import":
            _move_in(stage, step.parent / value)
        case "save":
            for saved in value:
                stage.save(saved["file"], saved["text"])
        case _:
            raise ValueError(f"{step.name}: a step cannot say {name!r}")


def _let_happen(stage: Stage, name: str, value: str) -> None:
    if name == "smarthost":
        stage.smarthost_away = {"away": True, "back": False}[value]
    elif name == "advance":
        span = parse_duration(value)
        # The calendar looks every minute; for a day every hour will do, for days every second, for weeks every eighth,
        # and behind three weeks, in which all that is due comes due, every other day.
        weeks = min(span, dt.timedelta(weeks=3))
        days = span / dt.timedelta(days=1)
        stage.pass_time(weeks, dt.timedelta(hours=1 if days < 1.5 else 2 if days < 7 else 8))
        stage.pass_time(span - weeks, dt.timedelta(days=2))
    else:
        stage.clock.now += parse_duration(value)
        stage.settle()


def _send_file(stage: Stage, path: Path, *, times: int, waits: bool = False) -> None:
    for number in range(1, times + 1):
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        if "{{" in text:
            text = _render(stage, text, number)
        envelope, content = _split_envelope(text)
        fields = _header_fields(content)
        if not path.name.endswith(".raw.eml"):
            content = _with_identity(stage, content, fields, f"{path.stem}-{number}")
        reverse_path = envelope.get("return-path", parseaddr(fields.get("from", ""))[1])
        recipient = envelope.get("delivered-to") or parseaddr(fields.get("to", ""))[1]
        raw = content.encode("utf-8", "surrogateescape").replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        hand_over = stage.hand_over if waits else stage.send
        hand_over(raw, reverse_path.strip("<> "), [recipient or stage.desk.config.desk.address])


def _render(stage: Stage, text: str, number: int) -> str:
    latest = {kind: _Sent(mail) for mail in stage.post for kind in _KINDS if _kind(mail) == kind}
    known = {"n": number, "date": format_datetime(stage.clock.now), "desk": stage.desk.config.desk.address}
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)  # noqa: S701  mail text, no HTML
    environment.globals["sent"] = lambda kind, to="", about="": _Sent(stage.last(kind, to, about))
    return environment.from_string(text).render(**known, **latest)


class _Sent:
    """A mail of ours as a template may quote it."""

    def __init__(self, mail: Mail) -> None:
        self.message_id = mail.message_id
        self.subject = mail.subject
        self.reply_to = mail.reply_to[0].addr_spec if mail.reply_to else mail.from_.addr_spec
        self.return_path = mail.header("Return-Path").strip("<>")
        self.to = mail.to[0].addr_spec
        self.text = mail.text
        self.quoted = quote(mail.text)
        self.headers = "\n".join(
            f"{name}: {value}"
            for name, value in mail.header_fields
            if name not in {"Return-Path", "Delivered-To"}
        )


def _reply(stage: Stage, step: Path, reply: Mapping[str, Any]) -> None:
    """Press Reply as mail clients do: to Reply-To, with In-Reply-To, References and the whole text quoted."""
    sender = reply["from"]
    answered = stage.last(reply["to"], reply.get("sent_to", parseaddr(sender)[1]), reply.get("about", ""))
    for number in range(1, reply.get("times", 1) + 1):
        text = reply["text"].replace("{{n}}", str(number))
        to = reply.get("address") or answered.reply_to[0].addr_spec
        fields = {
            "From": sender,
            "To": to,
            "Cc": reply.get("cc", ""),
            "Subject": reply.get("subject", _re(answered.subject)),
            "Date": format_datetime(stage.clock.now),
            "Message-ID": f"<{step.stem}-{len(stage.post)}-{number}@journeys.example>",
            "In-Reply-To": answered.message_id,
            "References": " ".join((*answered.references, answered.message_id)),
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Transfer-Encoding": "8bit",
            **reply.get("headers", {}),
        }
        body = (
            text
            if reply.get("quote") is False
            else f"{text}\n{_attribution(stage, answered)}\n{quote(answered.text)}\n"
        )
        head = "".join(f"{name}: {value}\n" for name, value in fields.items() if value)
        raw = f"{head}\n{body}".replace("\n", "\r\n").encode()
        stage.send(raw, reply.get("envelope_from", parseaddr(sender)[1]), [to])


def _write_from_mailbox(stage: Stage, step: Path, sent: Mapping[str, Any]) -> None:
    """Let an operator write from the desk's mailbox: the customer gets it by other ways, a copy lies in Sent."""
    fields = {
        "From": sent.get("from", f"{stage.desk.config.operators[0].name} <{stage.desk.config.desk.address}>"),
        "To": sent["to"],
        "Subject": sent["subject"],
        "Date": format_datetime(stage.clock.now),
        "Message-ID": f"<{step.stem}@mailbox.example>",
        "In-Reply-To": sent.get("answers", ""),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    head = "".join(f"{name}: {value}\n" for name, value in fields.items() if value)
    raw = f"{head}\n{sent['text']}".replace("\n", "\r\n").encode()
    accept(stage.desk.engine, [Arrival(raw, None, (), mails.SENT)], stage.clock.now)
    stage.settle()


def _move_in(stage: Stage, box: Path) -> None:
    """Take in years of mail from an mbox, as ``inboxd import mbox`` beside a running daemon does."""
    with open_mbox(box) as opened:
        take_in(stage.desk.config, stage.desk.engine, stage.clock, read_mbox(opened))
    stage.settle()


def quote(text: str) -> str:
    """Return a text as mail clients quote it."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _attribution(stage: Stage, answered: Mail) -> str:
    who = f"{answered.from_.display_name} <{answered.from_.addr_spec}>"
    return f"\nOn {stage.clock.now:%a, %d %b %Y at %H:%M}, {who} wrote:"


def _re(subject: str) -> str:
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def _kind(mail: Mail) -> str:
    return mail.header("X-Inboxd-Kind")


def _split_envelope(text: str) -> tuple[dict[str, str], str]:
    """Take the envelope off the top, where final delivery would have put it (RFC 5321 4.4)."""
    envelope: dict[str, str] = {}
    lines = text.splitlines(keepends=True)
    while lines and lines[0].lower().startswith(_ENVELOPE):
        name, _, value = lines.pop(0).partition(":")
        envelope[name.lower()] = value.strip()
    return envelope, "".join(lines)


def _header_fields(text: str) -> dict[str, str]:
    head = text.partition("\n\n")[0]
    pairs = (line.partition(":") for line in head.splitlines() if not line.startswith((" ", "\t")))
    return {name.lower(): value.strip() for name, _, value in pairs}


def _with_identity(stage: Stage, content: str, fields: Mapping[str, str], name: str) -> str:
    """Add the Date and Message-ID every mail client writes, where the file leaves them out."""
    added = "" if "date" in fields else f"Date: {format_datetime(stage.clock.now)}\n"
    added += "" if "message-id" in fields else f"Message-ID: <{name}@journeys.example>\n"
    if "content-type" not in fields:
        added += (
            "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
        )
    return added + content
