"""What an alarm says, by the channel of ``[alarm]`` or, without one, as a mail to each operator.

Loaded only when there is something to tell: the front, which raises alarms, knows no templates otherwise.
"""

import datetime as dt
import hashlib
from dataclasses import replace

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from inboxd.building import load_or_nothing, load_secret
from inboxd.config import Config
from inboxd.configalarm import AlarmPlan
from inboxd.core.alarm_kind import AlarmKind
from inboxd.core.alarms import Alarm, Step, stale_at
from inboxd.core.compose import OutgoingMail, compose
from inboxd.core.mail import Address
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Letter
from inboxd.core.tokens import Tokens
from inboxd.core.view_parts import DeskView
from inboxd.core.views import AlarmView
from inboxd.desk import stationery_of
from inboxd.errors import ConfigError, TransientError
from inboxd.letter_views import Correspondence
from inboxd.letters import write_letters
from inboxd.outgoing.alarm_channel import Words, run_command, send_mail
from inboxd.outgoing.transmit import Reply
from inboxd.store import outbox
from inboxd.store.engine import write
from inboxd.templating import Rendered, Templates


def tell_by_channel(config: Config, plan: AlarmPlan, alarm: Alarm, now: dt.datetime) -> Reply:
    """Tell an alarm by the second channel; return what its transport or program said."""
    kind, detail = _kind(alarm), _detail(alarm)
    desk = DeskView(config.desk.name, config.desk.address, config.desk.timezone)
    view = AlarmView(desk, now, kind, detail, since=_since(alarm))
    rendered = _rendered(config, view)
    if plan.command:
        return run_command(plan, Words(rendered.subject, rendered.text, kind.value, alarm.wanted.value))
    message_id = _message_id(config, alarm)
    raw = compose(
        OutgoingMail(
            kind=Kind.ALARM,
            from_=Address(config.desk.name, plan.sender),
            to=(Address("", plan.address),),
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            message_id=message_id,
            date=now,
            automatic=True,
            language=rendered.language,
        )
    )
    return send_mail(plan, message_id, raw, config.desk.domain)


def tell_operators(config: Config, engine: Engine, alarm: Alarm, now: dt.datetime) -> None:
    """Queue an alarm for each operator, once per telling. Raises ``TransientError`` when the store cannot take it."""
    active, _ = load_or_nothing(config)
    stationery = stationery_of(config, Tokens(load_secret(config.desk.secret_file)), active.templates)
    letters = tuple(_letter(one.address.lower(), alarm) for one in config.operators)
    try:
        with write(engine) as connection:
            first = outbox.next_id(connection)
            for written in write_letters(
                stationery, letters, Correspondence(since=_since(alarm)), first, now
            ):
                outbox.enqueue(connection, replace(written.outgoing, stale_at=stale_at(alarm, now)), now)
    except IntegrityError as error:
        raise TransientError(f"somebody else took an id: {error.orig}") from error


def _letter(operator: str, alarm: Alarm) -> Letter:
    once = f"{_telling(alarm)}:{operator}"
    return Letter(Kind.ALARM, "alarm", (operator,), once, text=_detail(alarm), event=_kind(alarm).value)


def _kind(alarm: Alarm) -> AlarmKind:
    return AlarmKind.RECOVERED if alarm.wanted is Step.RECOVERED else alarm.kind


def _detail(alarm: Alarm) -> str:
    return f"It is over: {alarm.detail}" if alarm.wanted is Step.RECOVERED else alarm.detail


def _since(alarm: Alarm) -> dt.datetime | None:
    return None if alarm.kind is AlarmKind.TEST else alarm.raised_at


def _telling(alarm: Alarm) -> str:
    """Return what is the same for every attempt at one telling, and for no other."""
    last = alarm.told_at.isoformat() if alarm.told_at else ""
    return f"alarm:{alarm.key}:{alarm.occasion}:{alarm.raised_at.isoformat()}:{alarm.wanted}:{last}"


def _message_id(config: Config, alarm: Alarm) -> str:
    """Return an id signed like that of every mail of ours, so that one that comes back is known.

    Outbox ids are small: a number beyond them all names the telling.
    """
    tokens = Tokens(load_secret(config.desk.secret_file))
    number = 10**11 + int.from_bytes(hashlib.sha256(_telling(alarm).encode()).digest()[:4], "big")
    return tokens.message_id(ticket=0, outbox=number, domain=config.desk.domain)


def _rendered(config: Config, view: AlarmView) -> Rendered:
    """Render with the operator's own template where it is sound: a broken edit must not silence an alarm."""
    language = config.desk.language
    try:
        return Templates.load(config.rules / "templates", language).render("alarm", language, view)
    except ConfigError:
        return Templates.load(None, language).render("alarm", language, view)
