"""Hand an event to the operator's program: the same signed JSON document that a webhook posts, retried like a mail."""

import os
import subprocess

from inboxd.confighooks import HookPlan
from inboxd.outgoing.transmit import Outcome, Parcel, Reply

# The header fields of a webhook under the names a program finds them by.
_ENVIRONMENT = {"X-Inboxd-Delivery": "INBOXD_DELIVERY", "X-Inboxd-Signature": "INBOXD_SIGNATURE"}


def transmit(plan: HookPlan, parcel: Parcel) -> Reply:
    """Run the event's program without a shell, the document on its standard input; anything but exit code 0 is "later".

    The environment has ``INBOXD_EVENT``, ``INBOXD_DELIVERY`` (the same for every attempt) and ``INBOXD_SIGNATURE``.
    """
    # The address is the one core/hooks.py gives.
    event = parcel.recipients[0].partition(":")[2]
    command = plan.commands.get(event)
    if command is None:
        return Reply(Outcome.FAILED, f"[hooks] names no program for {event} any more")
    head, _, body = parcel.raw.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode("ascii").split("\r\n"))
    known = {name: headers[header] for header, name in _ENVIRONMENT.items() if header in headers}
    try:
        done = subprocess.run(  # noqa: S603  the operator's own command, without a shell
            command,
            input=body,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=plan.timeout.total_seconds(),
            env={**os.environ, **known, "INBOXD_EVENT": event},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Reply(Outcome.LATER, f"{command[0]} did not end within {plan.timeout.total_seconds():g} s")
    except (OSError, ValueError) as error:
        return Reply(
            Outcome.LATER,
            f"{command[0]} cannot be run: {getattr(error, 'strerror', None) or type(error).__name__}",
        )
    if done.returncode:
        return Reply(Outcome.LATER, f"{command[0]} ended with exit code {done.returncode}")
    return Reply(Outcome.SENT, f"{command[0]} took it")
