"""Sample data for every template: one view with everything in it, one with as little as can be."""

import datetime as dt

from inboxd.core.alarm_kind import AlarmKind
from inboxd.core.digest_samples import full_digest
from inboxd.core.digest_views import DigestFigures, DigestReconciliation
from inboxd.core.digest_week_view import DigestWeek
from inboxd.core.mailto import score_links, ticket_actions
from inboxd.core.template_contexts import TEMPLATE_VIEWS
from inboxd.core.view_parts import (
    ArticleView,
    ChaseTicket,
    Columns,
    CustomerView,
    DeskView,
    DueView,
    MessageView,
    SecondAddressView,
    SurveyAnswerView,
    TicketActions,
    TicketView,
)
from inboxd.core.views import (
    AlarmView,
    ChaseListView,
    ChaseView,
    CommandLine,
    DigestView,
    NotificationView,
    ProblemView,
    RelayView,
    ReplyView,
    ResultView,
    SurveyView,
    View,
)

NOW = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.UTC)

_HOUR = dt.timedelta(hours=1)
_DAY = dt.timedelta(days=1)
_REPLY_ADDRESS = "support+o12.4fzq7mhy2ukxr5wd@acme.test"
_DESK = DeskView(name="Acme Support", address="support@acme.test", timezone="Europe/Berlin")
_TICKET = TicketView(12, "How do I get my money back?", "open", "urgent", ("billing", "refund"))
_BARE_TICKET = TicketView(13, "")
_CUSTOMER = CustomerView(
    *("Ben Bauer", "ben@example.test", ("vip", "beta"), 4, 4.0),
    organisation="Bauer & Sons",
    plan="pro",
    fields=Columns(plan="pro"),
)
_BARE_CUSTOMER = CustomerView("", "carla@example.test")
_ARTICLE = ArticleView(
    "refund-policy",
    "Getting a refund",
    "You can ask for your money back within **30 days** of any payment.\n\n"
    "1. Open *Billing → Invoices*.\n2. Choose the payment and press **Refund**.\n\n"
    "The money is back on your card within five working days.",
    0.937,
)
_ACTIONS = ticket_actions(_REPLY_ADDRESS, "Re: [#12] How do I get my money back?", suggestion=True)
_QUESTION = MessageView(
    author="Ben Bauer",
    at=NOW - 3 * _HOUR,
    text="Hi,\n\nI was charged *twice* for November (49 € each).\n\n"
    "  1. How do I get the second payment back?\n  2. How long does it take?\n\nThanks\nBen",
    attachments=("invoice-2026-11.pdf",),
)
_THREAD = (
    MessageView("Ada", NOW - 50 * _HOUR, "It is in the menu under Billing.\n\nAda", "out"),
    MessageView("Ben Bauer", NOW - 52 * _HOUR, "Where do I find my invoices?"),
)


def samples(name: str) -> tuple[View, ...]:
    """Return the views to try a template of that name with: the fullest and the barest."""
    view_type = TEMPLATE_VIEWS.get(name, ReplyView)
    everything = [view for view in (*_full_views(), *_bare_views()) if isinstance(view, view_type)]
    if name == "kb_answer":
        return tuple(view for view in everything if isinstance(view, ReplyView) and view.article)
    return tuple(everything)


def _full_views() -> tuple[View, ...]:
    return (
        ReplyView(_DESK, NOW, _TICKET, _CUSTOMER, NOW + 26 * _HOUR, False, _ARTICLE, (_ARTICLE, _ARTICLE)),
        ReplyView(
            _DESK, NOW, _TICKET, _CUSTOMER, missing=("the light blinks red", "it started after an update")
        ),
        ReplyView(_DESK, NOW, _TICKET, _CUSTOMER, NOW + 90 * _HOUR, False, away_until=NOW + 72 * _HOUR),
        RelayView(_DESK, NOW, _TICKET, "Ada", "Hello Ben,\n\nthe second payment is on its way back.\n\nAda"),
        NotificationView(
            *(_DESK, NOW, _TICKET, _CUSTOMER, _QUESTION, _ACTIONS),
            authenticated=False,
            suggestion=_ARTICLE,
            sent="acknowledgement",
            due=(DueView("first_response", NOW + _HOUR), DueView("resolution", NOW + 30 * _HOUR)),
            thread=_THREAD,
            linked=7,
            why="new questions are told to the operator (rules/20-questions.toml:14)",
            survey=SurveyAnswerView(2, "negative"),
            second=SecondAddressView(
                "ben@home.test", "mailto:x@acme.test?body=%23same%20ben%40home.test%0D%0A"
            ),
        ),
        ChaseView(
            *(_DESK, NOW, _TICKET, _CUSTOMER, _QUESTION),
            due=DueView("first_response", NOW + _HOUR),
            breached=False,
            actions=_ACTIONS,
            suggestion=_ARTICLE,
            why="a first answer is promised within 4 working hours (config.toml:31)",
            escalated=True,
        ),
        ChaseListView(_DESK, NOW, _late_tickets()),
        SurveyView(
            _DESK, NOW, _TICKET, _CUSTOMER, score_links("support+t12.k3j9@acme.test", "[#12] Money back")
        ),
        full_digest(_DESK, NOW, _ACTIONS, _REPLY_ADDRESS),
        ResultView(
            *(_DESK, NOW),
            commands=(
                CommandLine("#tag billing", done=True, detail="tagged billing"),
                CommandLine("#snoze 1d", done=False, detail="unknown command; did you mean #snooze?"),
            ),
            ticket=_TICKET,
            relayed_to="Ben Bauer <ben@example.test>",
            help=True,
        ),
        ResultView(
            *(_DESK, NOW),
            commands=(
                CommandLine("#merge 12", done=True, detail="#7 is part of #12"),
                CommandLine("#99 #solved", done=False, detail="there is no ticket #99"),
            ),
            asks_back=True,
            withheld=True,
        ),
        *(
            AlarmView(
                _DESK,
                NOW,
                kind,
                "rules/20-questions.toml",
                (ProblemView("rules/a.toml", 7, "unknown key"),),
                _TICKET,
                NOW - _HOUR,
            )
            for kind in AlarmKind
        ),
    )


def _late_tickets() -> tuple[ChaseTicket, ...]:
    return (
        ChaseTicket(
            *(12, "How do I get my money back?", "Ben Bauer"),
            preview="I was charged twice for November (49 € each). How do I get the second payment back?",
            waiting_since=NOW - 9 * _HOUR,
            target="first_response",
            due=NOW - _HOUR,
            breached=True,
            actions=_ACTIONS,
            priority="urgent",
            suggestion="Getting a refund",
            escalated=True,
        ),
        ChaseTicket(
            *(15, "导出数据时出错", "王小明"),
            preview="导出 CSV 时提示“权限不足”,请问怎么办?",
            waiting_since=NOW - 3 * _HOUR,
            target="next_response",
            due=NOW + dt.timedelta(minutes=35),
            breached=False,
            actions=ticket_actions(_REPLY_ADDRESS, "[#15]", suggestion=False),
        ),
    )


def _bare_views() -> tuple[View, ...]:
    message = MessageView("carla@example.test", NOW, "")
    return (
        ReplyView(_DESK, NOW, _BARE_TICKET, _BARE_CUSTOMER, article=ArticleView("empty", "", "")),
        ReplyView(_DESK, NOW, _BARE_TICKET, _BARE_CUSTOMER),
        RelayView(_DESK, NOW, _BARE_TICKET, "", ""),
        NotificationView(_DESK, NOW, _BARE_TICKET, _BARE_CUSTOMER, message, TicketActions()),
        ChaseView(
            *(_DESK, NOW, _BARE_TICKET, _BARE_CUSTOMER, message),
            due=DueView("resolution", NOW - _HOUR),
            breached=True,
            actions=TicketActions(),
        ),
        ChaseListView(
            *(_DESK, NOW),
            tuple(
                ChaseTicket(number, "", "", "", NOW, "resolution", NOW - _HOUR, breached=True)
                for number in range(1, 19)
            ),
        ),
        SurveyView(_DESK, NOW, _BARE_TICKET, _BARE_CUSTOMER, ()),
        DigestView(_DESK, NOW, NOW - 24 * _HOUR, DigestFigures(), DigestReconciliation(0, 0)),
        DigestView(
            *(_DESK, NOW, NOW - 24 * _HOUR, DigestFigures(), DigestReconciliation(0, 0)),
            week=DigestWeek(NOW - 7 * _DAY, NOW - _DAY, "W47", 0, 0, (), ()),
        ),
        ResultView(_DESK, NOW, (), dry_run=True),
        AlarmView(_DESK, NOW, AlarmKind.RECOVERED),
    )
