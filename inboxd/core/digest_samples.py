"""The fullest digest there can be, to try templates with."""

import datetime as dt

from inboxd.core.digest_views import (
    DigestAnswer,
    DigestFigures,
    DigestGap,
    DigestIncident,
    DigestReconciliation,
    DigestTicket,
    DigestTrial,
)
from inboxd.core.digest_week_view import (
    DigestDay,
    DigestExpectedDay,
    DigestPastWeek,
    DigestPictures,
    DigestPromise,
    DigestSaved,
    DigestStated,
    DigestWeek,
    Picture,
)
from inboxd.core.mailto import ticket_actions
from inboxd.core.view_parts import DeskView, TicketActions
from inboxd.core.views import DigestView

_HOUR = dt.timedelta(hours=1)
_DAY = dt.timedelta(days=1)


def full_digest(desk: DeskView, now: dt.datetime, actions: TicketActions, reply_address: str) -> DigestView:
    """Return a digest in which there is everything."""
    return DigestView(
        *(desk, now, now - 24 * _HOUR),
        figures=DigestFigures(
            new=11, solved=9, answered_by_itself=4, snoozed=2, surveys=3, satisfaction=4.67
        ),
        reconciliation=DigestReconciliation(received=84, filed=82, held=2, unexplained=0),
        waiting=(
            DigestTicket(
                *(12, "How do I get my money back?", "Ben Bauer"),
                preview="I was charged twice for November (49 € each). How do I get the second payment back?",
                waiting_since=now - 7 * _HOUR,
                actions=actions,
                due=now - 2 * _HOUR,
                late=True,
                priority="urgent",
                suggestion="Getting a refund (93%)",
            ),
            DigestTicket(
                *(15, "导出数据时出错", "王小明"),
                preview="导出 CSV 时提示“权限不足”,请问怎么办?",
                waiting_since=now - 3 * _HOUR,
                actions=ticket_actions(reply_address, "[#15]", suggestion=False),
                due=now + dt.timedelta(minutes=35),
                soon=True,
            ),
            DigestTicket(
                *(16, "Feature request: dark mode", "carla@example.test"),
                preview="It would be lovely to have a dark mode.",
                waiting_since=now - _HOUR,
                actions=ticket_actions(reply_address, "[#16]", suggestion=False),
                due=now + 25 * _HOUR,
            ),
        ),
        answered=(
            DigestAnswer(
                14, "Password", "Dana Diaz", "Reset your password", 0.981, "mailto:support@acme.test?body=x"
            ),
            DigestAnswer(17, "Invoice copy please", "Emil Ek", "A copy of an invoice", 0.872),
        ),
        incidents=(
            DigestIncident("bounce", "old@example.test", "no such mailbox (5.1.1)", now - 5 * _HOUR, 9),
            DigestIncident("held", "mail 311", "a defect in its MIME structure", now - 9 * _HOUR),
            DigestIncident("forgery", "ada@acme.test", "a command without proof", now - 11 * _HOUR),
        ),
        gaps=(
            DigestGap("Can I change the currency of my invoices?", 3, (8, 10, 13)),
            DigestGap("Is there an API?", 1),
        ),
        trials=(
            DigestTrial("answer invoice copies", 7, 5, "rules/30-new-tickets.toml:12", 6, 0.83, promote=True),
        ),
        saved=DigestSaved(4, dt.timedelta(minutes=24), 24.0, "EUR"),
        week=_full_week(now),
    )


def _full_week(now: dt.datetime) -> DigestWeek:
    monday = now.replace(hour=0) - 11 * _DAY
    came, solved = (14, 18, 12, 15, 17, 4, 3), (12, 16, 14, 11, 19, 2, 1)
    medians, p90s = (95, 84, 90, 71, 66, 58, 52, 48), (540, 455, 480, 372, 361, 310, 262, 300)
    automation, satisfied = (21, 25, 24, 31, 33, 38, 41, 45), (81, None, 84, 91, 93, 88, 100, 95)
    return DigestWeek(
        first=monday,
        last=monday + 6 * _DAY,
        name="W46",
        came=83,
        solved=75,
        came_before=77,
        days=tuple(DigestDay(monday + at * _DAY, came[at], solved[at]) for at in range(7)),
        expected=82.4,
        expected_error=6.2,
        expected_days=tuple(DigestExpectedDay(monday + (7 + at) * _DAY, came[at] - 0.4) for at in range(7)),
        weeks=tuple(
            DigestPastWeek(
                monday - (7 - at) * 7 * _DAY,
                f"W{39 + at}",
                70 + at,
                dt.timedelta(minutes=medians[at]),
                dt.timedelta(minutes=p90s[at]),
                automation[at] / 100,
                None if (share := satisfied[at]) is None else share / 100,
                20,
            )
            for at in range(8)
        ),
        median=dt.timedelta(minutes=48),
        p90=dt.timedelta(minutes=300),
        in_time=0.931,
        late=3,
        automation=0.45,
        answered_by_itself=27,
        satisfied=0.95,
        mean_score=4.6,
        scores=20,
        saved=DigestSaved(27, dt.timedelta(minutes=162), 162.0, "EUR"),
        stated=DigestStated(157, 41, 2, 0.021, 0.0127, 0.0015, 0.0453, 56),
        promise=DigestPromise(64, 61, 0.953),
        pictures=DigestPictures(
            *(_picture(name) for name in ("tickets", "responses", "automation", "satisfaction"))
        ),
    )


def _picture(name: str) -> Picture:
    return Picture(f"{name}-light@acme.test", f"{name}-dark@acme.test", 264, 150)
