import datetime as dt
import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.alarm_kind import AlarmKind
from inboxd.core.alarms import (
    LULL,
    REMINDER,
    SLOW_REMINDER,
    Alarm,
    Health,
    Observation,
    Step,
    due,
    not_told,
    replaced,
    review,
    stale_at,
    told,
)

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
KEY = "intake:INBOX"


def seen(
    health: Health, detail: str = "", occasion: str = "", kind: AlarmKind = AlarmKind.INTAKE_SILENT
) -> Observation:
    """Return what one look found of the only thing there is."""
    return Observation(KEY, kind, health, detail, occasion)


FAILING, WELL, UNKNOWN = (seen(health) for health in (Health.FAILING, Health.WELL, Health.UNKNOWN))


class Ear:
    """Somebody who is told everything at once; ``heard`` is what he was told."""

    def __init__(self) -> None:
        self.alarms: tuple[Alarm, ...] = ()
        self.heard: list[tuple[dt.timedelta, str]] = []

    def look(self, observation: Observation, now: dt.datetime, *, deaf: bool = False) -> None:
        """Let a look happen, and tell what there is to tell."""
        self.alarms = review(self.alarms, [observation], now)
        for alarm in due(self.alarms, now):
            if not deaf:
                self.heard.append((now - NOW, alarm.wanted.value))
            after = not_told(alarm, now) if deaf else told(alarm, now)
            self.alarms = replaced(self.alarms, {alarm.key: after})


def test_raised_repeated_recovered() -> None:
    """What fails is told once, again every day while it lasts, and once more when it is over; then it is forgotten."""
    ear = Ear()
    for minutes in range(0, 3 * 24 * 60, 10):
        ear.look(FAILING, NOW + minutes * MINUTE)
    ear.look(WELL, NOW + 3 * DAY)
    ear.look(WELL, NOW + 3 * DAY + 2 * HOUR)
    assert ear.heard == [
        (0 * DAY, "raised"),
        (1 * DAY, "repeated"),
        (2 * DAY, "repeated"),
        (3 * DAY, "recovered"),
    ]
    assert ear.alarms == ()


def test_what_is_well_says_nothing() -> None:
    """Neither health nor ignorance is an alarm."""
    assert review((), [WELL, seen(Health.UNKNOWN)], NOW) == ()


def test_ignorance_changes_nothing() -> None:
    """A look that could not tell leaves an alarm as it is: no all-clear after a restart, no second alarm."""
    ear = Ear()
    ear.look(FAILING, NOW)
    before = ear.alarms
    ear.look(UNKNOWN, NOW + 5 * DAY)
    assert ear.alarms == before
    assert review(before, [], NOW + DAY, complete=False) == before


def test_what_is_watched_no_longer_is_forgotten() -> None:
    """A folder taken out of the configuration leaves no alarm behind, and nobody is told that it is well."""
    assert review(review((), [FAILING], NOW), [], NOW + HOUR) == ()


def test_the_channel_is_tried_again() -> None:
    """What could not be told is tried after 1, 5, 15 minutes, then hourly, and told once it can be."""
    ear = Ear()
    tries = []
    for minutes in range(4 * 60):
        before = ear.alarms
        ear.look(FAILING, NOW + minutes * MINUTE, deaf=True)
        if [one.tries for one in ear.alarms] != [one.tries for one in before]:
            tries.append(minutes)
    assert tries == [0, 1, 6, 21, 81, 141, 201]
    ear.look(FAILING, NOW + 5 * HOUR)
    ear.look(FAILING, NOW + 6 * HOUR)
    assert ear.heard == [(5 * HOUR, "raised")]


def test_what_nobody_heard_of_needs_no_all_clear() -> None:
    """An alarm that ends before its first telling vanishes; after a failed one the all-clear is told."""
    alarm = review((), [FAILING], NOW)
    assert review(alarm, [WELL], NOW + MINUTE) == ()
    (tried,) = review([not_told(alarm[0], NOW)], [WELL], NOW + MINUTE)
    assert tried.wanted is Step.RECOVERED


def test_an_all_clear_nobody_heard_is_taken_back() -> None:
    """When it fails again before the all-clear was told, nothing is told at all."""
    ear = Ear()
    ear.look(FAILING, NOW)
    ear.look(WELL, NOW + HOUR, deaf=True)
    ear.look(FAILING, NOW + HOUR + 2 * MINUTE)
    assert ear.heard == [(0 * DAY, "raised")]
    assert ear.alarms[0].recovered_at is None


def test_what_nobody_heard_of_is_no_reminder() -> None:
    """What failed, ended and failed again while nobody could be told is told as new."""
    ear = Ear()
    ear.look(FAILING, NOW, deaf=True)
    ear.look(WELL, NOW + 2 * MINUTE, deaf=True)
    ear.look(FAILING, NOW + 4 * MINUTE)
    ear.look(FAILING, NOW + 5 * MINUTE)
    assert ear.heard == [(4 * MINUTE, "raised")]


def test_what_comes_and_goes_is_told_at_most_hourly() -> None:
    """A thing that flaps every two minutes makes no more than two mails an hour."""
    ear = Ear()
    for minutes in range(24 * 60):
        ear.look(FAILING if minutes // 2 % 2 == 0 else WELL, NOW + minutes * MINUTE)
    assert 2 <= len(ear.heard) <= 48
    moments = [at for at, step in ear.heard if step == "raised"]
    assert all(later - earlier >= LULL for earlier, later in itertools.pairwise(moments))


def test_another_occasion_is_told_afresh() -> None:
    """A sign-in that was about to end and is refused now is news, though its alarm is open and was told today."""
    ear = Ear()
    for occasion, hours in (("ends", 0), ("ends", 1), ("refused", 2), ("refused", 3)):
        found = seen(Health.FAILING, occasion, occasion, AlarmKind.SIGN_IN_ENDS)
        ear.look(found, NOW + hours * HOUR)
    assert ear.heard == [(0 * HOUR, "raised"), (2 * HOUR, "raised")]
    assert ear.alarms[0].detail == "refused"


@pytest.mark.parametrize(
    ("kind", "after"), [(AlarmKind.DISK_FULL, REMINDER), (AlarmKind.CERTIFICATE_ENDS, SLOW_REMINDER)]
)
def test_how_often_people_are_reminded(kind: AlarmKind, after: dt.timedelta) -> None:
    """What is broken is repeated daily, what will end in some days weekly."""
    found = seen(Health.FAILING, kind=kind)
    alarm = told(review((), [found], NOW)[0], NOW)
    assert review([alarm], [found], NOW + after - MINUTE)[0].wanted is Step.NOTHING
    assert review([alarm], [found], NOW + after)[0].wanted is Step.REPEATED


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sampled_from(list(Health)), st.integers(1, 3000), st.booleans()), max_size=40))
def test_steps_alternate(looks: list[tuple[Health, int, bool]]) -> None:
    """Whatever happens: no second alarm without an all-clear or within an hour, no all-clear for what is not over."""
    ear, now = Ear(), NOW
    for health, minutes, deaf in looks:
        now += minutes * MINUTE
        ear.look(seen(health), now, deaf=deaf)
        if ear.alarms and ear.alarms[0].wanted is Step.RECOVERED:
            assert health is not Health.FAILING
    last = "recovered"
    for _, step in ear.heard:
        assert step != "raised" or last == "recovered"
        assert step != "repeated" or last != "recovered"
        last = step
    raised = [at for at, step in ear.heard if step == "raised"]
    assert all(later - earlier >= LULL for earlier, later in itertools.pairwise(raised))


def test_a_look_twice_is_a_look_once() -> None:
    """The same look at the same moment changes nothing the second time."""
    for before in ((), review((), [FAILING], NOW), (replace(review((), [FAILING], NOW)[0], told_at=NOW),)):
        for observation in (FAILING, WELL, UNKNOWN):
            once = review(before, [observation], NOW + HOUR)
            assert review(once, [observation], NOW + HOUR) == once


@pytest.mark.parametrize(
    ("kind", "wanted", "after"),
    [
        (AlarmKind.SENDING_FAILS, Step.RAISED, REMINDER),
        (AlarmKind.SENDING_FAILS, Step.REPEATED, REMINDER),
        (AlarmKind.CERTIFICATE_ENDS, Step.REPEATED, SLOW_REMINDER),
        (AlarmKind.SENDING_FAILS, Step.RECOVERED, None),
        (AlarmKind.TEST, Step.RAISED, None),
    ],
)
def test_the_next_telling_replaces_the_last(
    kind: AlarmKind, wanted: Step, after: dt.timedelta | None
) -> None:
    """What could not be told until its reminder is due is not told twice; an all-clear waits for as long as it takes."""
    alarm = Alarm(KEY, kind, "", NOW, NOW, wanted=wanted)
    assert stale_at(alarm, NOW) == (NOW + after if after else None)
