"""``inboxd explain``: why a mail was (or would be) treated as it is."""

from pathlib import Path
from typing import Any

from rich.console import Console

from inboxd.clock import Clock
from inboxd.commands.printing import print_json, print_table
from inboxd.config import Config
from inboxd.dryrun import would_decide
from inboxd.errors import PermanentError
from inboxd.intake.pipe import read_mail
from inboxd.oneshot import open_desk
from inboxd.store import mails, tickets
from inboxd.store.engine import open_store, read


def explain_what(config: Config, clock: Clock, what: str, *, as_json: bool) -> None:
    """Print the decision about a file, an accepted mail or the first mail of a ticket."""
    document = (
        _stored(config, what)
        if not Path(what).is_file()
        else would_decide(open_desk(config, clock), read_mail(what))
    )
    if as_json:
        print_json(document)
    else:
        _print(document)


def _stored(config: Config, what: str) -> dict[str, Any]:
    with read(open_store(config.store_url)) as connection:
        mail_id = _mail_id(what)
        if what.startswith("#"):
            lines = tickets.list_messages(connection, int(what[1:])) if what[1:].isdigit() else ()
            mail_id = next((one.mail_id for one in lines if one.mail_id is not None), None)
        stored = mails.find(connection, mail_id) if mail_id is not None else None
    if stored is None:
        raise PermanentError(f"{what} is no file, no mail and no ticket")
    if not stored.decision:
        return {
            "thread": {"ticket": None, "by": ""},
            "kb": [],
            "rules": [],
            "actions": [],
            "reason": stored.reason or stored.state,
        }
    return {"mail_id": stored.mail_id, **stored.decision}


def _mail_id(what: str) -> int | None:
    return int(what) if what.isdigit() else None


def _print(document: dict[str, Any]) -> None:
    console = Console(markup=False, highlight=False, soft_wrap=True)
    thread = document["thread"]
    where = f"joins #{thread['ticket']}" if thread["ticket"] else "is a new question"
    console.print(
        f"This mail {where} ({thread['by']}); {document.get('disposition', '')}: {document['reason']}"
    )
    print_table(
        "rules",
        ("rule", "where", "matched", "missed on"),
        (
            [r["name"], f"{r['file']}:{r['line']}", "yes" if r["matched"] else "", r["missed_on"]]
            for r in document["rules"]
        ),
    )
    print_table(
        "articles",
        ("article", "confidence", "sure"),
        ([m["article"], m["confidence"], m["sure"]] for m in document["kb"][:5]),
    )
    print_table(
        "actions",
        ("do", "rule", "with"),
        (
            [a["do"], a["rule"], {k: v for k, v in a.items() if k not in {"do", "rule"}}]
            for a in document["actions"]
        ),
    )
    print_table(
        "limits",
        ("template", "limit", "why"),
        ([s["template"], s["limit"], s["why"]] for s in document.get("suppressed", ())),
    )
    print_table("facts", ("fact", "value"), document.get("facts", {}).items())
