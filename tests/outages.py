"""What happens on a desk after an outage, and what is left of what waited."""

import datetime as dt
from typing import Any

from inboxd.jobs.calendar import run_all
from inboxd.loops import until_idle
from inboxd.outgoing.deliver import Delivery, deliver_one
from inboxd.outgoing.transmit import Outcome, Parcel, Reply

ADA = "Ada <ada@acme.test>"
HOUR = dt.timedelta(hours=1)
LATER = Reply(Outcome.LATER, "451 4.3.0 try again later")


def settle(stage: Any) -> list[Parcel]:
    """Run every job and deliver what is due until nothing is left to do; return what left."""
    left: list[Parcel] = []

    def transmit(parcel: Parcel) -> Reply:
        left.append(parcel)
        return Reply(Outcome.SENT, "250 OK")

    until_idle(
        (lambda: run_all(stage.desk), lambda: deliver_one(Delivery(stage.desk.engine, stage.clock, transmit)))
    )
    return left


def kinds(parcels: list[Parcel]) -> list[str]:
    """Return the kinds of these mails."""
    return sorted(parcel.kind for parcel in parcels)


def states(stage: Any, kind: str) -> list[str]:
    """Return the states of all mails of a kind, oldest first."""
    return [one.queued.state for one in stage.written(kind)]


def hold(stage: Any, address: str) -> None:
    """Run every job, and let the peer put off what goes to this address and take the rest."""

    def transmit(parcel: Parcel) -> Reply:
        return LATER if parcel.recipients == (address,) else Reply(Outcome.SENT, "250 OK")

    until_idle(
        (lambda: run_all(stage.desk), lambda: deliver_one(Delivery(stage.desk.engine, stage.clock, transmit)))
    )
