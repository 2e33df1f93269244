import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.limits import (
    History,
    Limits,
    Occasion,
    SuppressionReason,
    Window,
    may_send,
    must_hold,
)
from inboxd.core.mail import Automatic, AutomaticKind
from inboxd.core.mail_kind import Kind
from inboxd.core.simhash import body_simhash

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
LIMITS = Limits()
PERSON = Automatic(is_automatic=False, kind=AutomaticKind.PERSONAL, reason="", may_answer=True)
ROBOT = Automatic(
    is_automatic=True, kind=AutomaticKind.AUTO_REPLY, reason="Auto-Submitted: auto-replied", may_answer=False
)
ANSWER = Occasion(Kind.ANSWER, automatic=PERSON, answered_at=NOW)
ACKNOWLEDGEMENT = replace(ANSWER, kind=Kind.ACKNOWLEDGEMENT)
# Without the limit per peer, which is the tightest, the others can be seen.
UNATTENDED = replace(LIMITS, per_peer=())


def ago(*minutes: float) -> tuple[dt.datetime, ...]:
    """Return moments so many minutes ago."""
    return tuple(NOW - dt.timedelta(minutes=value) for value in minutes)


def reason(limits: Limits, occasion: Occasion, history: History) -> SuppressionReason | None:
    """Return why the mail is not sent, None when it is."""
    suppressed = may_send(limits, occasion, history, NOW)
    assert suppressed is None or suppressed.sentence
    return suppressed.reason if suppressed else None


def test_a_first_answer_is_sent() -> None:
    """Nothing stands against the first automatic mails to a person."""
    for occasion in (ANSWER, ACKNOWLEDGEMENT, Occasion(Kind.SURVEY)):
        assert reason(LIMITS, occasion, History()) is None


@pytest.mark.parametrize(
    ("occasion", "expected"),
    [
        (replace(ANSWER, automatic=ROBOT), SuppressionReason.MAY_NOT_ANSWER),
        (replace(ANSWER, imported=True), SuppressionReason.IMPORTED),
        (replace(ANSWER, before_restore=True), SuppressionReason.BEFORE_RESTORE),
        (replace(ANSWER, undeliverable=True), SuppressionReason.UNDELIVERABLE),
        (replace(ANSWER, answered_at=NOW - dt.timedelta(hours=48, seconds=1)), SuppressionReason.TOO_OLD),
        (replace(ANSWER, answered_at=NOW - dt.timedelta(hours=48)), None),
        (replace(ANSWER, answered_at=NOW + dt.timedelta(days=3)), None),
    ],
)
def test_some_mails_are_never_answered(occasion: Occasion, expected: SuppressionReason | None) -> None:
    """Machines, imported and old mail and dead addresses get nothing automatic."""
    assert reason(LIMITS, occasion, History()) == expected


def test_one_acknowledgement_a_day_and_a_ticket() -> None:
    """A sender gets one acknowledgement in 24 hours, a ticket one ever; answers are not meant."""
    today = History(acknowledged=ago(23 * 60))
    assert reason(LIMITS, ACKNOWLEDGEMENT, today) == SuppressionReason.ACKNOWLEDGED
    assert reason(LIMITS, ANSWER, today) is None
    assert reason(LIMITS, ACKNOWLEDGEMENT, History(acknowledged=ago(24 * 60))) is None
    ticket = History(ticket_acknowledged=True)
    assert reason(LIMITS, ACKNOWLEDGEMENT, ticket) == SuppressionReason.TICKET_ACKNOWLEDGED


@pytest.mark.parametrize(("minutes", "count"), [(10, 3), (60, 5), (24 * 60, 6), (7 * 24 * 60, 10)])
def test_windows_of_a_ticket(minutes: int, count: int) -> None:
    """Per ticket and recipient: 3 in 10 minutes, 5 in an hour, 6 in a day, 10 in a week."""
    full = tuple(NOW - dt.timedelta(minutes=minutes - 0.01) for _ in range(count))
    assert reason(UNATTENDED, ANSWER, History(on_ticket=full)) == SuppressionReason.TICKET_LIMIT
    assert reason(UNATTENDED, ANSWER, History(on_ticket=full[1:])) is None
    assert reason(UNATTENDED, ANSWER, History(on_ticket=ago(*[minutes] * count))) is None


@pytest.mark.parametrize(("minutes", "count"), [(10, 5), (60, 10), (24 * 60, 20)])
def test_windows_of_a_recipient(minutes: int, count: int) -> None:
    """Per recipient over all tickets: 5 in 10 minutes, 10 in an hour, 20 in a day."""
    full = tuple(NOW - dt.timedelta(minutes=minutes - 0.01) for _ in range(count))
    assert reason(UNATTENDED, ANSWER, History(to_recipient=full)) == SuppressionReason.RECIPIENT_LIMIT
    assert reason(UNATTENDED, ANSWER, History(to_recipient=full[1:])) is None


def test_a_peer_without_a_person_gets_three_a_day_and_ten_a_month() -> None:
    """Only what a person of the desk writes sets the count back; what the peer writes does not."""
    day = ago(60, 120, 180)
    month = ago(*(60 * 24 * 2 * n for n in range(1, 11)))
    assert reason(LIMITS, ANSWER, History(to_recipient=day)) == SuppressionReason.PEER_LIMIT
    assert reason(LIMITS, ANSWER, History(to_recipient=month)) == SuppressionReason.PEER_LIMIT
    assert reason(LIMITS, ANSWER, History(to_recipient=day, person_wrote_at=ago(150)[0])) is None
    assert reason(LIMITS, ANSWER, History(to_recipient=month, person_wrote_at=ago(3 * 24 * 60)[0])) is None


def test_the_same_text_three_times_stops_the_exchange() -> None:
    """Two like bodies from the domain within a day make the third the last that is answered."""
    body = body_simhash("Your request has been registered under number 12. We will come back to you shortly.")
    again = body_simhash(
        "Your request has been registered under number 13. We will come back to you shortly!"
    )
    occasion = replace(ANSWER, body=again)
    seen = tuple((at, body) for at in ago(5, 10))
    assert reason(LIMITS, occasion, History(bodies=seen)) == SuppressionReason.SAME_BODY
    assert reason(LIMITS, occasion, History(bodies=seen[:1])) is None
    old = tuple((at, body) for at in ago(5, 25 * 60))
    assert reason(LIMITS, occasion, History(bodies=old)) is None
    assert reason(LIMITS, replace(ANSWER, body=0), History(bodies=((NOW, 0), (NOW, 0)))) is None


def test_the_brake_stops_everything_to_customers() -> None:
    """Sixty automatic mails within the hour stop all of them, but not what the operator must know."""
    busy = History(from_desk=ago(*(n * 0.9 for n in range(60))))
    assert reason(LIMITS, ANSWER, busy) == SuppressionReason.BRAKE
    assert reason(LIMITS, Occasion(Kind.SURVEY), busy) == SuppressionReason.BRAKE
    for kind in (Kind.ALARM, Kind.NOTIFICATION, Kind.DIGEST, Kind.CHASE, Kind.RELAY):
        assert reason(LIMITS, Occasion(kind, automatic=ROBOT, imported=True), busy) is None


def test_results_cannot_loop() -> None:
    """A result answers a mail: a robot at the operator's address gets six a day on a ticket, not more."""
    result = replace(ANSWER, kind=Kind.RESULT)
    assert reason(LIMITS, result, History(to_recipient=ago(60, 61, 62))) is None
    full = History(on_ticket=ago(*(120 + n for n in range(6))))
    assert reason(LIMITS, result, full) == SuppressionReason.TICKET_LIMIT
    assert reason(LIMITS, replace(result, automatic=ROBOT), History()) == SuppressionReason.MAY_NOT_ANSWER


def test_the_sentence_says_what_was_full() -> None:
    """The event can be read by the operator as it is."""
    suppressed = may_send(UNATTENDED, ANSWER, History(on_ticket=ago(1, 2, 3)), NOW)
    assert suppressed is not None
    assert suppressed.sentence == "3 automatic mails within 10 min went to this address on this ticket"


def test_limits_are_configurable() -> None:
    """Every limit comes from the values, none is built in."""
    tight = replace(LIMITS, per_recipient=(Window(dt.timedelta(days=9), 1),), per_peer=())
    assert reason(tight, ANSWER, History(to_recipient=ago(8 * 24 * 60))) == SuppressionReason.RECIPIENT_LIMIT


def test_mail_in_circles_is_held() -> None:
    """Thirty Received fields pass, thirty-one are held."""
    assert must_hold(LIMITS, 30) is None
    held = must_hold(LIMITS, 31)
    assert held is not None
    assert held.reason == SuppressionReason.TOO_MANY_HOPS
    assert "31 Received fields" in held.sentence


@given(st.lists(st.integers(1, 90), min_size=200, max_size=400))
@settings(max_examples=15, deadline=None)
def test_two_machines_fall_silent(pauses: list[int]) -> None:
    """A robot that answers everything, however fast, gets at most three mails a day and ten in thirty days."""
    now = NOW
    sent: tuple[dt.datetime, ...] = ()
    for minutes in pauses:
        now += dt.timedelta(minutes=minutes)
        occasion = replace(ANSWER, answered_at=now)
        history = History(to_recipient=sent, on_ticket=sent, from_desk=sent)
        if may_send(LIMITS, occasion, history, now) is None:
            sent = (*sent, now)
    for at in sent:
        assert sum(1 for other in sent if dt.timedelta() <= other - at < dt.timedelta(days=1)) <= 3
    assert len(sent) <= 10
