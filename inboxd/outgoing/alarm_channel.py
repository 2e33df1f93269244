"""The second channel: an alarm as a mail over a transport of its own, or handed to a program of the operator's."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from inboxd.configalarm import AlarmPlan
from inboxd.outgoing import maildir, smtp_client
from inboxd.outgoing.smtp_client import Smarthost
from inboxd.outgoing.transmit import Outcome, Parcel, Reply
from inboxd.secretsource import read_secret

_ENVIRONMENT = "INBOXD_ALARM_"


@dataclass(frozen=True, slots=True)
class Words:
    """What a program is given: ``subject``, ``kind`` and ``step`` in its arguments, ``text`` on its standard input."""

    subject: str
    text: str
    kind: str
    step: str


def send_mail(plan: AlarmPlan, message_id: str, raw: bytes, ehlo_name: str) -> Reply:
    """Hand the alarm's mail to the channel's own transport; return what it said."""
    # An alarm's return path is its sender: a provider that lets nobody else send takes no null path from its users.
    parcel = Parcel(plan.sender, (plan.address,), message_id, raw, "alarm")
    if plan.transport == "maildir":
        return maildir.transmit(plan.maildir, parcel)
    smarthost = Smarthost(
        host=plan.host,
        port=plan.port,
        tls=plan.tls,
        user=plan.user,
        password=lambda: read_secret(plan.password),
        timeout=plan.timeout.total_seconds(),
        ehlo_name=ehlo_name,
    )
    return smtp_client.transmit(smarthost, parcel)


def run_command(plan: AlarmPlan, words: Words) -> Reply:
    """Run the operator's program without a shell; anything but exit code 0 in time is "later".

    The same words stand in INBOXD_ALARM_SUBJECT, _KIND and _STEP of its environment.
    """
    filled = {"subject": words.subject, "kind": words.kind, "step": words.step}
    program, *arguments = (_filled(one, filled) for one in plan.command)
    try:
        done = subprocess.run(  # noqa: S603  the operator's own command, without a shell
            [program, *arguments],
            input=words.text.encode("utf-8", "replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=plan.timeout.total_seconds(),
            env={**os.environ, **{_ENVIRONMENT + name.upper(): value for name, value in filled.items()}},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Reply(Outcome.LATER, f"{program} did not end within {plan.timeout.total_seconds():g} s")
    except (OSError, ValueError) as error:
        return Reply(Outcome.LATER, f"{program} cannot be run: {_why(error)}")
    if done.returncode:
        return Reply(Outcome.LATER, f"{program} ended with exit code {done.returncode}")
    return Reply(Outcome.SENT, f"{program} took it")


def command_problem(plan: AlarmPlan) -> str:
    """Return why the channel's program cannot be run; empty when it can, and for a channel of mail."""
    if not plan.command or shutil.which(plan.command[0]):
        return ""
    return f"there is no program {plan.command[0]!r}"


def _filled(argument: str, words: Mapping[str, str]) -> str:
    # Not str.format: other braces (JSON) are the program's own.
    for name, value in words.items():
        argument = argument.replace(f"{{{name}}}", value)
    return argument


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
