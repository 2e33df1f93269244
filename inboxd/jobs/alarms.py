"""Alarms: what is wrong with the desk itself is mailed to the operators, once per problem."""

import datetime as dt
import hashlib

from sqlalchemy import Connection

from inboxd import maillog
from inboxd.apply import Cause, apply
from inboxd.core.alarm_kind import AlarmKind
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Letter, Outcome
from inboxd.core.ticket import Ticket
from inboxd.core.views import ProblemView
from inboxd.desk import Desk
from inboxd.errors import Problem
from inboxd.store import settings
from inboxd.store.dossiers import Dossier
from inboxd.store.engine import read


def report_problems(desk: Desk, problems: tuple[Problem, ...], now: dt.datetime) -> bool:
    """Mail the problems of an edit with file and line; the same ones are told once. Return whether it was news."""
    if not problems:
        return False
    problems = tuple(problem.seen_from(desk.config.folder) for problem in problems)
    for problem in problems:
        maillog.problem(str(problem))
    signature = hashlib.sha256("\n".join(map(str, problems)).encode()).hexdigest()[:16]
    key = f"problems:{signature}"
    with read(desk.engine) as connection:
        if settings.load(connection, key) is not None:
            return False
    shown = tuple(ProblemView(one.file, one.line, one.message) for one in problems)
    _send(desk, AlarmKind.EDIT_REJECTED, key, now, problems=shown)
    return True


def raise_alarm(desk: Desk, kind: AlarmKind, key: str, detail: str, now: dt.datetime) -> None:
    """Mail one plain fact to every operator, once per ``key``."""
    with read(desk.engine) as connection:
        if settings.load(connection, key) is not None:
            return
    _send(desk, kind, key, now, detail=detail)


def _send(
    desk: Desk,
    kind: AlarmKind,
    key: str,
    now: dt.datetime,
    *,
    detail: str = "",
    problems: tuple[ProblemView, ...] = (),
) -> None:
    outcome = Outcome()
    for one in desk.config.operators:
        once = f"{key}:{now.isoformat()}:{one.address.lower()}"
        letter = Letter(
            Kind.ALARM,
            "alarm",
            (one.address.lower(),),
            once,
            text=detail,
            event=kind.value,
            problems=problems,
        )
        outcome = outcome.with_letter(letter)

    def remember(connection: Connection, _ticket: Ticket | None) -> None:
        settings.save(connection, key, {"kind": kind.value}, now)

    apply(desk, outcome, Dossier(None, None), Cause(also=remember), now)
