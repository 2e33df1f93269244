"""What customers ask and operators answer, by mail, in tests: Ada and Grace answer support@acme.test."""

from typing import Any

from inboxd.store import tickets
from inboxd.store.engine import read

ADA, GRACE = "Ada <ada@acme.test>", "Grace <grace@acme.test>"


def ask(stage: Any, mail: Any, name: str, subject: str = "Export", body: str = "How do I export?") -> int:
    """Let a customer ask; return the number of his ticket."""
    stage.take(mail(body, subject=subject, from_=f"{name.title()} <{name}@customer.test>"))
    number: int = stage.tickets[-1].number
    return number


def last(stage: Any, kind: str, to: str = "") -> Any:
    """Return the newest mail of ours of a kind (to an address)."""
    return next(one for one in reversed(stage.written(kind)) if to in one.queued.recipients or not to)


def notified(stage: Any, number: int) -> Any:
    """Return the notification of a ticket and who got it, as he would answer it."""
    sent = next(one for one in stage.written("notification") if one.queued.ticket_number == number)
    return sent, f"Operator <{sent.queued.recipients[0]}>"


def command(stage: Any, number: int, body: str) -> int:
    """Let the operator who was told of a ticket answer that mail; return the id of his."""
    sent, operator = notified(stage, number)
    mail_id: int = stage.reply(sent, body, from_=operator)
    return mail_id


def results(stage: Any) -> list[str]:
    """Return what the result mails so far say, oldest first."""
    return [one.mail.text for one in stage.written("result")]


def notes(stage: Any, number: int) -> list[str]:
    """Return a ticket's notes, oldest first."""
    with read(stage.desk.engine) as connection:
        return [one.text for one in tickets.list_messages(connection, number) if one.direction == "note"]


def yes(stage: Any, body: str = "#yes") -> int:
    """Let the operator answer the newest result mail."""
    result = last(stage, "result")
    mail_id: int = stage.reply(result, body, from_=f"Operator <{result.queued.recipients[0]}>")
    return mail_id
