"""Sample data for every template: one view with everything in it, one with as little as can be."""

import datetime as dt

from inboxd.core.mailto import score_links, ticket_actions
from inboxd.core.template_contexts import TEMPLATE_VIEWS
from inboxd.core.view_parts import (
    ArticleView,
    CustomerView,
    DeskView,
    DueView,
    MessageView,
    TicketActions,
    TicketView,
)
from inboxd.core.views import (
    AlarmKind,
    AlarmView,
    ChaseView,
    CommandLine,
    DigestAnswer,
    DigestFigures,
    DigestGap,
    DigestIncident,
    DigestReconciliation,
    DigestTicket,
    DigestTrial,
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
_REPLY_ADDRESS = "support+o12.4fzq7mhy2ukxr5wd@acme.test"
_DESK = DeskView(name="Acme Support", address="support@acme.test", timezone="Europe/Berlin")
_TICKET = TicketView(12, "How do I get my money back?", "open", "urgent", ("billing", "refund"))
_BARE_TICKET = TicketView(13, "")
_CUSTOMER = CustomerView("Ben Bauer", "ben@example.test", ("vip", "beta"), 4, 4.0)
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
        ),
        ChaseView(
            *(_DESK, NOW, _TICKET, _CUSTOMER, _QUESTION),
            due=DueView("first_response", NOW + _HOUR),
            breached=False,
            actions=_ACTIONS,
            suggestion=_ARTICLE,
            why="a first answer is promised within 4 working hours (config.toml:31)",
        ),
        SurveyView(
            _DESK, NOW, _TICKET, _CUSTOMER, score_links("support+t12.k3j9@acme.test", "[#12] Money back")
        ),
        _full_digest(),
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


def _full_digest() -> DigestView:
    return DigestView(
        *(_DESK, NOW, NOW - 24 * _HOUR),
        figures=DigestFigures(
            new=11, solved=9, answered_by_itself=4, snoozed=2, surveys=3, satisfaction=4.67
        ),
        reconciliation=DigestReconciliation(received=84, filed=82, held=2, unexplained=0),
        waiting=(
            DigestTicket(
                *(12, "How do I get my money back?", "Ben Bauer"),
                preview="I was charged twice for November (49 € each). How do I get the second payment back?",
                waiting_since=NOW - 7 * _HOUR,
                actions=_ACTIONS,
                due=NOW - 2 * _HOUR,
                late=True,
                priority="urgent",
                suggestion="Getting a refund (93%)",
            ),
            DigestTicket(
                *(15, "导出数据时出错", "王小明"),
                preview="导出 CSV 时提示“权限不足”,请问怎么办?",
                waiting_since=NOW - 3 * _HOUR,
                actions=ticket_actions(_REPLY_ADDRESS, "[#15]", suggestion=False),
                due=NOW + dt.timedelta(minutes=35),
                soon=True,
            ),
            DigestTicket(
                *(16, "Feature request: dark mode", "carla@example.test"),
                preview="It would be lovely to have a dark mode.",
                waiting_since=NOW - _HOUR,
                actions=ticket_actions(_REPLY_ADDRESS, "[#16]", suggestion=False),
                due=NOW + 25 * _HOUR,
            ),
        ),
        answered=(
            DigestAnswer(
                14, "Password", "Dana Diaz", "Reset your password", 0.981, "mailto:support@acme.test?body=x"
            ),
            DigestAnswer(17, "Invoice copy please", "Emil Ek", "A copy of an invoice", 0.872),
        ),
        incidents=(
            DigestIncident("bounce", "old@example.test", "no such mailbox (5.1.1)", NOW - 5 * _HOUR, 9),
            DigestIncident("held", "mail 311", "a defect in its MIME structure", NOW - 9 * _HOUR),
            DigestIncident("forgery", "ada@acme.test", "a command without proof", NOW - 11 * _HOUR),
        ),
        gaps=(
            DigestGap("Can I change the currency of my invoices?", 3, (8, 10, 13)),
            DigestGap("Is there an API?", 1),
        ),
        trials=(
            DigestTrial("answer invoice copies", 7, 5, "rules/30-new-tickets.toml:12", 6, 0.83, promote=True),
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
        SurveyView(_DESK, NOW, _BARE_TICKET, _BARE_CUSTOMER, ()),
        DigestView(_DESK, NOW, NOW - 24 * _HOUR, DigestFigures(), DigestReconciliation(0, 0)),
        ResultView(_DESK, NOW, (), dry_run=True),
        AlarmView(_DESK, NOW, AlarmKind.RECOVERED),
    )
