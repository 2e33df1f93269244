"""What the template of each letter is told: a letter and the correspondence it belongs to, as a view."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from inboxd.core.alarm_kind import AlarmKind
from inboxd.core.mail_kind import Kind
from inboxd.core.mailto import mailto, score_links, ticket_actions
from inboxd.core.outcome import Letter
from inboxd.core.reply_headers import reply_subject
from inboxd.core.suggestion import is_offered
from inboxd.core.ticket import Message, Ticket
from inboxd.core.view_parts import (
    ArticleView,
    ChaseTicket,
    CustomerView,
    DueView,
    MessageView,
    SecondAddressView,
    SurveyAnswerView,
    TicketView,
)
from inboxd.core.views import (
    AlarmView,
    ChaseListView,
    ChaseView,
    CommandLine,
    DigestView,
    NotificationView,
    RelayView,
    ReplyView,
    ResultView,
    SurveyView,
    View,
)
from inboxd.desk import Stationery

CHASE_LIST = "chase_list"
_THREAD_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Correspondence:
    """What the mails about one ticket are written from. ``messages`` is the thread so far, oldest first.

    ``since`` is when what an alarm tells of began, ``answer_by`` until when the mail may be answered automatically.
    """

    ticket: Ticket | None = None
    customer: CustomerView = field(default_factory=lambda: CustomerView("", ""))
    language: str = ""
    messages: tuple[Message, ...] = ()
    due: tuple[DueView, ...] = ()
    promise: dt.datetime | None = None
    away_until: dt.datetime | None = None
    working_hours: bool = True
    authenticated: bool = True
    articles: Mapping[str, ArticleView] = field(default_factory=dict)
    suggestions: tuple[ArticleView, ...] = ()
    answering: str = ""
    thread_headers: tuple[tuple[str, str], ...] = ()
    explained: tuple[tuple[str, str], ...] = ()
    digest: DigestView | None = None
    survey: SurveyAnswerView | None = None
    second_address: str = ""
    since: dt.datetime | None = None
    answer_by: dt.datetime | None = None


def view_of(stationery: Stationery, letter: Letter, about: Correspondence, now: dt.datetime) -> View:  # noqa: PLR0911  one return per kind of mail
    """Return the context of the letter's template; raise ``ValueError`` for a digest without figures (a bug)."""
    desk, ticket = stationery.view, _ticket_view(about)
    match letter.kind:
        case Kind.ACKNOWLEDGEMENT | Kind.ANSWER:
            return _reply(stationery, letter, about, now)
        case Kind.RELAY:
            name = stationery.operator_name(letter.author)
            return RelayView(desk, now, ticket, name, letter.text, letter.html)
        case Kind.SURVEY:
            links = score_links(
                stationery.customer_address(ticket.number), reply_subject(ticket.subject, ticket.number)
            )
            return SurveyView(desk, now, ticket, about.customer, links)
        case Kind.DIGEST:
            if about.digest is None:
                raise ValueError("a digest needs its figures")
            return about.digest
        case Kind.RESULT:
            return _result(stationery, letter, about, now)
        case Kind.ALARM:
            shown = ticket if about.ticket else None
            kind = AlarmKind(letter.event)
            return AlarmView(desk, now, kind, letter.text, letter.problems, shown, about.since)
        case Kind.CHASE if letter.template == CHASE_LIST:
            return ChaseListView(
                desk, now, tuple(_late(stationery, one, letter.to[0]) for one in letter.late)
            )
        case Kind.CHASE:
            return _chase(stationery, letter, about, now)
        case Kind.NOTIFICATION:
            if letter.template == "relay":
                return RelayView(desk, now, ticket, "", letter.text)
            return _notification(stationery, letter, about, now)


def _reply(stationery: Stationery, letter: Letter, about: Correspondence, now: dt.datetime) -> ReplyView:
    return ReplyView(
        stationery.view,
        now,
        _ticket_view(about),
        about.customer,
        about.promise,
        about.working_hours,
        about.articles.get(letter.article),
        about.suggestions,
        about.away_until,
        letter.missing,
    )


def _result(stationery: Stationery, letter: Letter, about: Correspondence, now: dt.datetime) -> ResultView:
    return ResultView(
        stationery.view,
        now,
        tuple(CommandLine(*line) for line in letter.commands),
        _ticket_view(about) if about.ticket else None,
        letter.relayed_to,
        letter.dry_run,
        letter.help,
        letter.asks_back,
        letter.withheld,
    )


def _notification(
    stationery: Stationery, letter: Letter, about: Correspondence, now: dt.datetime
) -> NotificationView:
    ticket = _ticket_view(about)
    reply_to = stationery.operator_address(ticket.number, letter.to[0])
    suggestion = _suggestion(letter, about)
    *earlier, newest = _lines(about) or [MessageView("", now, "")]
    return NotificationView(
        stationery.view,
        now,
        ticket,
        about.customer,
        newest,
        ticket_actions(
            reply_to, reply_subject(ticket.subject, ticket.number), suggestion=suggestion is not None
        ),
        letter.event,
        authenticated=about.authenticated,
        suggestion=suggestion,
        sent=letter.sent,
        due=about.due,
        thread=tuple(reversed(earlier[-_THREAD_SHOWN:])),
        linked=about.ticket.linked_to if about.ticket else None,
        why=_why_in_words(letter),
        survey=about.survey,
        second=_second(about, reply_to, reply_subject(ticket.subject, ticket.number)),
    )


def _second(about: Correspondence, reply_to: str, subject: str) -> SecondAddressView | None:
    address = about.second_address
    return SecondAddressView(address, mailto(reply_to, subject, f"#same {address}\n")) if address else None


def _suggestion(letter: Letter, about: Correspondence) -> ArticleView | None:
    """Return the article that is offered to an operator; none that hardly answers (``core/suggestion.py``)."""
    article, ticket = about.articles.get(letter.article), about.ticket
    if article is None or ticket is None or letter.article != ticket.suggested_article:
        return article
    if not is_offered(ticket):
        return None
    confidence = ticket.suggested_confidence
    return replace(article, confidence=confidence or 0.0, by_hand=confidence is None)


def _chase(stationery: Stationery, letter: Letter, about: Correspondence, now: dt.datetime) -> ChaseView:
    (late,) = letter.late
    suggestion = _suggestion(letter, about)
    asked = [line for line in _lines(about) if line.direction == "in"]
    return ChaseView(
        stationery.view,
        now,
        _ticket_view(about),
        about.customer,
        asked[-1] if asked else MessageView("", now, ""),
        DueView(late.target, late.due),
        late.breached,
        _late(stationery, late, letter.to[0], suggestion=suggestion is not None).actions,
        suggestion,
        _why_in_words(letter),
        late.escalated,
    )


def _late(
    stationery: Stationery, late: ChaseTicket, recipient: str, *, suggestion: bool = False
) -> ChaseTicket:
    """Return a late ticket with the actions this operator has on it; nobody else has any."""
    if not stationery.is_operator(recipient):
        return late
    return replace(
        late,
        actions=ticket_actions(
            stationery.operator_address(late.number, recipient),
            reply_subject(late.subject, late.number),
            suggestion=suggestion or bool(late.suggestion),
        ),
    )


def _ticket_view(about: Correspondence) -> TicketView:
    ticket = about.ticket
    if ticket is None:
        return TicketView(0, "")
    return TicketView(ticket.number, ticket.subject, ticket.status, ticket.priority, ticket.tags)


def _lines(about: Correspondence) -> list[MessageView]:
    return [
        MessageView(
            message.author_name or message.author,
            message.at,
            message.text,
            message.direction,
            message.attachments,
        )
        for message in about.messages
    ]


def _why_in_words(letter: Letter) -> str:
    rule, file, line = (letter.why.get(key, "") for key in ("rule", "file", "line"))
    return f"{rule} ({file}:{line})" if file else str(rule)
