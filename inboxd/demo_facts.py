"""The facts of the demo, counted in the store and not in the script."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Engine

from inboxd.store import mails, outbox, surveys, tickets
from inboxd.store.engine import read
from inboxd.store.outbox import Queued

_ALWAYS = (dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(9999, 1, 1, tzinfo=dt.UTC))


def count_facts(engine: Engine) -> dict[str, int]:
    """Return how often each thing happened on a desk (DESIGN 4.7, ``demo``)."""
    with read(engine) as connection:
        sent = outbox.list_sent_between(connection, *_ALWAYS)
        answered = {one.ticket_number for one in sent if one.kind == "answer"}
        machines = {
            mail.mail_id: mail.sender
            for one in sent
            if one.mail_id is not None
            and (mail := mails.find(connection, one.mail_id)) is not None
            and not mail.decision.get("facts", {}).get("may_answer", True)
        }
        return {
            "tickets": len(tickets.list_tickets(connection)),
            "answered_by_itself": len(answered),
            "notified": _count(sent, "notification"),
            "relayed": _count(sent, "relay"),
            "chased": _count(sent, "chase"),
            "surveys_sent": len(surveys.list_sent(connection, _ALWAYS[0])),
            "surveys_answered": len(surveys.list_answered(connection, _ALWAYS[0])),
            "digests": _count(sent, "digest"),
            "automatic_to_machines": sum(
                one.automatic and one.mail_id in machines and machines[one.mail_id] in one.recipients
                for one in sent
            ),
        }


def _count(sent: Sequence[Queued], kind: str) -> int:
    return sum(one.kind == kind and one.state == "sent" for one in sent)
