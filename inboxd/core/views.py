"""What each template may say: its whole context, field by field. docs/templates.md documents it; a test compares.

Values here may be a stranger's words: everything printed by a template is taken as plain text, whatever it contains,
except what the filter ``markdown`` marks as written by the operator himself. Times are aware.
"""

import datetime as dt
from dataclasses import dataclass

from inboxd.core.alarm_kind import AlarmKind
from inboxd.core.digest_views import (
    DigestAnswer,
    DigestFigures,
    DigestGap,
    DigestIncident,
    DigestReconciliation,
    DigestTicket,
    DigestTrial,
)
from inboxd.core.digest_week_view import DigestSaved, DigestWeek
from inboxd.core.view_parts import (
    ArticleView,
    ChaseTicket,
    CustomerView,
    DeskView,
    DueView,
    MessageView,
    ScoreLink,
    SecondAddressView,
    SurveyAnswerView,
    TicketActions,
    TicketView,
)


@dataclass(frozen=True, slots=True)
class MailView:
    """What every mail knows: whose it is, and the time of writing."""

    desk: DeskView
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class ReplyView(MailView):
    """``acknowledgement``, ``kb_answer`` and every template of your own that a rule names in ``then.reply``.

    ``article`` is the one that surely answers (None without), ``suggestions`` up to three that may; ``promise`` is
    the time by which a person answers (None: not promised); ``working_hours`` says whether the desk works now;
    ``away_until`` is when somebody is back, if all operators are away (None: somebody is there);
    ``missing`` are the symptoms of the nearest article that the mail does not name (for ``ask_symptoms``).
    """

    ticket: TicketView
    customer: CustomerView
    promise: dt.datetime | None = None
    working_hours: bool = True
    article: ArticleView | None = None
    suggestions: tuple[ArticleView, ...] = ()
    away_until: dt.datetime | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RelayView(MailView):
    """``relay``: the operator's words to the customer; ``text`` is plain text as he wrote it.

    ``html`` is the same in his own mark-up, cleaned; empty where he used none.
    """

    ticket: TicketView
    operator: str
    text: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class NotificationView(MailView):
    """``notification``: one mail per new text of a customer, to the operator.

    ``event`` is the rule event (``ticket.created``, ``customer.replied`` …), ``authenticated`` whether the sender is
    proven, ``sent`` the kind of automatic mail the customer has just got (``acknowledgement``, ``answer`` or empty),
    ``thread`` the earlier messages, newest first, ``linked`` the ticket a stranger referred to, ``why`` the rule with
    file and line, ``survey`` what he answered the survey with (None: he answered none), ``second`` another address from
    which the customer's own mail was answered.
    """

    ticket: TicketView
    customer: CustomerView
    message: MessageView
    actions: TicketActions
    event: str = "ticket.created"
    authenticated: bool = True
    suggestion: ArticleView | None = None
    sent: str = ""
    due: tuple[DueView, ...] = ()
    thread: tuple[MessageView, ...] = ()
    linked: int | None = None
    why: str = ""
    survey: SurveyAnswerView | None = None
    second: SecondAddressView | None = None


@dataclass(frozen=True, slots=True)
class ChaseView(MailView):
    """``chase``: a promised time is near or over (``breached``); ``message`` is what waits for an answer.

    ``escalated`` True: it is told to him by ``[[sla.escalate]]``. ``actions`` are empty where he is no operator.
    """

    ticket: TicketView
    customer: CustomerView
    message: MessageView
    due: DueView
    breached: bool
    actions: TicketActions
    suggestion: ArticleView | None = None
    why: str = ""
    escalated: bool = False


@dataclass(frozen=True, slots=True)
class ChaseListView(MailView):
    """``chase_list``: promised times of several tickets are near or over; ``tickets`` in order of due time."""

    tickets: tuple[ChaseTicket, ...]


@dataclass(frozen=True, slots=True)
class SurveyView(MailView):
    """``survey``: asks a customer how it went; ``scores`` best first."""

    ticket: TicketView
    customer: CustomerView
    scores: tuple[ScoreLink, ...]


@dataclass(frozen=True, slots=True)
class DigestView(MailView):
    """``digest``: the operator's morning. ``waiting`` in order of due time; ``since`` is the time of the last digest.

    ``saved`` is what answers by themselves brought since then (None: there were none); ``week`` the figures of the
    seven days before today, once a week (None: not today).
    """

    since: dt.datetime
    figures: DigestFigures
    reconciliation: DigestReconciliation
    waiting: tuple[DigestTicket, ...] = ()
    answered: tuple[DigestAnswer, ...] = ()
    incidents: tuple[DigestIncident, ...] = ()
    gaps: tuple[DigestGap, ...] = ()
    trials: tuple[DigestTrial, ...] = ()
    saved: DigestSaved | None = None
    week: DigestWeek | None = None


@dataclass(frozen=True, slots=True)
class CommandLine:
    """One command line of the operator, and what came of it; ``detail`` is a sentence."""

    line: str
    done: bool
    detail: str


@dataclass(frozen=True, slots=True)
class ResultView(MailView):
    """``result``: the answer to the operator's commands. ``relayed_to`` is the customer who got his words, or empty.

    ``dry_run`` True: nothing was done, this is what would be. ``ticket`` None: the mail was about no ticket.
    ``asks_back`` True: the lines that are done wait for a ``#yes``. ``withheld`` True: he wrote words that were not sent.
    """

    commands: tuple[CommandLine, ...]
    ticket: TicketView | None = None
    relayed_to: str = ""
    dry_run: bool = False
    help: bool = False
    asks_back: bool = False
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class ProblemView:
    """One mistake in a file, at its line."""

    file: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class AlarmView(MailView):
    """``alarm``: something is wrong (or right again) with the desk itself; ``detail`` is the plain fact.

    ``since`` is when it began, where that is known: a reminder comes a day later.
    """

    kind: AlarmKind
    detail: str = ""
    problems: tuple[ProblemView, ...] = ()
    ticket: TicketView | None = None
    since: dt.datetime | None = None


View = (
    ReplyView
    | RelayView
    | NotificationView
    | ChaseView
    | ChaseListView
    | SurveyView
    | DigestView
    | ResultView
    | AlarmView
)
