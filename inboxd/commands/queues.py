"""``inboxd outbox`` and ``inboxd held``: what waits for the world, and what waits for a person."""

import datetime as dt

from sqlalchemy import Engine

from inboxd.clock import Clock
from inboxd.commands.printing import print_json, print_table, print_text
from inboxd.config import Config
from inboxd.store import mails, outbox
from inboxd.store.engine import open_store, read, write
from inboxd.store.outbox_claims import IN_FLIGHT, being_sent_since


def list_outbox(config: Config, clock: Clock, action: str, outbox_id: int | None, *, as_json: bool) -> int:
    """Print what is queued or failed; ``retry`` makes one due now first. Return 1 where that cannot be, 2 for no such action."""
    engine = open_store(config.store_url)
    if action:
        if action != "retry" or outbox_id is None:
            print_text("outbox retry ID")
            return 2
        refused = _retry(engine, outbox_id, clock())
        if refused:
            print_text(refused)
            return 1
    with read(engine) as connection:
        rows = [
            {
                "id": one.outbox_id,
                "to": list(one.recipients),
                "subject": one.subject,
                "state": one.state,
                "attempts": one.attempts,
                "next_attempt_at": one.next_attempt_at,
                "last_reply": one.last_reply,
            }
            for one in outbox.list_waiting(connection)
        ]
    if as_json:
        print_json(rows)
    else:
        columns = ("id", "to", "subject", "state", "attempts", "next_attempt_at", "last_reply")
        print_table(f"{len(rows)} mails wait", columns, ([row[name] for name in columns] for row in rows))
    return 0


def _retry(engine: Engine, outbox_id: int, now: dt.datetime) -> str:
    """Make a mail due now; return why not where it cannot be: sent a second time meanwhile, it would arrive twice."""
    with write(engine) as connection:
        since = being_sent_since(connection, outbox_id, now)
        if since is not None:
            again = since + IN_FLIGHT
            return (
                f"outbox {outbox_id} is being sent right now, since {since:%H:%M:%S} UTC: see in a minute what became of it; "
                f"if the daemon that sends it has died, try again after {again:%H:%M:%S} UTC"
            )
        if not outbox.retry(connection, outbox_id, now):
            return f"outbox {outbox_id} does not wait"
    return ""


def list_held(config: Config, clock: Clock, action: str, mail_id: int | None, *, as_json: bool) -> int:
    """Print what is held; with an action do it to one mail. Return 1 when it is not held, 2 for no such action."""
    engine = open_store(config.store_url)
    if action:
        return _act(engine, clock, action, mail_id)
    with read(engine) as connection:
        rows = [
            {"mail_id": one.mail_id, "reason": one.reason, "detail": one.detail}
            for one in mails.list_held(connection)
        ]
    if as_json:
        print_json(rows)
    else:
        print_table(
            f"{len(rows)} mails are held",
            ("mail_id", "reason", "detail"),
            (list(row.values()) for row in rows),
        )
    return 0


def _act(engine: Engine, clock: Clock, action: str, mail_id: int | None) -> int:
    if action not in {"release", "drop", "show"} or mail_id is None:
        print_text("held release ID, held drop ID or held show ID")
        return 2
    with write(engine) as connection:
        stored = mails.find(connection, mail_id)
        if stored is None or stored.state != "held":
            print_text(f"mail {mail_id} is not held")
            return 1
        if action == "show":
            print_text(mails.load_raw(connection, mail_id).decode("utf-8", "replace"))
        elif action == "release":
            mails.release(connection, mail_id, clock())
        else:
            mails.drop(connection, mail_id)
    return 0
