"""The scenarios other help desks' tests wrote down (``flows.jsonl``), each played on a desk of its own."""

import json
import os
import re
import warnings
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import pytest
from journey_stage import Stage, open_stage
from journey_steps import quote

from inboxd.core.mail import Mail
from inboxd.core.ticket import Ticket
from inboxd.store import mails, tickets
from inboxd.store.engine import read

pytestmark = pytest.mark.corpora

_DESK, _ADA = "desk@judge.test", "ada@judge.test"
_CONFIG = f"""\
[desk]
name = "Judge"
address = "{_DESK}"

[[operators]]
name = "Ada"
address = "{_ADA}"

[digest]
enabled = false
"""
_AUTOMATIC = frozenset({"acknowledgement", "answer", "survey", "chase", "notification", "result", "alarm"})
_CORPORA = Path(os.environ.get("INBOXD_CORPORA") or Path(__file__).parents[3] / "shared" / "corpora")


def _flows() -> list[Any]:
    path = _CORPORA / "flows.jsonl"
    if not path.is_file():
        warnings.warn(f"{path} is missing: the flows of other help desks are NOT played", stacklevel=1)
        reason = f"case collection missing: {path} (set INBOXD_CORPORA)"
        return [pytest.param({}, id="missing", marks=pytest.mark.skip(reason=reason))]
    flows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [pytest.param(flow, id=flow["id"].partition("/")[2]) for flow in flows]


with warnings.catch_warnings():
    # Under filterwarnings=error the warning would end the collection of everything else.
    warnings.simplefilter("default")
    FLOWS = _flows()


@pytest.mark.parametrize("flow", FLOWS)
def test_flow(flow: dict[str, Any], sqlite_template: Path, tmp_path: Path) -> None:
    """A scenario ends as its source says it must."""
    (tmp_path / "kb").mkdir()
    database = tmp_path / "desk.db"
    database.write_bytes(sqlite_template.read_bytes())
    with open_stage(
        tmp_path / "desk", f"sqlite:///{database}", config=_CONFIG, files={"kb": tmp_path / "kb"}
    ) as stage:
        played = Played(stage)
        wrong = [said for step in flow["steps"] for said in played.perform(step)]

    assert wrong == [], flow["about"]


class Played:
    """A scenario while it is played: which mail of it became what."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._mail_ids: dict[str, int | None] = {}
        self._relays: dict[str, Mail] = {}
        self._receipts: dict[str, Mail] = {}

    def perform(self, step: dict[str, Any]) -> list[str]:
        """Play one step; return what is not as it should be."""
        if "mail" in step:
            for number in range(1, step.get("times", 1) + 1):
                self._send(step, number)
        elif "agent_reply" in step:
            self._answer(step["to"], f"{step['agent_reply']}\n\nAda")
            self._relays[step["as"]] = self._stage.last("relay")
        elif "agent_close" in step:
            self._answer(step["agent_close"], "#solved")
        return [
            f"{about}: {found!r} instead of {wanted!r}"
            for about, wanted in step.get("expect", {}).items()
            if not _fits(found := self._find(about), wanted)
        ]

    def _send(self, step: dict[str, Any], number: int) -> None:
        raw = re.sub(r"\{\{([^}]+)\}\}", lambda found: self._fill(found[1], number), step["mail"])
        head = raw.partition("\n\n")[0]
        to = re.search(r"^To: (.+)$", head, re.MULTILINE)
        sender = re.search(r"^From: (.+)$", head, re.MULTILINE)
        before, sent = self._count(), len(self._stage.post)
        self._stage.send(
            raw.replace("\n", "\r\n").encode(),
            step.get("envelope_from", parseaddr(sender[1])[1] if sender else ""),
            [parseaddr(to[1])[1] if to else _DESK],
        )
        self._mail_ids[step["as"]] = self._count() if self._count() > before else None
        for mail in self._stage.post[sent:]:
            if mail.header("X-Inboxd-Kind") == "acknowledgement":
                self._receipts[step["as"]] = mail

    def _answer(self, name: str, text: str) -> None:
        """Press Reply on the notification about a mail of the scenario, as the operator."""
        ticket = self._ticket(name)
        assert ticket is not None
        told = self._stage.last("notification", _ADA, f"[#{ticket.number}]")
        head = (
            f"From: Ada <{_ADA}>\nTo: {told.reply_to[0].addr_spec}\nSubject: Re: {told.subject}\n"
            f"Message-ID: <answer-{len(self._stage.post)}@judge.test>\nIn-Reply-To: {told.message_id}\n"
            f"References: {told.message_id}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
        )
        wrote = f"On Tue, 4 Mar 2025 at 10:00, Judge <{_DESK}> wrote:"
        raw = f"{head}\n{text}\n\n{wrote}\n{quote(told.text)}\n"
        self._stage.send(raw.replace("\n", "\r\n").encode(), _ADA, [told.reply_to[0].addr_spec])

    def _fill(self, variable: str, number: int) -> str:
        what, _, name = variable.partition(":")
        match what:
            case "desk":
                return _DESK
            case "n":
                return str(number)
            case "tag":
                return f"[#{self._number(name)}]"
            case "ack" | "acksubject":
                receipt = self._receipts[name]
                return receipt.message_id if what == "ack" else receipt.subject
            case "subject" | "msgid" | "envelope" | "headers":
                return _of_mail(self._relays[name], what)
        raise ValueError(f"this scenario wants {variable!r}")

    def _find(self, about: str) -> Any:
        what, _, name = about.partition(":")
        match what:
            case "ticket":
                return self._joined(name)
            case "agent_state":
                ticket = self._ticket(name)
                return ticket.status if ticket else None
            case "entries":
                return sum(one.direction == "in" for one in self._lines(name))
            case "undelivered":
                notes = [one.text for one in self._lines(name) if one.kind == "bounce"]
                return notes[-1].partition(":")[0] if notes else None
            case "auto_answers_to":
                return sum(
                    mail.header("X-Inboxd-Kind") in _AUTOMATIC and any(one.key == name for one in mail.to)
                    for mail in self._stage.post
                )
            case "header":
                _, mail_name, field = name.split(":")
                return self._receipts[mail_name].header(field)
        raise ValueError(f"this scenario expects {about!r}")

    def _joined(self, name: str) -> str:
        """Return the first mail of the ticket a mail is on: ``new`` when it is that mail itself, ``none`` without one."""
        ticket = self._ticket(name)
        if ticket is None:
            return "none"
        first = next((one for one in self._mail_ids if self._number(one) == ticket.number), name)
        return "new" if first == name else first

    def _ticket(self, name: str) -> Ticket | None:
        number = self._number(name)
        with read(self._stage.desk.engine) as connection:
            return tickets.find(connection, number) if number is not None else None

    def _number(self, name: str) -> int | None:
        mail_id = self._mail_ids.get(name)
        with read(self._stage.desk.engine) as connection:
            stored = mails.find(connection, mail_id) if mail_id is not None else None
        return stored.ticket_number if stored else None

    def _lines(self, name: str) -> list[Any]:
        number = self._number(name)
        with read(self._stage.desk.engine) as connection:
            return list(tickets.list_messages(connection, number)) if number is not None else []

    def _count(self) -> int:
        with read(self._stage.desk.engine) as connection:
            counts = mails.count_by_state(connection)
        return sum(number for state, number in counts.items() if state != "copies")


def _of_mail(mail: Mail, what: str) -> str:
    return {
        "subject": mail.subject,
        "msgid": mail.message_id,
        "envelope": mail.header("Return-Path").strip("<>"),
        "headers": "\n".join(f"{key}: {value}" for key, value in mail.header_fields if key != "Return-Path"),
    }[what]


def _fits(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return bool(found <= wanted["max"])
    return found in wanted if isinstance(wanted, list) else bool(found == wanted)
