"""``inboxd explain``: why a mail was (or would be) treated as it is, and why a mail of ours was sent."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from inboxd.clock import Clock
from inboxd.commands.printing import print_json, print_table, print_text
from inboxd.config import Config
from inboxd.dryrun import would_decide
from inboxd.errors import PermanentError
from inboxd.explanation_words import fact_rows, paragraph, rule_rows
from inboxd.intake.pipe import read_mail
from inboxd.oneshot import open_desk
from inboxd.store import mails, outbox, tickets
from inboxd.store.engine import open_store, read
from inboxd.store.outbox import Queued

_SHOWN_ARTICLES = 5


def explain_what(config: Config, clock: Clock, what: str, *, as_json: bool) -> None:
    """Print the decision about a file, an accepted mail, the first mail of a ticket, or behind a mail we sent.

    Raises ``PermanentError`` when ``what`` is none of them.
    """
    if Path(what).is_file():
        document = would_decide(open_desk(config, clock), read_mail(what))
    else:
        with read(open_store(config.store_url)) as connection:
            document = _known(connection, what)
    if as_json:
        print_json(document)
    else:
        _print(document)


def _known(connection: Connection, what: str) -> dict[str, Any]:
    if "@" in what:
        return _by_message_id(connection, what)
    mail_id = int(what) if what.isdecimal() else None
    if what.startswith("#") and what[1:].isdecimal():
        lines = tickets.list_messages(connection, int(what[1:]))
        mail_id = next((one.mail_id for one in lines if one.mail_id is not None), None)
    return _decided(connection, mail_id, what)


def _by_message_id(connection: Connection, what: str) -> dict[str, Any]:
    """Return why a mail of ours was sent, with the decision it came from; else what was decided about another's."""
    message_id = f"<{what.strip().strip('<>')}>"
    sent = outbox.find_by_message_id(connection, message_id)
    if sent is None:
        return _decided(connection, mails.find_message_id(connection, message_id), what)
    decision = mails.find(connection, sent.mail_id) if sent.mail_id is not None else None
    if decision is not None and decision.decision:
        return {"mail_id": decision.mail_id, "sent": _sent(sent), **decision.decision}
    return {**_undecided(str(sent.why.get("rule") or sent.kind), sent.ticket_number), "sent": _sent(sent)}


def _decided(connection: Connection, mail_id: int | None, what: str) -> dict[str, Any]:
    stored = mails.find(connection, mail_id) if mail_id is not None else None
    if stored is None:
        raise PermanentError(
            f"{what} is no file, no mail and no ticket, and the Message-ID of no mail we know"
        )
    if not stored.decision:
        return {"mail_id": stored.mail_id, **_undecided(stored.reason or stored.state, stored.ticket_number)}
    return {"mail_id": stored.mail_id, **stored.decision}


def _undecided(reason: str, ticket: int | None) -> dict[str, Any]:
    return {"thread": {"ticket": ticket, "by": ""}, "kb": [], "rules": [], "actions": [], "reason": reason}


def _sent(sent: Queued) -> dict[str, Any]:
    return {
        "outbox_id": sent.outbox_id,
        "kind": sent.kind,
        "to": list(sent.recipients),
        "ticket": sent.ticket_number,
        "mail_id": sent.mail_id,
        "state": sent.state,
        "created_at": sent.created_at.isoformat(),
        "sent_at": sent.sent_at.isoformat() if sent.sent_at else None,
        "why": dict(sent.why),
    }


def _print(document: dict[str, Any]) -> None:
    print_text(paragraph(document), "")
    _table("rules", ("rule", "where", "result"), rule_rows(document))
    _table(
        "articles",
        ("article", "confidence", "sure"),
        [
            (one["article"], f"{one['confidence']:.0%}", one["sure"])
            for one in document["kb"][:_SHOWN_ARTICLES]
        ],
    )
    _table(
        "limits",
        ("template", "limit", "why"),
        [(no["template"], no["limit"], no["why"]) for no in document.get("suppressed", ())],
    )
    _table("facts", ("fact", "value"), fact_rows(document))


def _table(title: str, columns: tuple[str, ...], rows: list[Any]) -> None:
    if rows:
        print_table(title, columns, rows)
